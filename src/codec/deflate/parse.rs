//! The cheapest way to cut a piece into literals and matches, for given costs of the symbols.
//!
//! A piece may be cut into parts with costs of their own. Then the borders are free to move within limits: at each
//! position a part may end, for the price of its end-of-block, and the next one takes over.

use super::costs::{Costs, SHIFT};
use super::matches::Candidates;
use super::solution::{Part, Solution, MAX_PARTS};
use super::tables::*;
use super::token::{Histogram, Token};
use alloc::vec;
use alloc::vec::Vec;

/// Of a match longer than this only its whole length and the lengths up to `SHORT` are tried, and of one longer than
/// `VERY_LONG` only its whole length.
const LONG: usize = 32;
const SHORT: usize = 8;
const VERY_LONG: usize = 128;
/// The part of a sum that holds the length.
const LENGTH_MASK: u32 = (1 << SHIFT) - 1;
/// How far a border may move, as a share of the piece.
const REACH: usize = 8;

/// What to parse for: the costs of each part, and where the parts ended so far.
pub(crate) struct Plan {
    pub(crate) costs: Vec<Costs>,
    pub(crate) ends: Vec<usize>,
}

impl Plan {
    pub(crate) fn new() -> Plan {
        Plan {
            costs: Vec::with_capacity(MAX_PARTS),
            ends: Vec::with_capacity(MAX_PARTS),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.costs.clear();
        self.ends.clear();
    }

    pub(crate) fn push(&mut self, costs: Costs, end: usize) {
        self.costs.push(costs);
        self.ends.push(end);
    }
}

/// Where a part's positions lie, and where its choices start in the parser's list.
#[derive(Clone, Copy, Default)]
struct Range {
    from: usize,
    to: usize,
    /// Where the next part may take over, if there is one.
    next_part_from: usize,
    choices: usize,
}

/// The state of a parse.
pub(crate) struct Parser {
    /// By position: cost of the rest of the piece from there; for the part at work and the one after it.
    rest: [Vec<u32>; 2],
    /// By part and position: the token to take; none where the next part takes over.
    choices: Vec<Token>,
}

impl Parser {
    pub(crate) fn new(max_piece: usize) -> Parser {
        let overlap = 2 * max_piece.div_ceil(REACH) * MAX_PARTS;
        Parser {
            rest: [vec![0; max_piece + 1], vec![0; max_piece + 1]],
            choices: vec![Token::NONE; max_piece + overlap + MAX_PARTS],
        }
    }

    /// Parses the piece `data` for `plan` and puts the tokens and parts, not yet measured, into `solution`.
    pub(crate) fn parse(
        &mut self,
        data: &[u8],
        candidates: &Candidates,
        plan: &Plan,
        solution: &mut Solution,
    ) {
        let ranges = ranges(plan, data.len());
        let parts = plan.ends.len();
        for part in (0..parts).rev() {
            let range = ranges[part];
            let [rest, next] = &mut self.rest;
            core::mem::swap(rest, next);
            let choices = &mut self.choices[range.choices..];
            parse_part(
                data,
                candidates,
                &plan.costs[part],
                range,
                rest,
                next,
                choices,
            );
        }
        self.collect(data, &ranges[..parts], solution);
    }

    /// Follows the choices from the start and leaves out empty parts.
    fn collect(&self, data: &[u8], ranges: &[Range], solution: &mut Solution) {
        solution.clear();
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
                solution.tokens.push(token);
                position += token.length();
            }
            if position > start || data.is_empty() {
                histogram.literal[END_OF_BLOCK] = 1;
                solution
                    .parts
                    .push(Part::new(solution.tokens.len(), position, histogram));
            }
        }
    }
}

