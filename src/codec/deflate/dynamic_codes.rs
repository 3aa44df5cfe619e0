//! Chooses the two Huffman codes of a dynamic sub-block, which is a deflate block with its own
//! codes. The codes are chosen to minimize the size of the symbols plus the size of the header,
//! which describes the codes.
//!
//! For blocks of 2 KiB, the header of these codes takes about 45 bytes on average. The header of
//! ordinary Huffman codes, which minimize only the size of the symbols, takes 66 to 71 bytes.

use super::dynamic_header::{CodeLengths, DynamicHeader};
use super::histogram::{coded_bits, Histogram};
use super::huffman::HuffmanTree;
use super::length_trellis::LengthTrellis;
use crate::codec::deflate_format::*;

/// The literal/length code and the distance code of a dynamic sub-block (a deflate block with its
/// own codes), and the header that describes these codes.
#[derive(Clone)]
pub(crate) struct DynamicCodes {
    pub(crate) lengths: CodeLengths,
    pub(crate) header: DynamicHeader,
    /// Size in bits of the header and all symbols. It does not include the extra bits of the
    /// symbols, and the 3 bits before the header that contain the type of the deflate block.
    pub(crate) bits: u32,
}

/// Which Huffman codes are tried for a sub-block (deflate block). The codes with which the
/// sub-block is smallest are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CodeSearch {
    /// Tries only the Huffman codes for the [smoothed](Histogram::smoothed) symbol counts, in which
    /// neighboring symbols with similar counts get the same count.
    Quick,
    /// Tries the Huffman codes for the [smoothed](Histogram::smoothed) symbol counts and for the
    /// exact symbol counts. For each of these counts, also tries codes whose codewords are limited
    /// to fewer bits.
    Thorough,
}

/// Maximum number of rounds in which the code-length trellis, a shortest-path search, looks for
/// better codeword lengths. Each round estimates the size of the new header from the header that
/// the codes have before the round. So a second round has a better estimate.
const TRELLIS_ROUNDS: u32 = 2;

impl DynamicCodes {
    pub(crate) const EMPTY: DynamicCodes = DynamicCodes {
        lengths: CodeLengths::EMPTY,
        header: DynamicHeader::EMPTY,
        bits: u32::MAX,
    };

    /// Tries the Huffman codes that `search` selects for the symbol counts in `histogram`. Returns
    /// the codes with which the symbols and the header are smallest.
    pub(crate) fn of(histogram: &Histogram, search: CodeSearch) -> DynamicCodes {
        let smoothed = histogram.smoothed();
        let literal = HuffmanTree::<LITERAL_SYMBOLS>::new(&smoothed.literal[..USABLE_LITERALS]);
        let distance = HuffmanTree::<DISTANCE_SYMBOLS>::new(&smoothed.distance[..USABLE_DISTANCES]);
        let mut lengths = CodeLengths::EMPTY;
        literal.write_lengths(MAX_CODE_LENGTH, &mut lengths.literal);
        distance.write_lengths(MAX_CODE_LENGTH, &mut lengths.distance);
        let mut best = DynamicCodes::with_lengths(histogram, lengths, None);
        if search == CodeSearch::Thorough {
            best.try_literal_limits(histogram, &literal, literal.depth() - 1);
            let exact = HuffmanTree::<LITERAL_SYMBOLS>::new(&histogram.literal[..USABLE_LITERALS]);
            best.try_literal_limits(histogram, &exact, exact.depth());
            best.try_distance_limits(histogram, &distance, distance.depth() - 1);
            let exact =
                HuffmanTree::<DISTANCE_SYMBOLS>::new(&histogram.distance[..USABLE_DISTANCES]);
            best.try_distance_limits(histogram, &exact, exact.depth());
        }
        best
    }

    /// Searches for better codeword lengths with the code-length trellis, a shortest-path search.
    /// Keeps them if they reduce the size of the symbols and the header. Ends after a round that
    /// does not reduce the size, or after [`TRELLIS_ROUNDS`] rounds.
    pub(crate) fn improve_lengths(&mut self, histogram: &Histogram, trellis: &mut LengthTrellis) {
        for _ in 0..TRELLIS_ROUNDS {
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

    /// Replaces the codes by codes with the codeword lengths `lengths` if the symbols and the
    /// header are smaller with those. `histogram` has the counts of the symbols. Returns whether
    /// the codes were replaced.
    fn keep_if_smaller(&mut self, histogram: &Histogram, lengths: CodeLengths) -> bool {
        let candidate = DynamicCodes::with_lengths(histogram, lengths, Some(&self.header));
        let smaller = candidate.bits < self.bits;
        if smaller {
            *self = candidate;
        }
        smaller
    }

    /// Returns the codes with the codeword lengths `lengths`, the smallest header found for them,
    /// and their size for the symbol counts in `histogram`. The search for the header starts from
    /// `similar`, the header of similar lengths, if there is one.
    fn with_lengths(
        histogram: &Histogram,
        lengths: CodeLengths,
        similar: Option<&DynamicHeader>,
    ) -> DynamicCodes {
        let header = DynamicHeader::of(&lengths, similar);
        let bits = header.bits
            + coded_bits(&histogram.literal, &lengths.literal)
            + coded_bits(&histogram.distance, &lengths.distance);
        DynamicCodes {
            lengths,
            header,
            bits,
        }
    }

    /// Tries literal/length codes from `tree` with falling limits of the codeword lengths. The
    /// first limit is `longest` bits. Keeps the code with the smallest total size.
    fn try_literal_limits(
        &mut self,
        histogram: &Histogram,
        tree: &HuffmanTree<LITERAL_SYMBOLS>,
        longest: usize,
    ) {
        self.try_limits(histogram, tree, longest, |lengths| {
            &mut lengths.literal[..USABLE_LITERALS]
        });
    }

    /// Tries distance codes from `tree` with falling limits of the codeword lengths. The first
    /// limit is `longest` bits. Keeps the code with the smallest total size.
    fn try_distance_limits(
        &mut self,
        histogram: &Histogram,
        tree: &HuffmanTree<DISTANCE_SYMBOLS>,
        longest: usize,
    ) {
        self.try_limits(histogram, tree, longest, |lengths| {
            &mut lengths.distance[..USABLE_DISTANCES]
        });
    }

    /// Tries codes from `tree` with falling limits of the codeword lengths. The first limit is
    /// `longest` bits. Ends when two limits in a row do not reduce the size. `part` returns either
    /// the literal/length lengths or the distance lengths, depending on the symbols for which
    /// `tree` was built.
    fn try_limits<const SYMBOLS: usize>(
        &mut self,
        histogram: &Histogram,
        tree: &HuffmanTree<SYMBOLS>,
        longest: usize,
        part: impl Fn(&mut CodeLengths) -> &mut [u8],
    ) {
        let mut failures = 0;
        for limit in (tree.smallest_limit()..=longest.min(MAX_CODE_LENGTH)).rev() {
            let mut lengths = self.lengths.clone();
            tree.write_lengths(limit, part(&mut lengths));
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
