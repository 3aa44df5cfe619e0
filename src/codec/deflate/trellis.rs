//! Code lengths that are chosen one symbol after the other for the size of symbols and header together.
//!
//! The cheapest sequence of lengths is a shortest path: its state is the last length, its steps are a plain length or a
//! repeat, at what the code-length code asks for them. A price on codeword space keeps the code from having too many short
//! codewords; what the code then takes too much or too little is mended in the end.

use super::header::{Header, CODE_LENGTH_SYMBOLS, COPY, REPEATS, ZEROS_LONG, ZEROS_SHORT};
use super::tables::*;
use alloc::vec;
use alloc::vec::Vec;

/// Costs are in 1/16 bit.
const BIT: u32 = 16;
/// Space of all codewords together; one of length `l` takes `SPACE >> l`.
const SPACE: u32 = 1 << MAX_CODE_LENGTH;
/// Most unused symbols that a repeat may run over, which gives them codewords.
const MOST_UNUSED: u32 = 2;

/// Costs by last length.
type Costs = [u32; MAX_CODE_LENGTH + 1];

/// How a state is reached: by so many lengths, all equal, after another length.
#[derive(Clone, Copy, Default)]
struct Step {
    count: u8,
    before: u8,
}

/// Room for the paths.
pub(crate) struct Trellis {
    costs: Vec<Costs>,
    steps: Vec<[Step; MAX_CODE_LENGTH + 1]>,
}

/// What the lengths are chosen for.
struct Problem<'a> {
    /// Of each symbol up to the last one in use.
    counts: &'a [u32],
    /// Lengths that are known to be good; those chosen are near them.
    near: &'a [u8],
    /// Cost of each symbol of the code-length code, extra bits included.
    header: [u32; CODE_LENGTH_SYMBOLS],
}

