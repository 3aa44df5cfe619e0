//! The search for the smallest encoding of a piece, which is a part of a block and has up to 64
//! KiB. The optimal parse finds the cheapest literals and matches if the cost of each symbol is
//! given. As in the encoder Zopfli, the parse is repeated several times. Each time, the costs are
//! computed from the result of the previous parse.
//!
//! The search makes several series of parses, each with a different start. A start is one of the
//! following:
//!
//! - a cost model, which is an estimated number of bits for each symbol,
//! - a split of the piece into sub-blocks (deflate blocks), or
//! - randomly changed symbol counts, which are used only at the highest level.
//!
//! Several starts are used because each may lead to a different local optimum (an encoding that
//! further parses do not make smaller). The smallest encoding of all parses is kept.

use super::block_splitter::{BlockSplitter, SplitPoint, MAX_STRETCHES};
use super::cost_model::{CostModel, HeaderShare};
use super::dynamic_codes::CodeSearch;
use super::histogram::Histogram;
use super::length_trellis::LengthTrellis;
use super::levels::{InitialCosts, Settings};
use super::match_finder::Candidates;
use super::optimal_parse::{OptimalParser, ParsePlan};
use super::piece_encoding::{PieceEncoding, SubBlockKind};
use crate::codec::deflate_format::*;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

/// Estimated size that each used symbol adds to the header of a deflate block, in units of 1/8 bit.
const SHARE: HeaderShare = HeaderShare(16);
/// The values of [`HeaderShare`] from which each random start selects one. A random start is a new
/// series of parses from randomly changed symbol counts.
const RANDOM_SHARES: [HeaderShare; 4] = [HeaderShare(0), SHARE, HeaderShare(32), HeaderShare(64)];
/// Maximum number of parses after each random start, which randomly changes the symbol counts.
const RANDOM_PASSES: u32 = 4;
/// Divisor that decides whether better Huffman codes are searched thoroughly for an encoding.
/// Better codes are searched only if the encoding is smaller than the best encoding, or larger by
/// less than 1/64 of its own size in bits.
const CLOSE: u32 = 64;
/// Divisor that decides whether the codeword lengths of an encoding are improved with the
/// [`LengthTrellis`](super::length_trellis::LengthTrellis). The lengths are improved only if the
/// encoding is smaller than the best encoding, or larger by less than 1/256 of its own size in
/// bits.
const VERY_CLOSE: u32 = 256;

/// A piece of a block, and the data from which the search for its smallest encoding starts.
pub(crate) struct ParseInput<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) candidates: &'a Candidates,
    /// Number of times that each symbol occurs in a greedy parse of the piece. A greedy parse takes
    /// the longest match at each position.
    pub(crate) greedy: &'a Histogram,
    /// Number of times that each symbol occurs in the previous piece. `None` if there is no
    /// previous piece.
    pub(crate) previous: Option<&'a Histogram>,
    /// If another thread sets this flag, the search ends early, because its result is no longer
    /// needed.
    pub(crate) stop: &'a AtomicBool,
}

impl ParseInput<'_> {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The working memory and the result of the search for the smallest encoding of a piece.
pub(crate) struct Optimizer {
    parser: OptimalParser,
    splitter: BlockSplitter,
    trellis: LengthTrellis,
    plan: ParsePlan,
    split: Vec<SplitPoint>,
    trial: PieceEncoding,
    /// The smallest encoding found so far.
    pub(crate) best: PieceEncoding,
    /// Size that `best` had after the quick search for its Huffman codes, in bits. If a thorough
    /// search was made afterwards, `best` may be smaller than this size.
    best_quick_bits: u32,
}

impl Optimizer {
    pub(crate) fn new(max_piece: usize) -> Optimizer {
        Optimizer {
            parser: OptimalParser::new(max_piece),
            splitter: BlockSplitter::new(),
            trellis: LengthTrellis::new(),
            plan: ParsePlan::new(),
            split: Vec::with_capacity(MAX_STRETCHES + 1),
            trial: PieceEncoding::new(max_piece),
            best: PieceEncoding::new(max_piece),
            best_quick_bits: u32::MAX,
        }
    }

