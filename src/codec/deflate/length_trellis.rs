//! The code-length trellis: a search for the codeword lengths of a Huffman code. It minimizes the
//! size of the symbols plus the size of the header, which lists the codeword lengths.
//!
//! The symbols get their lengths one after the other, and the best lengths are found as a shortest
//! path. A state of the path is the number of symbols that have a length, together with the length
//! of the last of them. A transition gives a length to the next symbol, or the same length to
//! several next symbols with one repeat symbol of the header. The cost of a transition is a
//! number of bits: those with which the header states the length, plus those of all codewords in
//! the data that belong to the symbols of the transition.
//!
//! A codeword of `l` bits takes the fraction 2^-l of the codeword space. The codewords of a
//! complete code take exactly the whole space. If only sizes counted, the search would choose
//! codewords that are too short, which take more than the whole space. So the cost of a codeword
//! includes a price for the space that it takes. With this price, the cheapest codewords take
//! nearly the whole space. A last step changes a few of the lengths so that the code is complete.

use super::dynamic_header::DynamicHeader;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Number of cost units in one bit.
const BIT: u32 = 16;
/// Size of the codeword space, which the codewords of a complete code take exactly. A codeword of
/// `l` bits takes `SPACE >> l` of it.
const SPACE: u32 = 1 << MAX_CODE_LENGTH;
/// Maximum number of unused symbols to which one copy symbol in the header may give codewords. A
/// copy symbol gives several symbols the same codeword length. Unused symbols do not occur in the
/// deflate block.
const MAX_UNUSED: u32 = 2;

/// The costs of the cheapest paths to some states of the search for codeword lengths, in units of
/// 1/16 bit. There is one array for each number `n` of symbols: in its states, the first `n`
/// symbols have a length. The index in the array is the length of the last of these symbols. The
/// cost is `u32::MAX` if no path leads to the state.
type StateCosts = [u32; MAX_CODE_LENGTH + 1];

/// The last transition on the cheapest path to a state of the search for codeword lengths. It gives
/// the same length to `count` symbols. `before` is the length of the symbol before them.
#[derive(Clone, Copy, Default)]
struct Transition {
    count: u8,
    before: u8,
}

/// The working memory of the search for codeword lengths. The index of each vector is the number of
/// symbols that have lengths. The index of each array in it is the last of these lengths.
pub(crate) struct LengthTrellis {
    costs: Vec<StateCosts>,
    transitions: Vec<[Transition; MAX_CODE_LENGTH + 1]>,
}

/// The input of a search for codeword lengths.
struct LengthProblem<'a> {
    /// Number of occurrences of each symbol, up to the last symbol that occurs.
    counts: &'a [u32],
    /// The codeword lengths before the search, in bits. If a symbol occurs, the search changes
    /// its length by at most 1 bit.
    near: &'a [u8],
    /// Cost of each code-length symbol in the header, in units of 1/16 bit. A code-length symbol
    /// writes one codeword length or several equal ones. Its extra bits are included.
    header: [u32; CODE_LENGTH_SYMBOLS],
    /// Price of the whole codeword space, in units of 1/16 bit. A codeword of `l` bits takes the
    /// fraction 2^-l of the space, so its price is `price >> l`.
    price: u32,
}