impl Trellis {
    pub(crate) fn new() -> Trellis {
        Trellis {
            costs: vec![[0; MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
            steps: vec![[Step::default(); MAX_CODE_LENGTH + 1]; LITERAL_SYMBOLS + 1],
        }
    }

    /// Replaces `lengths`, a complete code for symbols that occur `counts` times, by one that may take less space with its
    /// header, if that header has about the costs of `header`. `false` if there is none.
    pub(crate) fn improve(&mut self, counts: &[u32], header: &Header, lengths: &mut [u8]) -> bool {
        let Some(last) = counts.iter().rposition(|&count| count != 0) else {
            return false;
        };
        let mut near = [0; LITERAL_SYMBOLS];
        near[..lengths.len()].copy_from_slice(lengths);
        lengths.fill(0);
        let problem = Problem {
            counts: &counts[..=last],
            near: &near[..=last],
            header: header.symbol_bits().map(|bits| bits * BIT),
        };
        let total: u32 = counts.iter().sum();
        // With this price ideal lengths, were they no whole numbers, would fill the space: total * log2(e).
        let price = total * (BIT * 1477 / 1024);
        self.find(&problem, price, lengths);
        repair(counts, lengths)
    }

    /// The cheapest lengths for a price of the whole space.
    fn find(&mut self, problem: &Problem, price: u32, lengths: &mut [u8]) {
        let symbols = problem.counts.len();
        self.costs[..=symbols].fill([u32::MAX; MAX_CODE_LENGTH + 1]);
        // No repeat starts with the first symbol: length 0 is never copied.
        self.costs[0][0] = 0;
        for symbol in 0..symbols {
            for before in 0..=MAX_CODE_LENGTH {
                let cost = self.costs[symbol][before];
                if cost != u32::MAX {
                    self.step_plain(problem, price, symbol, before, cost);
                    self.step_copies(problem, price, symbol, before, cost);
                }
            }
            self.step_zeros(problem, symbol);
        }
        let mut end = symbols;
        let mut length = least(&self.costs[end]);
        while end > 0 {
            let step = self.steps[end][length];
            let start = end - usize::from(step.count);
            lengths[start..end].fill(length as u8);
            end = start;
            length = usize::from(step.before);
        }
    }

    #[inline(always)]
    fn reach(&mut self, symbol: usize, length: usize, cost: u32, count: usize, before: usize) {
        if cost < self.costs[symbol][length] {
            self.costs[symbol][length] = cost;
            self.steps[symbol][length] = Step {
                count: count as u8,
                before: before as u8,
            };
        }
    }

    /// A plain length for a symbol.
    #[inline(always)]
    fn step_plain(
        &mut self,
        problem: &Problem,
        price: u32,
        symbol: usize,
        before: usize,
        cost: u32,
    ) {
        let near = usize::from(problem.near[symbol]);
        let count = problem.counts[symbol];
        if count == 0 {
            let cost = cost + problem.header[0];
            self.reach(symbol + 1, 0, cost, 1, before);
        }
        if near != 0 {
            let least = near.saturating_sub(1).max(1);
            for length in least..=(near + 1).min(MAX_CODE_LENGTH) {
                let cost = cost + problem.header[length] + weight(count, price, length);
                self.reach(symbol + 1, length, cost, 1, before);
            }
        }
    }

    /// A repeat of the last length.
    #[inline(always)]
    fn step_copies(
        &mut self,
        problem: &Problem,
        price: u32,
        symbol: usize,
        length: usize,
        cost: u32,
    ) {
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
            if unused > MOST_UNUSED || (count != 0 && far) {
                return;
            }
            cost += weight(count, price, length);
            let repeat = end + 1 - symbol;
            if repeat >= least_copies {
                self.reach(end + 1, length, cost, repeat, length);
            }
        }
    }

    /// A repeat of zeros over unused symbols.
    #[inline(always)]
    fn step_zeros(&mut self, problem: &Problem, symbol: usize) {
        let [_, (least_short, most_short), (least_long, most_long)] = REPEATS;
        let zeros = problem.counts[symbol..].iter().take(most_long);
        let zeros = zeros.take_while(|&&count| count == 0).count();
        if zeros < least_short {
            return;
        }
        let before = least(&self.costs[symbol]);
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

/// What a codeword of a symbol costs, without its place in the header.
#[inline(always)]
fn weight(count: u32, price: u32, length: usize) -> u32 {
    count * length as u32 * BIT + (price >> length)
}

/// The length of the least cost.
fn least(costs: &Costs) -> usize {
    (0..costs.len())
        .min_by_key(|&length| costs[length])
        .unwrap_or(0)
}

fn space(lengths: &[u8]) -> u32 {
    let used = lengths.iter().filter(|&&length| length != 0);
    used.map(|&length| SPACE >> length).sum()
}

/// Makes the code complete: lengthens codewords while they take too much space, then shortens some while they leave any.
/// Those go first whose bits buy the most space, or are the most for it. `false` if that cannot be done.
fn repair(counts: &[u32], lengths: &mut [u8]) -> bool {
    // What a bit more or less of each codeword is worth, relative to its space.
    let worth = |lengths: &[u8], symbol: usize| counts[symbol] << lengths[symbol];
    let mut taken = space(lengths);
    while taken > SPACE {
        let can_grow = |&symbol: &usize| (1..MAX_CODE_LENGTH as u8).contains(&lengths[symbol]);
        let symbols = (0..lengths.len()).filter(can_grow);
        let Some(symbol) = symbols.min_by_key(|&symbol| worth(lengths, symbol)) else {
            return false;
        };
        lengths[symbol] += 1;
        taken -= SPACE >> lengths[symbol];
    }
    while taken < SPACE {
        let can_shrink =
            |&symbol: &usize| lengths[symbol] > 1 && SPACE >> lengths[symbol] <= SPACE - taken;
        let symbols = (0..lengths.len()).filter(can_shrink);
        let Some(symbol) = symbols.max_by_key(|&symbol| worth(lengths, symbol)) else {
            return false;
        };
        taken += SPACE >> lengths[symbol];
        lengths[symbol] -= 1;
    }
    true
}
