//! Where to cut a piece into sub-blocks: an estimate from the tokens of one parse.

use super::costs::{log2, LOG_UNIT};
use super::solution::{stored_bits, MAX_PARTS, TYPE_BITS};
use super::tables::*;
use super::token::Token;
use alloc::vec;
use alloc::vec::Vec;

/// Most stretches of tokens between which a cut may lie.
pub(crate) const MAX_STRETCHES: usize = 32;
/// Fewest bytes of a stretch, about.
const STRETCH: usize = 128;
/// A two-way cut has to come within so many bits of the whole for cuts to be looked for in earnest.
const SLACK: u32 = 60;

/// What a dynamic header costs in bits, guessed from the symbols in use.
const HEADER_BASE: u32 = 54;
const TENTHS_PER_LITERAL: u32 = 26;
const TENTHS_PER_DISTANCE: u32 = 30;
const TENTHS_PER_ISLAND: u32 = 50;

/// A place between two tokens.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Cut {
    pub(crate) token: usize,
    pub(crate) position: usize,
}

/// Finds cuts; the lists are for its own use.
pub(crate) struct Splitter {
    estimate: Estimate,
    /// The places where cuts may lie, start and end included.
    grid: Vec<Cut>,
    /// By place of the grid: cheapest way to get there, in bits, and from which place.
    reached: Vec<(u32, usize)>,
    /// By place of the grid: size of one part up to there, and from there to the end.
    before: Vec<u32>,
    after: Vec<u32>,
}

impl Splitter {
    pub(crate) fn new() -> Splitter {
        Splitter {
            estimate: Estimate::new(),
            grid: Vec::with_capacity(MAX_STRETCHES + 2),
            reached: vec![(0, 0); MAX_STRETCHES + 2],
            before: vec![0; MAX_STRETCHES + 2],
            after: vec![0; MAX_STRETCHES + 2],
        }
    }

    /// Prepares for these tokens. `false` if no cut promises anything.
    pub(crate) fn survey(&mut self, tokens: &[Token], length: usize) -> bool {
        self.lay_grid(tokens, length);
        let last = self.grid.len() - 1;
        self.estimate.clear();
        for place in 1..=last {
            self.estimate
                .add_all(&tokens[self.grid[place - 1].token..self.grid[place].token]);
            self.before[place] = self.estimate.bits();
        }
        self.estimate.clear();
        for place in (0..last).rev() {
            self.estimate
                .add_all(&tokens[self.grid[place].token..self.grid[place + 1].token]);
            self.after[place] = self.estimate.bits();
        }
        let whole = self.before[last];
        (1..last).any(|place| self.before[place] + self.after[place] < whole + SLACK)
    }

    fn lay_grid(&mut self, tokens: &[Token], length: usize) {
        let stretch = STRETCH.max(length.div_ceil(MAX_STRETCHES));
        self.grid.clear();
        self.grid.push(Cut::default());
        let mut position = 0;
        let mut wanted = stretch;
        for (token, what) in tokens.iter().enumerate() {
            if position >= wanted {
                self.grid.push(Cut { token, position });
                wanted = position + stretch;
            }
            position += what.length();
        }
        self.grid.push(Cut {
            token: tokens.len(),
            position,
        });
    }

    /// The ends of the parts of the division that is estimated to be the smallest.
    pub(crate) fn best_division(&mut self, tokens: &[Token], ends: &mut Vec<Cut>) {
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
        let mut place = last;
        while place > 0 {
            ends.push(self.grid[place]);
            place = self.reached[place].1;
        }
        ends.reverse();
        thin_out(ends);
    }

    /// The ends of the parts of the `rank`-th best cut in two, 0 being the best.
    pub(crate) fn cut_in_two(&self, rank: usize, ends: &mut Vec<Cut>) {
        let last = self.grid.len() - 1;
        let size = |place: usize| (self.before[place] + self.after[place], place);
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

/// Joins the shortest neighbours until there are no more parts than a solution can hold.
fn thin_out(ends: &mut Vec<Cut>) {
    while ends.len() > MAX_PARTS {
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
struct Estimate {
    literals: Alphabet<LITERAL_SYMBOLS>,
    distances: Alphabet<DISTANCE_SYMBOLS>,
    extra_bits: u32,
    fixed_bits: u32,
    bytes: usize,
}

impl Estimate {
    fn new() -> Estimate {
        Estimate {
            literals: Alphabet::new(),
            distances: Alphabet::new(),
            extra_bits: 0,
            fixed_bits: 0,
            bytes: 0,
        }
    }

    /// An empty sub-block: nothing but its end.
    fn clear(&mut self) {
        *self = Estimate::new();
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

/// Counts of an alphabet, with what the estimate needs of them kept up to date.
struct Alphabet<const SYMBOLS: usize> {
    counts: [u32; SYMBOLS],
    total: u32,
    /// Sum of count * log2(count).
    weighted: u64,
    used: u32,
    /// Stretches of used symbols.
    islands: u32,
}

impl<const SYMBOLS: usize> Alphabet<SYMBOLS> {
    fn new() -> Self {
        Alphabet {
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
            let joins =
                |place: usize| u32::from(self.counts.get(place).is_some_and(|&count| count != 0));
            self.islands = self.islands + 1 - joins(symbol.wrapping_sub(1)) - joins(symbol + 1);
        } else {
            self.weighted += weight(count + 1) - weight(count);
        }
    }

    /// Bits of all symbols with an ideal code.
    fn entropy(&self) -> u32 {
        ((weight(self.total) - self.weighted) / u64::from(LOG_UNIT)) as u32
    }
}

/// `count * log2(count)` in units of 1 / [`LOG_UNIT`] bit.
#[inline(always)]
fn weight(count: u32) -> u64 {
    u64::from(count) * u64::from(log2(count))
}
