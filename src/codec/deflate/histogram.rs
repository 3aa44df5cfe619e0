//! Symbol counts: how often each symbol occurs in one or more sub-blocks (deflate blocks). The
//! encoder computes Huffman codes from these counts, often after it has smoothed them.
//!
//! Smoothing gives neighboring symbols with similar counts the same count. Symbols with the same
//! count usually get codewords of the same length. The header of a sub-block writes a run of equal
//! codeword lengths in few bits, so smoothing makes the header smaller. The symbols take a few more
//! bits, because their codes no longer fit the exact counts. Altogether, blocks of 2 KiB become 1.0
//! to 1.4 % smaller. Zopfli does the same in its function `OptimizeHuffmanForRle`.

use super::token::Token;
use crate::codec::deflate_format::*;

/// Smallest difference of counts that ends a stretch. A stretch is a sequence of neighboring
/// symbols that get the same smoothed count. Its reference count is the mean of its first counts. A
/// stretch ends before the first count that differs from the reference count by at least this
/// number.
const TOLERANCE: u32 = 4;
/// Smallest number of zeros in a row that smoothing does not change. The equal codeword lengths of
/// such symbols already take few bits in the header of a deflate block.
const LONG_ZEROS: usize = 5;
/// Smallest number of equal nonzero counts in a row that smoothing does not change. The equal
/// codeword lengths of such symbols already take few bits in the header of a deflate block.
const LONG_EQUALS: usize = 7;
/// Number of counts at the start of a stretch whose mean is the reference count of the stretch. A
/// stretch is a sequence of neighboring symbols that get the same smoothed count. It ends before
/// the first count that differs too much from the reference count.
const LOOKAHEAD: usize = 4;

/// The number of occurrences of each symbol in one or more sub-blocks (deflate blocks).
#[derive(Clone)]
pub(crate) struct Histogram {
    /// Number of occurrences of each literal/length symbol. The index is the symbol.
    pub(crate) literal: [u32; LITERAL_SYMBOLS],
    /// Number of occurrences of each distance symbol. The index is the symbol.
    pub(crate) distance: [u32; DISTANCE_SYMBOLS],
}

impl Histogram {
    pub(crate) const EMPTY: Histogram = Histogram {
        literal: [0; LITERAL_SYMBOLS],
        distance: [0; DISTANCE_SYMBOLS],
    };

    /// Returns the symbol counts of a sub-block (deflate block) that consists of `tokens` and one
    /// end-of-block symbol.
    pub(crate) fn of(tokens: &[Token]) -> Histogram {
        let mut histogram = Histogram::EMPTY;
        for &token in tokens {
            histogram.add(token);
        }
        histogram.literal[END_OF_BLOCK] = 1;
        histogram
    }

    /// Adds 1 to the counts of the symbols of `token`: its literal/length symbol and, if the token
    /// is a match, its distance symbol.
    #[inline(always)]
    pub(crate) fn add(&mut self, token: Token) {
        self.literal[token.symbol()] += 1;
        if !token.is_literal() {
            self.distance[token.distance_symbol()] += 1;
        }
    }

    /// Adds the counts of `other` to these counts.
    pub(crate) fn add_all(&mut self, other: &Histogram) {
        for (count, more) in self.literal.iter_mut().zip(&other.literal) {
            *count += more;
        }
        for (count, more) in self.distance.iter_mut().zip(&other.distance) {
            *count += more;
        }
    }

    /// Returns the counts after smoothing, which gives neighboring symbols with similar counts the
    /// same count. The Huffman codes for smoothed counts can be described in a smaller header.
    pub(crate) fn smoothed(&self) -> Histogram {
        let mut smoothed = self.clone();
        smooth_counts(&mut smoothed.literal[..USABLE_LITERALS]);
        smooth_counts(&mut smoothed.distance[..USABLE_DISTANCES]);
        smoothed
    }

