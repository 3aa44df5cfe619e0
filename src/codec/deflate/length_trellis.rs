//! The code-length trellis: chooses the lengths of a Huffman code so that its symbols and its
//! header together are small.
//!
//! The best sequence of code lengths is a shortest path over the symbols. The state after a symbol
//! is the last length. A transition appends one plain length or one repeat. Its cost is the
//! size of that length or repeat in the header plus the size of the data symbols with this length.
//!
//! A codeword of `l` bits takes the share 2^-l of the codeword space, and a complete code takes all
//! of it. Each codeword pays a price for its share, which keeps the codewords from being too short.
//! The cheapest lengths nearly fill the space, and a last step makes the code complete.

use super::dynamic_header::DynamicHeader;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Cost units of one bit.
const BIT: u32 = 16;
/// Codeword space of a complete code. A codeword of length `l` takes `SPACE >> l`.
const SPACE: u32 = 1 << MAX_CODE_LENGTH;
/// Maximum number of unused symbols that a repeat of a nonzero length may cover. They get
/// codewords.
const MAX_UNUSED: u32 = 2;

/// The cost of each state after a symbol, indexed by the last length. `u32::MAX` if the state
/// cannot be reached.
type StateCosts = [u32; MAX_CODE_LENGTH + 1];

/// The last transition on the cheapest path to a state: `count` equal lengths after the length
/// `before`.
#[derive(Clone, Copy, Default)]
struct Transition {
    count: u8,
    before: u8,
}

/// The working memory of the search.
pub(crate) struct LengthTrellis {
    costs: Vec<StateCosts>,
    transitions: Vec<[Transition; MAX_CODE_LENGTH + 1]>,
}

/// The input of a search.
struct LengthProblem<'a> {
    /// Occurrences of each symbol, up to the last one used.
    counts: &'a [u32],
    /// The lengths before the search. The new lengths of used symbols differ from them by at most
    /// 1.
    near: &'a [u8],
    /// Cost of each symbol of the code-length code, including extra bits.
    header: [u32; CODE_LENGTH_SYMBOLS],
    /// Price of the whole codeword space.
    price: u32,
}

