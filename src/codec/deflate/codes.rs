//! The two codes of a dynamic sub-block, chosen for the size of symbols and header together.

use super::header::{Header, Lengths};
use super::huffman::Tree;
use super::tables::*;
use super::token::{bits_with, Histogram};
use super::trellis::Trellis;

/// Codes of a dynamic sub-block and the header that describes them.
#[derive(Clone)]
pub(crate) struct Codes {
    pub(crate) lengths: Lengths,
    pub(crate) header: Header,
    /// Bits of header and symbols, without extra bits and the three bits of the sub-block's type.
    pub(crate) bits: u32,
}

/// How hard to look for codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Search {
    /// The codes of smoothed counts.
    Quick,
    /// Also those of the true counts, and shorter longest codewords for both.
    Thorough,
}

/// Most rounds of choosing lengths one by one, each with the costs of the header before.
const REFINEMENTS: u32 = 2;

impl Codes {
    pub(crate) const EMPTY: Codes = Codes {
        lengths: Lengths::EMPTY,
        header: Header::EMPTY,
        bits: u32::MAX,
    };

    /// Good codes for symbols that occur as often as `histogram` says.
    pub(crate) fn of(histogram: &Histogram, search: Search) -> Codes {
        let smoothed = histogram.smoothed();
        let literal = Tree::<LITERAL_SYMBOLS>::new(&smoothed.literal[..USABLE_LITERALS]);
        let distance = Tree::<DISTANCE_SYMBOLS>::new(&smoothed.distance[..USABLE_DISTANCES]);
        let mut lengths = Lengths::EMPTY;
        literal.lengths(MAX_CODE_LENGTH, &mut lengths.literal);
        distance.lengths(MAX_CODE_LENGTH, &mut lengths.distance);
        let mut best = Codes::with(histogram, lengths, None);
        if search == Search::Thorough {
            best.try_literals(histogram, &literal, literal.deepest() - 1);
            let plain = Tree::<LITERAL_SYMBOLS>::new(&histogram.literal[..USABLE_LITERALS]);
            best.try_literals(histogram, &plain, plain.deepest());
            best.try_distances(histogram, &distance, distance.deepest() - 1);
            let plain = Tree::<DISTANCE_SYMBOLS>::new(&histogram.distance[..USABLE_DISTANCES]);
            best.try_distances(histogram, &plain, plain.deepest());
        }
        best
    }

    /// Chooses lengths one by one, while that helps.
    pub(crate) fn refine(&mut self, histogram: &Histogram, trellis: &mut Trellis) {
        for _ in 0..REFINEMENTS {
            let before = self.bits;
            let mut lengths = self.lengths.clone();
            let counts = &histogram.literal[..USABLE_LITERALS];
            let literal = &mut lengths.literal[..USABLE_LITERALS];
            if trellis.improve(counts, &self.header, literal) {
                self.keep_if_smaller(histogram, lengths);
            }
            let mut lengths = self.lengths.clone();
            let counts = &histogram.distance[..USABLE_DISTANCES];
            let distance = &mut lengths.distance[..USABLE_DISTANCES];
            if trellis.improve(counts, &self.header, distance) {
                self.keep_if_smaller(histogram, lengths);
            }
            if self.bits == before {
                return;
            }
        }
    }

    fn keep_if_smaller(&mut self, histogram: &Histogram, lengths: Lengths) -> bool {
        let candidate = Codes::with(histogram, lengths, Some(&self.header));
        let smaller = candidate.bits < self.bits;
        if smaller {
            *self = candidate;
        }
        smaller
    }

    fn with(histogram: &Histogram, lengths: Lengths, similar: Option<&Header>) -> Codes {
        let header = Header::of(&lengths, similar);
        let bits = header.bits
            + bits_with(&histogram.literal, &lengths.literal)
            + bits_with(&histogram.distance, &lengths.distance);
        Codes {
            lengths,
            header,
            bits,
        }
    }

    /// Tries a literal/length code with its longest codeword limited to `longest` and less.
    fn try_literals(
        &mut self,
        histogram: &Histogram,
        tree: &Tree<LITERAL_SYMBOLS>,
        longest: usize,
    ) {
        self.try_limits(histogram, tree, longest, |lengths| {
            &mut lengths.literal[..USABLE_LITERALS]
        });
    }

    /// The same for a distance code.
    fn try_distances(
        &mut self,
        histogram: &Histogram,
        tree: &Tree<DISTANCE_SYMBOLS>,
        longest: usize,
    ) {
        self.try_limits(histogram, tree, longest, |lengths| {
            &mut lengths.distance[..USABLE_DISTANCES]
        });
    }

    /// Tries limits from `longest` down until two in a row do not help.
    fn try_limits<const SYMBOLS: usize>(
        &mut self,
        histogram: &Histogram,
        tree: &Tree<SYMBOLS>,
        longest: usize,
        part: impl Fn(&mut Lengths) -> &mut [u8],
    ) {
        let mut failures = 0;
        for limit in (tree.smallest_limit()..=longest.min(MAX_CODE_LENGTH)).rev() {
            let mut lengths = self.lengths.clone();
            tree.lengths(limit, part(&mut lengths));
            if self.keep_if_smaller(histogram, lengths) {
                failures = 0;
            } else {
                failures += 1;
                if failures == 2 {
                    return;
                }
            }
        }
    }
}
