//! The block splitter: proposes where to split a piece into sub-blocks. A piece is a part of a
//! block and has up to 64 KiB. A sub-block is a deflate block and has its own Huffman codes.
//!
//! The splitter divides the piece into stretches, and estimates the sizes of sub-blocks that
//! consist of neighboring stretches. The symbols are taken from an earlier parse of the piece.
//! Their size is estimated as their entropy, so no Huffman codes are computed. The size of the
//! header is estimated from the number of symbols that occur. After the split, the optimal parse
//! moves the borders between sub-blocks to better positions nearby.

use super::cost_model::{log2, LOG_UNIT};
use super::piece_encoding::{stored_bits, MAX_SUB_BLOCKS, TYPE_BITS};
use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Maximum number of stretches into which a piece of a block is divided. Each sub-block (deflate
/// block) consists of whole stretches.
pub(crate) const MAX_STRETCHES: usize = 32;
/// Smallest size of a stretch in bytes. Only the last stretch of a piece may be smaller.
const MIN_STRETCH: usize = 128;
/// Allowance for inexact estimates, in bits. A piece is split only if the estimated size of its
/// best split into two sub-blocks, minus this number, is less than its estimated size without a
/// split.
const SLACK: u32 = 60;

/// Estimated number of bits in the header of a dynamic deflate block that do not depend on the
/// symbols that are used. The header describes the Huffman codes. The three constants below
/// estimate its other bits.
const HEADER_BASE: u32 = 54;
/// Estimated number of tenths of a bit that each used literal/length symbol adds to the header of a
/// dynamic deflate block.
const TENTHS_PER_LITERAL: u32 = 26;
/// Estimated number of tenths of a bit that each used distance symbol adds to the header of a
/// dynamic deflate block.
const TENTHS_PER_DISTANCE: u32 = 30;
/// Estimated number of tenths of a bit that each island adds to the header of a dynamic deflate
/// block. An island is a sequence of neighboring used symbols, without an unused symbol between
/// them.
const TENTHS_PER_ISLAND: u32 = 50;

/// A point between two tokens of a piece at which the piece may be split into sub-blocks. A token
/// is a literal or a match.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct SplitPoint {
    /// Index of the first token after the point.
    pub(crate) token: usize,
    /// Number of bytes of the piece that are before the point.
    pub(crate) position: usize,
}

/// Finds the points at which to split a piece into sub-blocks (deflate blocks). The caller must
/// call [`prepare`](BlockSplitter::prepare) for each piece before the other functions.
pub(crate) struct BlockSplitter {
    estimate: SizeEstimate,
    /// The points between which the stretches lie, in rising order: the start of the piece, all
    /// points at which the piece may be split, and the end of the piece.
    grid: Vec<SplitPoint>,
    /// For each point of `grid`: the estimated size in bits of the best split of the bytes before
    /// the point, and the start of the last sub-block in that split. The start is an index in
    /// `grid`.
    reached: Vec<(u32, usize)>,
    /// For each point of `grid`: the estimated size in bits of one sub-block with all bytes before
    /// the point.
    before: Vec<u32>,
    /// For each point of `grid`: the estimated size in bits of one sub-block with all bytes after
    /// the point.
    after: Vec<u32>,
}

impl BlockSplitter {
    pub(crate) fn new() -> BlockSplitter {
        BlockSplitter {
            estimate: SizeEstimate::new(),
            grid: Vec::with_capacity(MAX_STRETCHES + 2),
            reached: vec![(0, 0); MAX_STRETCHES + 2],
            before: vec![0; MAX_STRETCHES + 2],
            after: vec![0; MAX_STRETCHES + 2],
        }
    }