impl LengthTrellis {
    pub(crate) fn new() -> LengthTrellis {
        LengthTrellis {
            costs: vec![[0; MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
            transitions: vec![[Transition::default(); MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
        }
    }

    /// Replaces `lengths`, the lengths of a complete code for symbols that occur `counts` times, by
    /// lengths with which header and symbols are likely to be smaller. The size of the header is
    /// estimated with the code-length code of `header`, so the caller must compute the real size.
    /// Returns `false` if no complete code is found. `lengths` is unspecified then.
    pub(crate) fn improve(
        &mut self,
        counts: &[u32],
        header: &DynamicHeader,
        lengths: &mut [u8],
    ) -> bool {
        let Some(last) = counts.iter().rposition(|&count| count != 0) else {
            return false;
        };
        let mut near = [0; LITERAL_SYMBOLS];
        near[..lengths.len()].copy_from_slice(lengths);
        lengths.fill(0);
        let total: u32 = counts.iter().sum();
        let problem = LengthProblem {
            counts: &counts[..=last],
            near: &near[..=last],
            header: header.symbol_bits().map(|bits| bits * BIT),
            // The price is total * log2(e) bits. If lengths could be fractions, the cheapest ones
            // would then fill the space exactly.
            price: total * (BIT * 1477 / 1024),
        };
        self.search(&problem, lengths);
        make_complete(counts, lengths)
    }

    /// Writes the cheapest lengths. They may take more or less than the whole codeword space.
    fn search(&mut self, problem: &LengthProblem, lengths: &mut [u8]) {
        let symbols = problem.counts.len();
        self.costs[..=symbols].fill([u32::MAX; MAX_CODE_LENGTH + 1]);
        // The start counts as length 0, which is never copied: no header starts with a copy.
        self.costs[0][0] = 0;
        for symbol in 0..symbols {
            for before in 0..=MAX_CODE_LENGTH {
                let cost = self.costs[symbol][before];
                if cost != u32::MAX {
                    self.add_plain(problem, symbol, before, cost);
                    self.add_copies(problem, symbol, before, cost);
                }
            }
            self.add_zeros(problem, symbol);
        }
        let mut end = symbols;
        let mut length = cheapest_state(&self.costs[end]);
        while end > 0 {
            let transition = self.transitions[end][length];
            let start = end - usize::from(transition.count);
            lengths[start..end].fill(length as u8);
            end = start;
            length = usize::from(transition.before);
        }
    }

    /// Records a path to the state `length` before `symbol` if it is the cheapest so far. The last
    /// transition of the path appends `count` lengths after the length `before`.
    #[inline(always)]
    fn reach(&mut self, symbol: usize, length: usize, cost: u32, count: usize, before: usize) {
        if cost < self.costs[symbol][length] {
            self.costs[symbol][length] = cost;
            self.transitions[symbol][length] = Transition {
                count: count as u8,
                before: before as u8,
            };
        }
    }

    /// Adds the transitions that give `symbol` a plain length.
    #[inline(always)]
    fn add_plain(&mut self, problem: &LengthProblem, symbol: usize, before: usize, cost: u32) {
        let near = usize::from(problem.near[symbol]);
        let count = problem.counts[symbol];
        if count == 0 {
            let cost = cost + problem.header[0];
            self.reach(symbol + 1, 0, cost, 1, before);
        }
        if near != 0 {
            let least = near.saturating_sub(1).max(1);
            for length in least..=(near + 1).min(MAX_CODE_LENGTH) {
                let codeword = codeword_cost(count, problem.price, length);
                let cost = cost + problem.header[length] + codeword;
                self.reach(symbol + 1, length, cost, 1, before);
            }
        }
    }

    /// Adds the transitions that repeat the last length, `length`, from `symbol` on.
    #[inline(always)]
    fn add_copies(&mut self, problem: &LengthProblem, symbol: usize, length: usize, cost: u32) {
        if length == 0 {
            return;
        }
        let [(least_copies, most_copies), ..] = REPEATS;
        let mut cost = cost + problem.header[COPY];
        let mut unused = 0;
        let most = problem.counts.len().min(symbol + most_copies);
        for end in symbol..most {
            let count = problem.counts[end];
            unused += u32::from(count == 0);
            let far = usize::from(problem.near[end]).abs_diff(length) > 1;
            if unused > MAX_UNUSED || (count != 0 && far) {
                return;
            }
            cost += codeword_cost(count, problem.price, length);
            let repeat = end + 1 - symbol;
            if repeat >= least_copies {
                self.reach(end + 1, length, cost, repeat, length);
            }
        }
    }

    /// Adds the transitions that repeat zeros over unused symbols from `symbol` on.
    #[inline(always)]
    fn add_zeros(&mut self, problem: &LengthProblem, symbol: usize) {
        let [_, (least_short, most_short), (least_long, most_long)] = REPEATS;
        let zeros = problem.counts[symbol..].iter().take(most_long);
        let zeros = zeros.take_while(|&&count| count == 0).count();
        if zeros < least_short {
            return;
        }
        let before = cheapest_state(&self.costs[symbol]);
        let cost = self.costs[symbol][before];
        for repeat in least_short..=zeros.min(most_short) {
            let cost = cost + problem.header[ZEROS_SHORT];
            self.reach(symbol + repeat, 0, cost, repeat, before);
        }
        if zeros >= least_long {
            let cost = cost + problem.header[ZEROS_LONG];
            self.reach(symbol + zeros, 0, cost, zeros, before);
        }
    }
}

/// Returns the cost of a codeword: all occurrences of its symbol and the codeword space it takes.
#[inline(always)]
fn codeword_cost(count: u32, price: u32, length: usize) -> u32 {
    count * length as u32 * BIT + (price >> length)
}

/// Returns the last length of the state with the lowest cost.
fn cheapest_state(costs: &StateCosts) -> usize {
    (0..costs.len())
        .min_by_key(|&length| costs[length])
        .unwrap_or(0)
}

/// Returns the codeword space that the lengths take.
fn space(lengths: &[u8]) -> u32 {
    let used = lengths.iter().filter(|&&length| length != 0);
    used.map(|&length| SPACE >> length).sum()
}

/// Makes a code complete: lengthens codewords by one bit while they take too much space, then
/// shortens codewords by one bit while space is left. Each step takes the codeword whose change
/// costs the fewest bits, or saves the most, relative to its space. Returns `false` if no complete
/// code is found.
fn make_complete(counts: &[u32], lengths: &mut [u8]) -> bool {
    // The bits that one step of a codeword costs or saves, divided by the space of the codeword.
    let bits_per_space = |lengths: &[u8], symbol: usize| counts[symbol] << lengths[symbol];
    let mut taken = space(lengths);
    while taken > SPACE {
        let can_grow = |&symbol: &usize| (1..MAX_CODE_LENGTH as u8).contains(&lengths[symbol]);
        let symbols = (0..lengths.len()).filter(can_grow);
        let Some(symbol) = symbols.min_by_key(|&symbol| bits_per_space(lengths, symbol)) else {
            return false;
        };
        lengths[symbol] += 1;
        taken -= SPACE >> lengths[symbol];
    }
    while taken < SPACE {
        let can_shrink =
            |&symbol: &usize| lengths[symbol] > 1 && SPACE >> lengths[symbol] <= SPACE - taken;
        let symbols = (0..lengths.len()).filter(can_shrink);
        let Some(symbol) = symbols.max_by_key(|&symbol| bits_per_space(lengths, symbol)) else {
            return false;
        };
        taken += SPACE >> lengths[symbol];
        lengths[symbol] -= 1;
    }
    true
}
