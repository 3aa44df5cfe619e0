//! The optimal parse. It finds the cheapest way to write a piece as literals (single bytes) and
//! matches (copies of earlier bytes). The cost of each symbol is given. It is an estimate of the
//! number of bits that the symbol takes. A piece is a part of a block and has up to 64 KiB.
//!
//! The parse is like a search for the shortest path from the start to the end of the piece. Each
//! step of the path is a literal or a match. The length of a step is the cost of the literal or
//! match. The positions of the piece are visited from the last to the first. For each position, the
//! lowest cost from this position to the end of the piece is computed.
//!
//! The piece may consist of several sub-blocks (deflate blocks). Each sub-block has its own costs
//! of the symbols. Within limits, the parse moves the borders between sub-blocks to the cheapest
//! positions. At each position to which a border may move, the costs of two choices are compared.
//! The first choice is to continue the sub-block. The second choice is to end the sub-block with an
//! end-of-block symbol. Everything after this symbol is then written with the costs of the next
//! sub-block.

use super::cost_model::{CostModel, SHIFT};
use super::histogram::Histogram;
use super::match_finder::Candidates;
use super::piece_encoding::{PieceEncoding, SubBlock, MAX_SUB_BLOCKS};
use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Largest length, in bytes, of a match for which all lengths are tried. A match can be used with a
/// smaller length than it has, so that a literal or another match continues after it. If a match is
/// longer than `LONG`, only its full length and the lengths up to [`SHORT`] are tried.
const LONG: usize = 32;
/// Largest length, in bytes, that is tried in addition to the full length if a match is longer than
/// [`LONG`] bytes.
const SHORT: usize = 8;
/// Largest length, in bytes, of a match for which shorter lengths are tried. If a match is longer
/// than `VERY_LONG`, only its full length is tried.
const VERY_LONG: usize = 128;
/// Mask for the lowest [`SHIFT`] bits of a sum of costs. These bits are not a part of the cost. If
/// the cost of a match length was added to the sum, they hold 258 minus this length in bytes.
const LENGTH_MASK: u32 = (1 << SHIFT) - 1;
/// The parse may move a border between two sub-blocks (deflate blocks) by at most the size of the
/// piece in bytes divided by this number.
const REACH_DIVISOR: usize = 8;

/// The input of a parse: the costs of each sub-block (deflate block), and the position in the piece
/// at which each sub-block ends. The parse may move all ends except the last, which is the end of
/// the piece.
pub(crate) struct ParsePlan {
    pub(crate) costs: Vec<CostModel>,
    pub(crate) ends: Vec<usize>,
}

impl ParsePlan {
    pub(crate) fn new() -> ParsePlan {
        ParsePlan {
            costs: Vec::with_capacity(MAX_SUB_BLOCKS),
            ends: Vec::with_capacity(MAX_SUB_BLOCKS),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.costs.clear();
        self.ends.clear();
    }

    /// Adds a sub-block with the costs `costs`. `end` is the position of the first byte of the
    /// piece that is after the sub-block.
    pub(crate) fn push(&mut self, costs: CostModel, end: usize) {
        self.costs.push(costs);
        self.ends.push(end);
    }
}

/// The range of positions in the piece that a sub-block (deflate block) would cover if each of its
/// borders were moved outward as far as allowed. `from` is the first position of the range.
#[derive(Clone, Copy, Default)]
struct SubBlockRange {
    from: usize,
    /// First position after the range.
    to: usize,
    /// First position at which this sub-block may end and the next one may start. `usize::MAX` if
    /// there is no next sub-block.
    next_from: usize,
    /// Index in [`OptimalParser::choices`] of the token that is chosen for position `from`. The
    /// tokens for the other positions of the range follow.
    choices: usize,
}

/// The working memory of the parse.
pub(crate) struct OptimalParser {
    /// Lowest cost from each position to the end of the piece. The index of each vector is the
    /// position. The first vector has the costs of the positions that may belong to the sub-block
    /// that is being parsed. The second vector has the costs of the positions that may belong to
    /// the next sub-block. A position near the border of these two sub-blocks has a cost in each
    /// vector.
    rest: [Vec<u32>; 2],
    /// The cheapest token (literal or match) at each position that a sub-block may cover. The
    /// tokens for one sub-block follow the tokens for the previous sub-block. [`Token::NONE`] means
    /// that the next sub-block should start at the position. In this vector, the token of a literal
    /// does not contain the byte of the literal.
    choices: Vec<Token>,
}

impl OptimalParser {
    pub(crate) fn new(max_piece: usize) -> OptimalParser {
        let overlap = 2 * max_piece.div_ceil(REACH_DIVISOR) * MAX_SUB_BLOCKS;
        OptimalParser {
            rest: [vec![0; max_piece + 1], vec![0; max_piece + 1]],
            choices: vec![Token::NONE; max_piece + overlap + MAX_SUB_BLOCKS],
        }
    }