    /// Divides a piece into stretches. For each point between two stretches, estimates the size of
    /// the part before it and of the part after it. `tokens` is a parse of the piece, and `length`
    /// is its size in bytes. Returns whether a split may make the stream smaller.
    pub(crate) fn prepare(&mut self, tokens: &[Token], length: usize) -> bool {
        self.lay_grid(tokens, length);
        let last = self.grid.len() - 1;
        self.estimate.clear();
        for point in 1..=last {
            self.estimate
                .add_all(&tokens[self.grid[point - 1].token..self.grid[point].token]);
            self.before[point] = self.estimate.bits();
        }
        self.estimate.clear();
        for point in (0..last).rev() {
            self.estimate
                .add_all(&tokens[self.grid[point].token..self.grid[point + 1].token]);
            self.after[point] = self.estimate.bits();
        }
        let whole = self.before[last];
        (1..last).any(|point| self.before[point] + self.after[point] < whole + SLACK)
    }

    fn lay_grid(&mut self, tokens: &[Token], length: usize) {
        let stretch = MIN_STRETCH.max(length.div_ceil(MAX_STRETCHES));
        self.grid.clear();
        self.grid.push(SplitPoint::default());
        let mut position = 0;
        let mut next = stretch;
        for (index, token) in tokens.iter().enumerate() {
            if position >= next {
                self.grid.push(SplitPoint {
                    token: index,
                    position,
                });
                next = position + stretch;
            }
            position += token.length();
        }
        self.grid.push(SplitPoint {
            token: tokens.len(),
            position,
        });
    }

    /// Finds the split with the smallest estimated size and writes the end of each of its
    /// sub-blocks to `ends`. `tokens` must be the same as in the call of `prepare`.
    ///
    /// The split is a shortest path from the start to the end of the piece. Each step of the path
    /// is one sub-block, and the length of the step is the estimated size of the sub-block.
    pub(crate) fn best_split(&mut self, tokens: &[Token], ends: &mut Vec<SplitPoint>) {
        let last = self.grid.len() - 1;
        self.reached[0] = (0, 0);
        self.reached[1..=last].fill((u32::MAX, 0));
        for start in 0..last {
            self.estimate.clear();
            for end in start + 1..=last {
                self.estimate
                    .add_all(&tokens[self.grid[end - 1].token..self.grid[end].token]);
                let bits = self.reached[start].0 + self.estimate.bits();
                if bits < self.reached[end].0 {
                    self.reached[end] = (bits, start);
                }
            }
        }
        ends.clear();
        let mut point = last;
        while point > 0 {
            ends.push(self.grid[point]);
            point = self.reached[point].1;
        }
        ends.reverse();
        limit_sub_blocks(ends);
    }

    /// Selects a split into two sub-blocks and writes the end of each sub-block to `ends`. `rank` 0
    /// selects the split with the smallest estimated size, 1 the split with the second smallest,
    /// and so on. If the piece cannot be split, the whole piece is one sub-block.
    pub(crate) fn split_in_two(&self, rank: usize, ends: &mut Vec<SplitPoint>) {
        let last = self.grid.len() - 1;
        let size = |point: usize| (self.before[point] + self.after[point], point);
        let mut best = (0, 0);
        for _ in 0..=rank {
            best = (1..last)
                .map(size)
                .filter(|&size| size > best)
                .min()
                .unwrap_or(best);
        }
        ends.clear();
        if best.1 > 0 {
            ends.push(self.grid[best.1]);
        }
        ends.push(self.grid[last]);
    }
}

/// Joins neighboring sub-blocks until there are at most [`MAX_SUB_BLOCKS`]. Each step joins the two
/// neighbors that have the smallest number of bytes together.
fn limit_sub_blocks(ends: &mut Vec<SplitPoint>) {
    while ends.len() > MAX_SUB_BLOCKS {
        let start = |index: usize| {
            if index == 0 {
                0
            } else {
                ends[index - 1].position
            }
        };
        let joined = |&index: &usize| ends[index + 1].position - start(index);
        let shortest = (0..ends.len() - 1).min_by_key(joined).unwrap_or(0);
        ends.remove(shortest);
    }
}

/// The estimated size of one sub-block (deflate block). It is updated with each token that is added
/// to the sub-block.
struct SizeEstimate {
    literals: RunningEntropy<LITERAL_SYMBOLS>,
    distances: RunningEntropy<DISTANCE_SYMBOLS>,
    extra_bits: u32,
    /// Size in bits of all symbols if deflate's fixed Huffman codes are used, without extra bits.
    fixed_bits: u32,
    bytes: usize,
}