    /// Returns the number of extra bits in the stream for all counted symbols. Extra bits follow a
    /// length or distance symbol and select one of the values that the symbol stands for. Their
    /// number does not depend on the Huffman codes.
    pub(crate) fn extra_bits(&self) -> u32 {
        let lengths = self.literal[FIRST_LENGTH..].iter().zip(&LENGTH_EXTRA);
        let distances = self.distance.iter().enumerate();
        lengths
            .map(|(count, &extra)| count * u32::from(extra))
            .sum::<u32>()
            + distances
                .map(|(symbol, count)| count * distance_extra(symbol))
                .sum::<u32>()
    }

    /// Returns the size in bits of all counted symbols if deflate's fixed Huffman codes are used.
    /// The extra bits of the symbols are not included.
    pub(crate) fn fixed_bits(&self) -> u32 {
        coded_bits(&self.literal, &FIXED_LITERAL_LENGTHS)
            + self.distance.iter().sum::<u32>() * u32::from(FIXED_DISTANCE_LENGTH)
    }
}

/// Returns the size in bits of all occurrences of the symbols of one Huffman code. `counts` has the
/// number of occurrences of each symbol, and `lengths` has the codeword length of each symbol in
/// bits.
pub(crate) fn coded_bits(counts: &[u32], lengths: &[u8]) -> u32 {
    let pairs = counts.iter().zip(lengths);
    pairs
        .map(|(count, &length)| count * u32::from(length))
        .sum()
}

/// Smooths `counts`. Divides them into stretches of similar counts and replaces all counts of a
/// stretch by their mean. Long runs of equal counts stay unchanged. Nonzero counts stay nonzero,
/// but counts of 0 may become nonzero.
fn smooth_counts(counts: &mut [u32]) {
    let end = counts
        .iter()
        .rposition(|&count| count != 0)
        .map_or(0, |last| last + 1);
    let counts = &mut counts[..end];
    let mut start = 0;
    let mut kept = next_kept_run(counts, 0);
    let mut at = 0;
    let mut reference = reference_count(counts, 0);
    while at < counts.len() {
        if at == kept.0 && kept.1 > kept.0 {
            flatten(&mut counts[start..at]);
            at = kept.1;
            start = at;
            kept = next_kept_run(counts, at);
            reference = reference_count(counts, at);
            continue;
        }
        if counts[at].abs_diff(reference) >= TOLERANCE {
            flatten(&mut counts[start..at]);
            start = at;
            reference = reference_count(counts, at);
        }
        at += 1;
    }
    flatten(&mut counts[start..]);
}

/// Returns the start (inclusive) and the end (exclusive) of the first run of equal counts at or
/// after index `from` that smoothing must not change. Such a run has at least [`LONG_ZEROS`] zeros
/// or at least [`LONG_EQUALS`] nonzero counts. If there is none, returns the length of `counts`
/// twice.
fn next_kept_run(counts: &[u32], from: usize) -> (usize, usize) {
    let mut start = from;
    for run in counts[from..].chunk_by(|a, b| a == b) {
        let long = if run[0] == 0 { LONG_ZEROS } else { LONG_EQUALS };
        if run.len() >= long {
            return (start, start + run.len());
        }
        start += run.len();
    }
    (counts.len(), counts.len())
}

/// Returns the reference count of the stretch that starts at index `at`. A count that differs too
/// much from the reference count ends the stretch. The reference count is the rounded mean of the
/// next [`LOOKAHEAD`] counts. If fewer counts are left, it is the count at `at`, or 0 if no count
/// is left.
fn reference_count(counts: &[u32], at: usize) -> u32 {
    match counts.get(at..at + LOOKAHEAD) {
        Some(ahead) => (ahead.iter().sum::<u32>() + LOOKAHEAD as u32 / 2) / LOOKAHEAD as u32,
        None => counts.get(at).copied().unwrap_or(0),
    }
}

/// Sets all counts of a stretch to their rounded mean, but at least to 1 if any count is not 0.
/// Does nothing if the stretch is too short for a repeat symbol in the header. A repeat symbol
/// requires a run of at least 4 equal nonzero codeword lengths, or of at least 3 zeros.
fn flatten(stretch: &mut [u32]) {
    let sum: u32 = stretch.iter().sum();
    let size = stretch.len() as u32;
    if size >= 4 || (size == 3 && sum == 0) {
        let mean = (sum + size / 2) / size;
        stretch.fill(if sum == 0 { 0 } else { mean.max(1) });
    }
}