/// The positions that each part may cover: from its old start to its old end, and a share of the piece to either side.
fn ranges(plan: &Plan, length: usize) -> [Range; MAX_PARTS] {
    let mut ranges = [Range::default(); MAX_PARTS];
    let reach = length / REACH;
    let mut choices = 0;
    let last = plan.ends.len() - 1;
    for (part, &end) in plan.ends.iter().enumerate() {
        let from = match part {
            0 => 0,
            _ => plan.ends[part - 1].saturating_sub(reach),
        };
        let (to, next_part_from) = match part == last {
            true => (length, usize::MAX),
            false => ((end + reach).min(length), end.saturating_sub(reach)),
        };
        ranges[part] = Range {
            from,
            to,
            next_part_from,
            choices,
        };
        choices += to - from + 1;
    }
    ranges
}

/// Finds the cheapest rest from each position of a part, last position first.
fn parse_part(
    data: &[u8],
    candidates: &Candidates,
    costs: &Costs,
    range: Range,
    rest: &mut [u32],
    next: &[u32],
    choices: &mut [Token],
) {
    let Range {
        to, next_part_from, ..
    } = range;
    rest[to] = costs.end + if to >= next_part_from { next[to] } else { 0 };
    choices[to - range.from] = Token::NONE;
    for position in (range.from..to).rev() {
        let mut step = Step {
            rest: &rest[position..=to],
            costs,
            cheapest: rest[position + 1] + costs.literal[usize::from(data[position])],
            token: Token::literal(0),
        };
        let found = candidates.at(position);
        if !found.is_empty() {
            step.try_matches(found);
        }
        let Step {
            mut cheapest,
            mut token,
            ..
        } = step;
        if position >= next_part_from && next[position] + costs.end < cheapest {
            cheapest = next[position] + costs.end;
            token = Token::NONE;
        }
        rest[position] = cheapest;
        choices[position - range.from] = token;
    }
}

/// The best token found so far at a position.
struct Step<'a> {
    /// What the rest of the part costs from this position, from the next one, and so on.
    rest: &'a [u32],
    costs: &'a Costs,
    /// What the token costs with all that follows it.
    cheapest: u32,
    token: Token,
}

impl Step<'_> {
    /// Tries all useful lengths of the matches found, which come longest first. Each length is taken from the match of
    /// that length or more whose distance is the cheapest.
    #[inline(always)]
    fn try_matches(&mut self, found: &[Token]) {
        let mut longest = self.rest.len() - 1;
        let mut distance_cost = u32::MAX;
        let mut nearest = Token::NONE;
        for &candidate in found {
            let cost = self.costs.distance[candidate.distance_slot()];
            if cost < distance_cost {
                let length = candidate.length();
                self.try_lengths(length + 1, longest, nearest, distance_cost);
                longest = longest.min(length);
                distance_cost = cost;
                nearest = candidate;
            }
        }
        self.try_lengths(MIN_MATCH, longest, nearest, distance_cost);
    }

    /// Tries the lengths `from..=longest` of a match.
    #[inline(always)]
    fn try_lengths(&mut self, from: usize, longest: usize, found: Token, distance_cost: u32) {
        if longest < from || found == Token::NONE {
            return;
        }
        let mut to = longest;
        if longest > LONG {
            let length_cost = self.costs.length[longest] & !LENGTH_MASK;
            let total = self.rest[longest] + length_cost + distance_cost;
            if total < self.cheapest {
                self.cheapest = total;
                self.token = found.cut_to(longest as u32);
            }
            to = SHORT;
            if from > to || longest > VERY_LONG {
                return;
            }
        }
        let (total, length) = cheapest_length(self.rest, self.costs, from, to);
        if total + distance_cost < self.cheapest {
            self.cheapest = total + distance_cost;
            self.token = found.cut_to(length);
        }
    }
}

/// The cheapest of the lengths `from..=to`, without its distance: the cost and the length.
#[inline(always)]
fn cheapest_length(rest: &[u32], costs: &Costs, from: usize, to: usize) -> (u32, u32) {
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