impl SizeEstimate {
    fn new() -> SizeEstimate {
        SizeEstimate {
            literals: RunningEntropy::new(),
            distances: RunningEntropy::new(),
            extra_bits: 0,
            fixed_bits: 0,
            bytes: 0,
        }
    }

    /// Resets the estimate to that of a sub-block with only an end-of-block symbol.
    fn clear(&mut self) {
        *self = SizeEstimate::new();
        self.literals.add(END_OF_BLOCK);
        self.fixed_bits = u32::from(FIXED_LITERAL_LENGTHS[END_OF_BLOCK]);
    }

    fn add_all(&mut self, tokens: &[Token]) {
        for &token in tokens {
            let symbol = token.symbol();
            self.literals.add(symbol);
            self.fixed_bits += u32::from(FIXED_LITERAL_LENGTHS[symbol]);
            self.bytes += token.length();
            if !token.is_literal() {
                let distance = token.distance_symbol();
                self.distances.add(distance);
                self.fixed_bits += u32::from(FIXED_DISTANCE_LENGTH);
                self.extra_bits +=
                    u32::from(LENGTH_EXTRA[symbol - FIRST_LENGTH]) + distance_extra(distance);
            }
        }
    }

    /// Returns the estimated size in bits of the sub-block in its smallest form, which is a stored,
    /// fixed or dynamic deflate block.
    fn bits(&self) -> u32 {
        let header = HEADER_BASE
            + (self.literals.used * TENTHS_PER_LITERAL
                + self.distances.used * TENTHS_PER_DISTANCE
                + (self.literals.islands + self.distances.islands) * TENTHS_PER_ISLAND)
                / 10;
        let dynamic = header + self.literals.entropy() + self.distances.entropy();
        let coded = dynamic.min(self.fixed_bits) + self.extra_bits + TYPE_BITS;
        coded.min(stored_bits(self.bytes))
    }
}

/// The number of occurrences of each symbol of an alphabet, and the numbers from which the entropy
/// of these symbols is computed. All fields are updated with each symbol that is added.
struct RunningEntropy<const SYMBOLS: usize> {
    counts: [u32; SYMBOLS],
    total: u32,
    /// Sum of `count * log2(count)` over the counts of all symbols, in units of 1 / [`LOG_UNIT`].
    weighted: u64,
    /// Number of symbols that occur at least once.
    used: u32,
    /// Number of islands. An island is a sequence of neighboring used symbols, without an unused
    /// symbol between them.
    islands: u32,
}

impl<const SYMBOLS: usize> RunningEntropy<SYMBOLS> {
    fn new() -> Self {
        RunningEntropy {
            counts: [0; SYMBOLS],
            total: 0,
            weighted: 0,
            used: 0,
            islands: 0,
        }
    }

    #[inline(always)]
    fn add(&mut self, symbol: usize) {
        let count = self.counts[symbol];
        self.total += 1;
        self.counts[symbol] = count + 1;
        if count == 0 {
            self.used += 1;
            let is_used =
                |symbol: usize| u32::from(self.counts.get(symbol).is_some_and(|&count| count != 0));
            // The new symbol would be one more island. But each used neighbor joins it to an
            // existing island.
            self.islands = self.islands + 1 - is_used(symbol.wrapping_sub(1)) - is_used(symbol + 1);
        } else {
            self.weighted += count_log2(count + 1) - count_log2(count);
        }
    }

    /// Returns the entropy in bits: the size of all occurrences of the symbols if each symbol has
    /// its ideal codeword length.
    fn entropy(&self) -> u32 {
        ((count_log2(self.total) - self.weighted) / u64::from(LOG_UNIT)) as u32
    }
}

/// Returns `count * log2(count)` in units of 1 / [`LOG_UNIT`].
#[inline(always)]
fn count_log2(count: u32) -> u64 {
    u64::from(count) * u64::from(log2(count))
}