    /// Parses the piece `data` with the sub-blocks and costs in `plan`. `candidates` has the
    /// matches at each position. Writes the resulting tokens and sub-blocks to `encoding`. The
    /// Huffman codes of the sub-blocks are not computed here.
    pub(crate) fn parse(
        &mut self,
        data: &[u8],
        candidates: &Candidates,
        plan: &ParsePlan,
        encoding: &mut PieceEncoding,
    ) {
        let ranges = ranges(plan, data.len());
        let sub_blocks = plan.ends.len();
        for index in (0..sub_blocks).rev() {
            let range = ranges[index];
            let [rest, next] = &mut self.rest;
            core::mem::swap(rest, next);
            let choices = &mut self.choices[range.choices..];
            parse_sub_block(
                data,
                candidates,
                &plan.costs[index],
                range,
                rest,
                next,
                choices,
            );
        }
        self.collect(data, &ranges[..sub_blocks], encoding);
    }

    /// Follows the chosen tokens from the start of the piece to its end, and writes these tokens
    /// and the sub-blocks to `encoding`. If the piece is not empty, leaves out sub-blocks of 0
    /// bytes. If the piece is empty, each of its sub-blocks is written.
    fn collect(&self, data: &[u8], ranges: &[SubBlockRange], encoding: &mut PieceEncoding) {
        encoding.clear();
        let mut position = 0;
        for range in ranges {
            let start = position;
            let mut histogram = Histogram::EMPTY;
            while position < range.to {
                let mut token = self.choices[range.choices + position - range.from];
                if token == Token::NONE {
                    break;
                }
                if token.is_literal() {
                    token = Token::literal(data[position]);
                }
                histogram.add(token);
                encoding.tokens.push(token);
                position += token.length();
            }
            if position > start || data.is_empty() {
                histogram.literal[END_OF_BLOCK] = 1;
                encoding
                    .sub_blocks
                    .push(SubBlock::new(encoding.tokens.len(), position, histogram));
            }
        }
    }
}

/// Returns the range of positions that each sub-block would cover if each of its borders were moved
/// outward as far as allowed. A border may move forward or backward by at most the size of the
/// piece divided by [`REACH_DIVISOR`]. `length` is the size of the piece in bytes.
fn ranges(plan: &ParsePlan, length: usize) -> [SubBlockRange; MAX_SUB_BLOCKS] {
    let mut ranges = [SubBlockRange::default(); MAX_SUB_BLOCKS];
    let reach = length / REACH_DIVISOR;
    let mut choices = 0;
    let last = plan.ends.len() - 1;
    for (index, &end) in plan.ends.iter().enumerate() {
        let from = match index {
            0 => 0,
            _ => plan.ends[index - 1].saturating_sub(reach),
        };
        let (to, next_from) = if index == last {
            (length, usize::MAX)
        } else {
            ((end + reach).min(length), end.saturating_sub(reach))
        };
        ranges[index] = SubBlockRange {
            from,
            to,
            next_from,
            choices,
        };
        choices += to - from + 1;
    }
    ranges
}

/// Parses the positions that one sub-block may cover, from the last position to the first. For each
/// position, it writes the lowest cost from the position to the end of the piece to `rest`, and the
/// token that leads to this cost to `choices`. `next` has the lowest costs from the positions that
/// the next sub-block may cover. The index of `rest` and `next` is the position in the piece.
fn parse_sub_block(
    data: &[u8],
    candidates: &Candidates,
    costs: &CostModel,
    range: SubBlockRange,
    rest: &mut [u32],
    next: &[u32],
    choices: &mut [Token],
) {
    let SubBlockRange { to, next_from, .. } = range;
    rest[to] = costs.end + if to >= next_from { next[to] } else { 0 };
    choices[to - range.from] = Token::NONE;
    for position in (range.from..to).rev() {
        let mut best = BestToken {
            rest: &rest[position..=to],
            costs,
            cost: rest[position + 1] + costs.literal[usize::from(data[position])],
            token: Token::literal(0),
        };
        let found = candidates.at(position);
        if !found.is_empty() {
            best.try_matches(found);
        }
        let BestToken {
            mut cost,
            mut token,
            ..
        } = best;
        if position >= next_from && next[position] + costs.end < cost {
            cost = next[position] + costs.end;
            token = Token::NONE;
        }
        rest[position] = cost;
        choices[position - range.from] = token;
    }
}

/// The cheapest token (literal or match) found so far at one position.
struct BestToken<'a> {
    /// `rest[i]` is the lowest cost of the bytes from this position plus `i` to the end of the
    /// piece.
    rest: &'a [u32],
    costs: &'a CostModel,
    /// Cost of `token` and of everything after it to the end of the piece.
    cost: u32,
    token: Token,
}

