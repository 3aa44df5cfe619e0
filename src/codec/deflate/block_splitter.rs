//! The block splitter: proposes where to split a piece, which is up to 64 KiB of a block, into
//! sub-blocks, which are deflate blocks with codes of their own.
//!
//! It estimates the size of each stretch between the points of a grid, from the tokens of one
//! parse. The estimate is the entropy of the symbols plus a typical header size, so no Huffman
//! codes are computed. The optimal parse then moves the borders to their exact positions.

use super::cost_model::{log2, LOG_UNIT};
use super::piece_encoding::{stored_bits, MAX_SUB_BLOCKS, TYPE_BITS};
use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Approximate maximum number of stretches between the points of the grid.
pub(crate) const MAX_STRETCHES: usize = 32;
/// Minimum number of bytes of a stretch.
const MIN_STRETCH: usize = 128;
/// Splitting is tried if the best split in two is estimated to add fewer bits than this.
const SLACK: u32 = 60;

/// The constant part of the estimated size of a dynamic header, in bits.
const HEADER_BASE: u32 = 54;
/// Estimated size in a dynamic header of each used literal/length symbol, in tenths of a bit.
const TENTHS_PER_LITERAL: u32 = 26;
/// Estimated size in a dynamic header of each used distance symbol, in tenths of a bit.
const TENTHS_PER_DISTANCE: u32 = 30;
/// Estimated size in a dynamic header of each island, in tenths of a bit. An island is a run of
/// used symbols without an unused one between them.
const TENTHS_PER_ISLAND: u32 = 50;

/// A point between two tokens where a piece may be split.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct SplitPoint {
    /// Index of the first token after the point.
    pub(crate) token: usize,
    /// Position of that token in the piece, in bytes.
    pub(crate) position: usize,
}

/// Finds split points. Its fields are working memory that [`prepare`](BlockSplitter::prepare)
/// fills.
pub(crate) struct BlockSplitter {
    estimate: SizeEstimate,
    /// All possible split points, with the start and the end of the piece.
    grid: Vec<SplitPoint>,
    /// For each point of the grid: the size in bits of the smallest split up to there, and the
    /// index of the point before it in that split.
    reached: Vec<(u32, usize)>,
    /// For each point of the grid: the size in bits of one sub-block from the start up to there.
    before: Vec<u32>,
    /// For each point of the grid: the size in bits of one sub-block from there to the end.
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

    /// Prepares for the tokens of a piece of `length` bytes. Returns whether splitting may pay.
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

    /// Writes the ends of the sub-blocks of the split with the smallest estimated size. The split
    /// is a shortest path over the grid.
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

    /// Writes the ends of the sub-blocks of a split in two. `rank` selects the split by its
    /// estimated size: 0 is the smallest.
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

/// Joins neighboring sub-blocks, the shortest pair first, until there are at most
/// [`MAX_SUB_BLOCKS`].
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

/// A running estimate of the size of a sub-block.
struct SizeEstimate {
    literals: RunningEntropy<LITERAL_SYMBOLS>,
    distances: RunningEntropy<DISTANCE_SYMBOLS>,
    extra_bits: u32,
    /// Size in bits of all symbols with the fixed codes.
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

    /// Starts again with a sub-block that has only its end-of-block symbol.
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
                let slot = token.distance_slot();
                self.distances.add(slot);
                self.fixed_bits += u32::from(FIXED_DISTANCE_LENGTH);
                self.extra_bits +=
                    u32::from(LENGTH_EXTRA[symbol - FIRST_LENGTH]) + distance_extra(slot);
            }
        }
    }

    /// Returns the estimated size in bits of the smallest of the three kinds of sub-blocks.
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

/// The symbol counts of an alphabet and their entropy, updated with each symbol.
struct RunningEntropy<const SYMBOLS: usize> {
    counts: [u32; SYMBOLS],
    total: u32,
    /// Sum of count * log2(count), in units of 1 / [`LOG_UNIT`].
    weighted: u64,
    /// Number of used symbols.
    used: u32,
    /// Number of runs of used symbols without an unused one between them.
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
            self.islands = self.islands + 1 - is_used(symbol.wrapping_sub(1)) - is_used(symbol + 1);
        } else {
            self.weighted += count_log2(count + 1) - count_log2(count);
        }
    }

    /// Returns the entropy in bits of all occurrences of the symbols.
    fn entropy(&self) -> u32 {
        ((count_log2(self.total) - self.weighted) / u64::from(LOG_UNIT)) as u32
    }
}

/// Returns `count * log2(count)` in units of 1 / [`LOG_UNIT`].
#[inline(always)]
fn count_log2(count: u32) -> u64 {
    u64::from(count) * u64::from(log2(count))
}