    /// Searches for the smallest encoding of the piece in `input` and leaves it in
    /// [`best`](Optimizer::best). If the search is cancelled, the contents of `best` are
    /// unspecified.
    pub(crate) fn run(&mut self, settings: &Settings, input: &ParseInput) {
        self.best.clear();
        self.best_quick_bits = u32::MAX;
        for &start in settings.start {
            self.plan.clear();
            self.plan
                .push(initial_costs(start, input), input.data.len());
            self.iterate(
                input,
                settings.passes,
                settings.patience,
                settings.search,
                false,
            );
        }
        for index in 0..settings.splits {
            self.try_split(settings, input, index as usize);
        }
        if settings.final_search == CodeSearch::Thorough && !input.is_cancelled() {
            self.best.measure(CodeSearch::Thorough);
        }
        if settings.trellis && !input.is_cancelled() {
            self.best.improve_lengths(&mut self.trellis);
        }
        self.search_from_random_counts(settings, input);
        for _ in 0..settings.final_passes {
            if !self.final_pass(settings, input) {
                break;
            }
        }
    }

    /// Parses the piece repeatedly. The first parse uses the costs in `plan`. Each later parse uses
    /// costs that are computed from the result of the previous parse. Ends after `passes` parses,
    /// or after `patience` parses whose encoding is not smaller than all earlier encodings of this
    /// series. Also ends if an encoding has the same size as the previous encoding, or the same
    /// size and number of sub-blocks as the best encoding.
    ///
    /// If `search` is `Thorough` and the encoding of a parse is nearly as small as the best one,
    /// more Huffman codes are tried for this encoding. If `use_trellis` is set, the code-length
    /// trellis then searches for better codeword lengths. The trellis is a search over sequences of
    /// codeword lengths. It counts the bits of the data and of the header.
    fn iterate(
        &mut self,
        input: &ParseInput,
        passes: u32,
        patience: u32,
        search: CodeSearch,
        use_trellis: bool,
    ) {
        let mut smallest = u32::MAX;
        let mut last = u32::MAX;
        let mut failures = 0;
        for pass in 1..=passes {
            if input.is_cancelled() {
                return;
            }
            self.parser
                .parse(input.data, input.candidates, &self.plan, &mut self.trial);
            self.trial.measure(CodeSearch::Quick);
            let bits = self.trial.bits;
            if bits == last
                || (bits == self.best_quick_bits
                    && self.trial.sub_blocks.len() == self.best.sub_blocks.len())
            {
                // If the size in bits is the same, this parse most likely has the same result as an
                // earlier parse. Then the next parses would repeat the results of the parses after
                // the earlier one.
                return;
            }
            last = bits;
            failures += u32::from(bits >= smallest);
            smallest = smallest.min(bits);
            if search == CodeSearch::Thorough && bits - bits / CLOSE < self.best.bits {
                self.trial.measure(CodeSearch::Thorough);
                if use_trellis && self.trial.bits - self.trial.bits / VERY_CLOSE < self.best.bits {
                    self.trial.improve_lengths(&mut self.trellis);
                }
            }
            if pass < passes && failures < patience {
                set_plan(&mut self.plan, &self.trial, SHARE);
            }
            if self.keep_if_smaller() {
                self.best_quick_bits = bits;
            }
            if failures == patience {
                break;
            }
        }
    }

    /// Swaps `trial` and `best` if `trial` is smaller. Returns whether they were swapped.
    fn keep_if_smaller(&mut self) -> bool {
        let smaller = self.trial.bits < self.best.bits;
        if smaller {
            core::mem::swap(&mut self.trial, &mut self.best);
        }
        smaller
    }

    /// Tries one split of the piece into sub-blocks (deflate blocks). `index` 0 selects the best
    /// split into any number of sub-blocks. `index` 1 selects the best split into two sub-blocks,
    /// `index` 2 the second best split into two, and so on. The best split is the one with the
    /// smallest estimated size.
    fn try_split(&mut self, settings: &Settings, input: &ParseInput, index: usize) {
        if input.is_cancelled() || !self.splitter.prepare(&self.best.tokens, input.data.len()) {
            return;
        }
        match index.checked_sub(1) {
            None => self.splitter.best_split(&self.best.tokens, &mut self.split),
            Some(rank) => self.splitter.split_in_two(rank, &mut self.split),
        }
        self.plan.clear();
        let mut start = 0;
        for end in &self.split {
            let histogram = Histogram::of(&self.best.tokens[start..end.token]);
            self.plan
                .push(CostModel::of_histogram(&histogram, SHARE), end.position);
            start = end.token;
        }
        self.iterate(
            input,
            settings.split_passes,
            settings.patience,
            settings.search,
            false,
        );
    }

