//! The search for the smallest solution of a piece: parse, see what the codes cost, and parse again for that.

use super::chance::{disturb, Random};
use super::codes::Search;
use super::costs::{Costs, HeaderShare};
use super::effort::{Settings, Start};
use super::matches::Candidates;
use super::parse::{Parser, Plan};
use super::solution::{Kind, Solution};
use super::split::{Cut, Splitter, MAX_STRETCHES};
use super::token::Histogram;
use super::trellis::Trellis;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

/// What rare symbols pay for the header, unless something else is tried on purpose.
const SHARE: HeaderShare = HeaderShare(16);
/// What they pay in a random search.
const SHARES: [HeaderShare; 4] = [HeaderShare(0), SHARE, HeaderShare(32), HeaderShare(64)];
/// Passes of each descent of a random search.
const RANDOM_PASSES: u32 = 4;
/// A quick measure may be larger than the best by one part in so many for a thorough one to be worth its time.
const CLOSE: u32 = 64;
/// A thorough measure may be larger by one part in so many for codes refined to be worth theirs.
const VERY_CLOSE: u32 = 256;

/// A piece and what is known of it before the first parse.
pub(crate) struct Piece<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) candidates: &'a Candidates,
    pub(crate) greedy: &'a Histogram,
    pub(crate) warm: Option<&'a Histogram>,
    /// Says that nobody wants the result any more.
    pub(crate) stop: &'a AtomicBool,
}

impl Piece<'_> {
    pub(crate) fn is_unwanted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The state of the search.
pub(crate) struct Optimizer {
    parser: Parser,
    splitter: Splitter,
    trellis: Trellis,
    plan: Plan,
    ends: Vec<Cut>,
    trial: Solution,
    /// The smallest solution found.
    pub(crate) best: Solution,
    /// Size of the best solution as a quick measure has it.
    best_quick: u32,
}

impl Optimizer {
    pub(crate) fn new(max_piece: usize) -> Optimizer {
        Optimizer {
            parser: Parser::new(max_piece),
            splitter: Splitter::new(),
            trellis: Trellis::new(),
            plan: Plan::new(),
            ends: Vec::with_capacity(MAX_STRETCHES + 1),
            trial: Solution::new(max_piece),
            best: Solution::new(max_piece),
            best_quick: u32::MAX,
        }
    }

    /// Searches; the result is `best`, which is of no use if the piece became unwanted meanwhile.
    pub(crate) fn run(&mut self, settings: &Settings, piece: &Piece) {
        self.best.clear();
        self.best_quick = u32::MAX;
        for &start in settings.starts {
            self.plan.clear();
            self.plan.push(start_costs(start, piece), piece.data.len());
            self.descend(
                piece,
                settings.passes,
                settings.patience,
                settings.search,
                false,
            );
        }
        for division in 0..settings.divisions {
            self.divide(settings, piece, division as usize);
        }
        if settings.last_search == Search::Thorough && !piece.is_unwanted() {
            self.best.measure(Search::Thorough);
        }
        if settings.refine && !piece.is_unwanted() {
            self.best.refine(&mut self.trellis);
        }
        self.search_at_random(settings, piece);
        for _ in 0..settings.polish {
            if !self.polish(settings, piece) {
                break;
            }
        }
    }

    /// Parses for the plan, fits the plan to the result, and so on, until that failed `patience` times to help.
    fn descend(&mut self, piece: &Piece, passes: u32, patience: u32, search: Search, refine: bool) {
        let mut smallest = u32::MAX;
        let mut last = u32::MAX;
        let mut failures = 0;
        for pass in 1..=passes {
            if piece.is_unwanted() {
                return;
            }
            self.parser
                .parse(piece.data, piece.candidates, &self.plan, &mut self.trial);
            self.trial.measure(Search::Quick);
            let bits = self.trial.bits;
            if bits == last
                || (bits == self.best_quick && self.trial.parts.len() == self.best.parts.len())
            {
                // The same parse again.
                return;
            }
            last = bits;
            failures += u32::from(bits >= smallest);
            smallest = smallest.min(bits);
            if search == Search::Thorough && bits - bits / CLOSE < self.best.bits {
                self.trial.measure(Search::Thorough);
                if refine && self.trial.bits - self.trial.bits / VERY_CLOSE < self.best.bits {
                    self.trial.refine(&mut self.trellis);
                }
            }
            if pass < passes && failures < patience {
                plan_from(&mut self.plan, &self.trial, SHARE);
            }
            if self.keep_if_smaller() {
                self.best_quick = bits;
            }
            if failures == patience {
                break;
            }
        }
    }