impl BestToken<'_> {
    /// Tries the matches in `found`, which must be sorted by falling length, with their full
    /// lengths and with shorter lengths. A length can be used with every match that is at least
    /// this long. Of these matches, only the match whose distance has the lowest cost is tried.
    #[inline(always)]
    fn try_matches(&mut self, found: &[Token]) {
        let mut longest = self.rest.len() - 1;
        let mut distance_cost = u32::MAX;
        let mut cheapest = Token::NONE;
        for &candidate in found {
            let cost = self.costs.distance[candidate.distance_symbol()];
            if cost < distance_cost {
                let length = candidate.length();
                self.try_lengths(length + 1, longest, cheapest, distance_cost);
                longest = longest.min(length);
                distance_cost = cost;
                cheapest = candidate;
            }
        }
        self.try_lengths(MIN_MATCH, longest, cheapest, distance_cost);
    }

    /// Tries the match `found` with the lengths `from..=longest`, in bytes. If `longest` is greater
    /// than [`LONG`], only some of these lengths are tried. `distance_cost` is the cost of the
    /// distance of `found`.
    #[inline(always)]
    fn try_lengths(&mut self, from: usize, longest: usize, found: Token, distance_cost: u32) {
        if longest < from || found == Token::NONE {
            return;
        }
        let mut to = longest;
        if longest > LONG {
            let length_cost = self.costs.length[longest] & !LENGTH_MASK;
            let total = self.rest[longest] + length_cost + distance_cost;
            if total < self.cost {
                self.cost = total;
                self.token = found.with_length(longest as u32);
            }
            to = SHORT;
            if from > to || longest > VERY_LONG {
                return;
            }
        }
        let (total, length) = cheapest_length(self.rest, self.costs, from, to);
        if total + distance_cost < self.cost {
            self.cost = total + distance_cost;
            self.token = found.with_length(length);
        }
    }
}

/// Selects the match length in `from..=to`, in bytes, with the lowest cost. Returns the cost of
/// this length and of everything after the match, without the cost of the distance. The second
/// value is the length.
#[inline(always)]
fn cheapest_length(rest: &[u32], costs: &CostModel, from: usize, to: usize) -> (u32, u32) {
    let sums = rest[from..=to]
        .iter()
        .zip(&costs.length[from..=to])
        .map(|(rest, length)| rest + length);
    let least = sums.fold(u32::MAX, u32::min);
    (
        least & !LENGTH_MASK,
        MAX_MATCH as u32 - (least & LENGTH_MASK),
    )
}