    /// Randomly changes the symbol counts of the best encoding, and starts a new series of parses
    /// from the changed counts. Repeats this `settings.perturbations` times. The new parses may
    /// find a smaller encoding even if parses with the unchanged counts cannot find one.
    fn search_from_random_counts(&mut self, settings: &Settings, input: &ParseInput) {
        let mut random = Xorshift::new();
        for _ in 0..settings.perturbations {
            if input.is_cancelled() {
                return;
            }
            let share = RANDOM_SHARES[random.below(RANDOM_SHARES.len() as u32) as usize];
            self.plan.clear();
            for sub_block in &self.best.sub_blocks {
                let mut histogram = sub_block.histogram.clone();
                perturb(&mut histogram, &mut random);
                self.plan
                    .push(CostModel::of_histogram(&histogram, share), sub_block.end);
            }
            let search = CodeSearch::Thorough;
            self.iterate(input, RANDOM_PASSES, 1, search, settings.trellis);
        }
    }

    /// Parses the piece once more. The cost of each symbol is the length in bits of its codeword in
    /// the best encoding. Returns whether the new encoding is smaller than the best one, which it
    /// then replaces.
    fn final_pass(&mut self, settings: &Settings, input: &ParseInput) -> bool {
        if input.is_cancelled() {
            return false;
        }
        self.plan.clear();
        for sub_block in &self.best.sub_blocks {
            let costs = match sub_block.kind {
                SubBlockKind::Fixed => CostModel::fixed(),
                _ => CostModel::of_lengths(&sub_block.codes.lengths),
            };
            self.plan.push(costs, sub_block.end);
        }
        self.parser
            .parse(input.data, input.candidates, &self.plan, &mut self.trial);
        self.trial.measure(CodeSearch::Thorough);
        if settings.trellis && !input.is_cancelled() {
            self.trial.improve_lengths(&mut self.trellis);
        }
        self.keep_if_smaller()
    }
}

/// Sets the plan of the next parse to the sub-blocks of `encoding` and the costs of their symbols.
/// The costs are computed from smoothed symbol counts. Smoothing gives the same count to
/// neighboring symbols with similar counts. The counts are smoothed because the Huffman codes are
/// computed from smoothed counts, too.
fn set_plan(plan: &mut ParsePlan, encoding: &PieceEncoding, share: HeaderShare) {
    plan.clear();
    for sub_block in &encoding.sub_blocks {
        let costs = match sub_block.kind {
            SubBlockKind::Fixed => CostModel::fixed(),
            _ => CostModel::of_histogram(&sub_block.histogram.smoothed(), share),
        };
        plan.push(costs, sub_block.end);
    }
}

/// Returns the cost model that `start` selects for the first parse. If `start` selects the symbol
/// counts of the previous piece and there is no previous piece, the symbol counts of the greedy
/// parse are used.
fn initial_costs(start: InitialCosts, input: &ParseInput) -> CostModel {
    let previous = input.previous.unwrap_or(input.greedy);
    match start {
        InitialCosts::Fixed => CostModel::fixed(),
        InitialCosts::Previous => CostModel::of_histogram(previous, SHARE),
        InitialCosts::Mixed => {
            let mut mixed = previous.clone();
            mixed.add_all(input.greedy);
            CostModel::of_histogram(&mixed, SHARE)
        }
    }
}

/// Replaces randomly selected symbol counts by the counts of other symbols. At first, one of the
/// numbers 3, 6, 12 and 24 is selected at random. If it is `n`, one in `n` counts is replaced on
/// average.
fn perturb(histogram: &mut Histogram, random: &mut Xorshift) {
    let rarity = 3 << random.below(4);
    perturb_counts(&mut histogram.literal[..USABLE_LITERALS], rarity, random);
    perturb_counts(&mut histogram.distance[..USABLE_DISTANCES], rarity, random);
    histogram.literal[END_OF_BLOCK] = 1;
}

/// Replaces one in `rarity` counts on average. In half of the replacements, the new count is the
/// count of one of the next four symbols. In the other half, it is the count of any symbol.
fn perturb_counts(counts: &mut [u32], rarity: u32, random: &mut Xorshift) {
    let size = counts.len();
    for symbol in 0..size {
        if random.below(rarity) == 0 {
            let other = if random.below(2) == 0 {
                (symbol + 1 + random.below(4) as usize) % size
            } else {
                random.below(size as u32) as usize
            };
            counts[symbol] = counts[other];
        }
    }
}

/// A generator of pseudo-random numbers (xorshift with 32 bits). All generators return the same
/// sequence of numbers, so that the output of the encoder is reproducible.
struct Xorshift(u32);

impl Xorshift {
    fn new() -> Xorshift {
        Xorshift(0x2545_f491)
    }

    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// Returns a pseudo-random number less than `limit`, which must not be 0.
    fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }
}