impl LengthTrellis {
    pub(crate) fn new() -> LengthTrellis {
        LengthTrellis {
            costs: vec![[0; MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
            transitions: vec![[Transition::default(); MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
        }
    }

    /// Replaces the codeword lengths `lengths`, in bits, by lengths with which the symbols and the
    /// header are likely to be smaller together. The old lengths must be those of a complete code,
    /// and so are the new ones. `counts` has the number of occurrences of each symbol.
    ///
    /// The size of the new header is only estimated, because the search assumes that it has the
    /// code-length code of `header`. So the caller must compute the real size. Returns `false` if
    /// no symbol occurs or if no complete code is found. The contents of `lengths` are then
    /// unspecified.
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
            // 1477 / 1024 is about log2(e). A symbol that occurs `count` times costs `count * l +
            // price * 2^-l` bits with a codeword of `l` bits. If lengths could be fractions, this
            // cost would be lowest if 2^-l is `count / (price * ln(2))`. The sum of these fractions
            // is 1, the whole codeword space, if the price is `total * log2(e)` bits.
            price: total * (BIT * 1477 / 1024),
        };
        self.search(&problem, lengths);
        make_complete(counts, lengths)
    }

    /// Writes the cheapest codeword lengths to `lengths`, in bits. The codewords may take more or
    /// less than the whole codeword space.
    fn search(&mut self, problem: &LengthProblem, lengths: &mut [u8]) {
        let symbols = problem.counts.len();
        self.costs[..=symbols].fill([u32::MAX; MAX_CODE_LENGTH + 1]);
        // In the first state, no symbol has a length. It counts as a state with the last length 0.
        // No transition copies the length 0, so the header cannot start with a symbol that copies
        // the length before it.
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

    /// Records a path to the state in which `symbol` symbols have lengths and the last of them is
    /// `length`, if no cheaper path is known. `cost` is the cost of the path. Its last transition
    /// gives the length to `count` symbols, and `before` is the length of the symbol before them.
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

    /// Adds the transitions that give a length to `symbol` alone. They start from the state with
    /// the cost `cost`, in which `before` is the length of the symbol before `symbol`.
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

    /// Adds the transitions that repeat the length `length` of the symbol before `symbol`. Each
    /// gives this length to `symbol` and some of the symbols after it. `cost` is the cost of the
    /// state from which they start.
    #[inline(always)]
    fn add_copies(&mut self, problem: &LengthProblem, symbol: usize, length: usize, cost: u32) {
        if length == 0 {
            return;
        }
        let [(least_copies, most_copies), ..] = REPEATS;
        let mut cost = cost + problem.header[REPEAT_LENGTH];
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

    /// Adds the transitions that give length 0 to `symbol` and to symbols after it with one repeat
    /// symbol. Only symbols that do not occur can get length 0.
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

/// Returns the cost of a codeword of `length` bits, in units of 1/16 bit. It is the size of the
/// `count` occurrences of the codeword, plus a price for the codeword space that the codeword
/// takes. `price` is the price of the whole space.
#[inline(always)]
fn codeword_cost(count: u32, price: u32, length: usize) -> u32 {
    count * length as u32 * BIT + (price >> length)
}

/// Returns the index of the lowest cost in `costs`. The index is a codeword length: that of the
/// last symbol to which the search has given a length.
fn cheapest_state(costs: &StateCosts) -> usize {
    (0..costs.len())
        .min_by_key(|&length| costs[length])
        .unwrap_or(0)
}

/// Returns the codeword space that codewords of the lengths `lengths` take together. The codewords
/// of a complete code take [`SPACE`].
fn space(lengths: &[u8]) -> u32 {
    let used = lengths.iter().filter(|&&length| length != 0);
    used.map(|&length| SPACE >> length).sum()
}

/// Changes codeword lengths, in bits, until the code is complete. While the codewords take too much
/// of the codeword space, each step makes one codeword longer by one bit. While they take too
/// little, each step makes one codeword shorter by one bit. Returns `false` if no complete code is
/// found.
///
/// Each step selects the codeword with the best ratio of bits to codeword space. If codewords get
/// longer, this is the codeword with the fewest additional bits for the space that becomes free. If
/// codewords get shorter, this is the codeword with the most saved bits for the additional space.
fn make_complete(counts: &[u32], lengths: &mut [u8]) -> bool {
    // Returns a number that is proportional to the ratio of bits to codeword space for a symbol. If
    // the codeword of a symbol gets longer or shorter by one bit, the size of the symbols changes
    // by `counts[symbol]` bits. A codeword of `l` bits takes the fraction 2^-l of the space.
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
