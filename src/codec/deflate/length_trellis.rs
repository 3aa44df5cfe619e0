//! The code-length trellis: chooses the codeword lengths of a Huffman code so that its symbols and
//! the header that describes it are small together.
//!
//! The best sequence of codeword lengths is a shortest path. A state of the path is a number of
//! symbols that have got lengths, together with the last of these lengths. A transition to another
//! state appends either one length or several equal lengths, which one repeat symbol writes. The
//! cost of a transition is the size of the length or repeat symbol in the header, plus the size of
//! all occurrences of the symbols that get these lengths.
//!
//! A codeword of `l` bits takes the fraction 2^-l of the codeword space, and the codewords of a
//! complete code take the whole space. The cost of a codeword includes a price for the space that
//! it takes, because the search would otherwise choose codewords that are too short to form a code.
//! With this price, the cheapest lengths nearly fill the space. A last step makes the code
//! complete.

use super::dynamic_header::DynamicHeader;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Number of cost units in one bit.
const BIT: u32 = 16;
/// Size of the codeword space, which a complete code takes. A codeword of `l` bits takes `SPACE >>
/// l`.
const SPACE: u32 = 1 << MAX_CODE_LENGTH;
/// Maximum number of unused symbols that one repeat of a nonzero length may cover. These symbols
/// get codewords, although they do not occur.
const MAX_UNUSED: u32 = 2;

/// The cost of the cheapest path to each state after a symbol, in units of 1/16 bit. The index is
/// the last length. The cost is `u32::MAX` if no path leads to the state.
type StateCosts = [u32; MAX_CODE_LENGTH + 1];

/// The last transition on the cheapest path to a state. It appends `count` equal lengths, and the
/// length before them is `before`.
#[derive(Clone, Copy, Default)]
struct Transition {
    count: u8,
    before: u8,
}

/// The working memory of the search for codeword lengths.
pub(crate) struct LengthTrellis {
    costs: Vec<StateCosts>,
    transitions: Vec<[Transition; MAX_CODE_LENGTH + 1]>,
}

/// The input of a search for codeword lengths.
struct LengthProblem<'a> {
    /// Number of occurrences of each symbol, up to the last symbol that occurs.
    counts: &'a [u32],
    /// The codeword lengths before the search. The new length of a used symbol differs from its
    /// length before by at most 1.
    near: &'a [u8],
    /// Cost of each symbol of the code-length code in the header, including its extra bits.
    header: [u32; CODE_LENGTH_SYMBOLS],
    /// Price of the whole codeword space, in units of 1/16 bit. The price of a codeword of `l` bits
    /// is `price >> l`.
    price: u32,
}

impl LengthTrellis {
    pub(crate) fn new() -> LengthTrellis {
        LengthTrellis {
            costs: vec![[0; MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
            transitions: vec![[Transition::default(); MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
        }
    }

    /// Replaces `lengths`, the codeword lengths of a complete code, by other lengths with which the
    /// header and the symbols are likely to be smaller together. `counts` has the number of
    /// occurrences of each symbol. The size of the new header is only estimated, with the
    /// code-length code of `header`, so the caller must compute the real size. Returns `false` if
    /// no symbol occurs or if no complete code is found. `lengths` is unspecified then.
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
            // The price is total * log2(e) bits. With this price, the cheapest lengths would fill
            // the codeword space exactly if lengths could be fractions.
            price: total * (BIT * 1477 / 1024),
        };
        self.search(&problem, lengths);
        make_complete(counts, lengths)
    }

    /// Writes the cheapest codeword lengths to `lengths`. Their codewords may take more or less
    /// than the whole codeword space.
    fn search(&mut self, problem: &LengthProblem, lengths: &mut [u8]) {
        let symbols = problem.counts.len();
        self.costs[..=symbols].fill([u32::MAX; MAX_CODE_LENGTH + 1]);
        // The first state has the last length 0, because no repeat symbol copies the length 0, and
        // no header may start with a copy.
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

    /// Records a path to the state before `symbol` with the last length `length` if the path is the
    /// cheapest so far. `cost` is the cost of the path. Its last transition appends `count` lengths
    /// after the length `before`.
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

    /// Adds the transitions that append one length, for `symbol`. `before` is the last length of
    /// the state before `symbol`, and `cost` is the cost of that state.
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

    /// Adds the transitions that repeat the last length for `symbol` and the symbols after it.
    /// `length` is the last length of the state before `symbol`, and `cost` is the cost of that
    /// state.
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

    /// Adds the transitions that give the length 0 to `symbol` and the symbols after it with one
    /// repeat symbol. None of these symbols may occur.
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

/// Returns the cost of a codeword of `length` bits: the size of the `count` occurrences of its
/// symbol, plus the price of the codeword space that it takes. `price` is the price of the whole
/// space.
#[inline(always)]
fn codeword_cost(count: u32, price: u32, length: usize) -> u32 {
    count * length as u32 * BIT + (price >> length)
}

/// Returns the last length of the cheapest state.
fn cheapest_state(costs: &StateCosts) -> usize {
    (0..costs.len())
        .min_by_key(|&length| costs[length])
        .unwrap_or(0)
}

/// Returns how much codeword space codewords of these lengths take. A complete code takes
/// [`SPACE`].
fn space(lengths: &[u8]) -> u32 {
    let used = lengths.iter().filter(|&&length| length != 0);
    used.map(|&length| SPACE >> length).sum()
}

/// Makes a code complete. While its codewords take more than the whole codeword space, each step
/// makes one codeword longer by one bit. While they take less, each step makes one codeword shorter
/// by one bit. A step selects the codeword whose change costs the fewest bits, or saves the most
/// bits, relative to the space that the codeword takes. Returns `false` if no complete code is
/// found.
fn make_complete(counts: &[u32], lengths: &mut [u8]) -> bool {
    // A number proportional to the bits that a change of the codeword by one bit costs or saves,
    // divided by the space that the codeword takes.
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