    /// Makes the trial the best solution if it is. Tells so.
    fn keep_if_smaller(&mut self) -> bool {
        let smaller = self.trial.bits < self.best.bits;
        if smaller {
            core::mem::swap(&mut self.trial, &mut self.best);
        }
        smaller
    }

    /// Tries to cut the piece into sub-blocks: first the best division of all, then the best cuts in two.
    fn divide(&mut self, settings: &Settings, piece: &Piece, division: usize) {
        if piece.is_unwanted() || !self.splitter.survey(&self.best.tokens, piece.data.len()) {
            return;
        }
        match division.checked_sub(1) {
            None => self
                .splitter
                .best_division(&self.best.tokens, &mut self.ends),
            Some(rank) => self.splitter.cut_in_two(rank, &mut self.ends),
        }
        self.plan.clear();
        let mut start = 0;
        for cut in &self.ends {
            let histogram = Histogram::of(&self.best.tokens[start..cut.token]);
            self.plan
                .push(Costs::of_histogram(&histogram, SHARE), cut.position);
            start = cut.token;
        }
        self.descend(
            piece,
            settings.division_passes,
            settings.patience,
            settings.search,
            false,
        );
    }

    /// Descends again and again from the best solution with its counts disturbed.
    fn search_at_random(&mut self, settings: &Settings, piece: &Piece) {
        let mut random = Random::new();
        for _ in 0..settings.random_descents {
            if piece.is_unwanted() {
                return;
            }
            let share = SHARES[random.below(SHARES.len() as u32) as usize];
            self.plan.clear();
            for part in &self.best.parts {
                let mut histogram = part.histogram.clone();
                disturb(&mut histogram, &mut random);
                self.plan
                    .push(Costs::of_histogram(&histogram, share), part.end);
            }
            self.descend(piece, RANDOM_PASSES, 1, Search::Thorough, settings.refine);
        }
    }

    /// Parses for the real codes of the best solution. `false` if that gained nothing.
    fn polish(&mut self, settings: &Settings, piece: &Piece) -> bool {
        if piece.is_unwanted() {
            return false;
        }
        self.plan.clear();
        for part in &self.best.parts {
            let costs = match part.kind {
                Kind::Fixed => Costs::fixed(),
                _ => Costs::of_lengths(&part.codes.lengths),
            };
            self.plan.push(costs, part.end);
        }
        self.parser
            .parse(piece.data, piece.candidates, &self.plan, &mut self.trial);
        self.trial.measure(Search::Thorough);
        if settings.refine && !piece.is_unwanted() {
            self.trial.refine(&mut self.trellis);
        }
        self.keep_if_smaller()
    }
}

/// Makes the plan that fits a solution. Its codes are those of smoothed counts, so the costs are as well.
fn plan_from(plan: &mut Plan, solution: &Solution, share: HeaderShare) {
    plan.clear();
    for part in &solution.parts {
        let costs = match part.kind {
            Kind::Fixed => Costs::fixed(),
            _ => Costs::of_histogram(&part.histogram.smoothed(), share),
        };
        plan.push(costs, part.end);
    }
}

fn start_costs(start: Start, piece: &Piece) -> Costs {
    let warm = piece.warm.unwrap_or(piece.greedy);
    match start {
        Start::Fixed => Costs::fixed(),
        Start::Warm => Costs::of_histogram(warm, SHARE),
        Start::Mixed => {
            let mut mixed = warm.clone();
            mixed.add_all(piece.greedy);
            Costs::of_histogram(&mixed, SHARE)
        }
    }
}
