//! A greedy parse of a piece: at each position, it takes the longest match. A piece is a part of a
//! block and has up to 64 KiB. The symbol counts of the greedy parse show what kind of data the
//! piece contains. They are also used as a start for the optimal parse.

use super::cost_model::{log2, LOG_UNIT};
use super::histogram::Histogram;
use super::match_finder::Candidates;
use super::token::Token;
use crate::codec::deflate_format::*;

/// Largest distance in bytes at which the greedy parse takes a match of three bytes. At greater
/// distances, such a match usually takes more bits than three literals.
const MAX_SHORT_MATCH_DISTANCE: u32 = 4096;
/// Approximate size of a stretch in bytes. A piece (a part of a block) is divided into stretches.
/// Each of them is tested for compressibility, because some parts of the piece may be compressible
/// even if the whole piece is not.
const STRETCH: usize = 4096;
/// Smallest size in bits that the header of a dynamic deflate block is assumed to have. One bit for
/// each used symbol is added to it.
const MIN_HEADER: u32 = 100;
/// Largest number of different byte values with which the data of a piece is of class
/// [`DataClass::Simple`].
const SIMPLE_BYTE_VALUES: usize = 16;
/// Number of bytes per token. If the tokens of a piece (literals and matches) stand for more bytes
/// than this on average, its data is of class [`DataClass::Simple`].
const SIMPLE_TOKEN_LENGTH: usize = 16;
/// Smallest average length of the matches in a piece whose data is of class
/// [`DataClass::LongRepeats`], in bytes. The matches of such a piece also cover at least a quarter
/// of it.
const LONG_REPEAT: usize = 128;

/// The result of a greedy parse of a piece: its symbol counts, and the kind of its data.
pub(crate) struct GreedyParse {
    pub(crate) histogram: Histogram,
    pub(crate) class: DataClass,
}

/// Kinds of data in a piece. The encoder uses different settings for each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DataClass {
    /// No part of the piece is compressible. The estimated compressed size of each stretch of about
    /// 4 KiB is at least its original size.
    Incompressible,
    /// Long matches cover at least a quarter of the piece. Almost all ways to divide such data into
    /// literals and matches lead to the same size.
    LongRepeats,
    /// The piece has few different byte values, or few tokens (literals and matches) for its size.
    /// Many parses have about the same size, so more of them than usual are needed to find a good
    /// one. Each parse takes little time.
    Simple,
    /// All data that is not of one of the other kinds.
    Usual,
}

/// Parses the piece `data`: takes the longest match in `candidates` at each position. Takes a
/// literal if there is no match, or if the match has only three bytes and a distance of more than
/// [`MAX_SHORT_MATCH_DISTANCE`] bytes.
pub(crate) fn parse(data: &[u8], candidates: &Candidates) -> GreedyParse {
    let mut histogram = Histogram::EMPTY;
    let mut compressible = false;
    let mut position = 0;
    while position < data.len() {
        let start = position;
        let mut stretch = Histogram::EMPTY;
        while position < data.len() && position - start < STRETCH {
            let token = greedy_token(data[position], candidates.at(position));
            stretch.add(token);
            position += token.length();
        }
        let bits = ideal_bits(&stretch) + MIN_HEADER + used_symbols(&stretch.literal);
        compressible |= (bits as usize) < 8 * (position - start);
        histogram.add_all(&stretch);
    }
    let class = if compressible {
        classify(data, &histogram)
    } else {
        DataClass::Incompressible
    };
    histogram.literal[END_OF_BLOCK] = 1;
    GreedyParse { histogram, class }
}

/// Returns the class of the piece `data`, which must be compressible. `histogram` has the symbol
/// counts of the greedy parse of `data`, without an end-of-block symbol.
fn classify(data: &[u8], histogram: &Histogram) -> DataClass {
    let tokens = histogram.literal.iter().sum::<u32>() as usize;
    let matches = histogram.distance.iter().sum::<u32>() as usize;
    let matched = data.len() - (tokens - matches);
    if matched >= data.len() / 4 && matched >= matches * LONG_REPEAT {
        DataClass::LongRepeats
    } else if tokens * SIMPLE_TOKEN_LENGTH < data.len() || byte_values(data) <= SIMPLE_BYTE_VALUES {
        DataClass::Simple
    } else {
        DataClass::Usual
    }
}

#[inline(always)]
fn greedy_token(byte: u8, found: &[Token]) -> Token {
    match found.first() {
        Some(&longest) if longest.length() > MIN_MATCH => longest,
        Some(&longest) if longest.distance_less_one() < MAX_SHORT_MATCH_DISTANCE => longest,
        _ => Token::literal(byte),
    }
}

/// Returns the size in bits of all counted symbols and their extra bits if each symbol has its
/// ideal codeword length. If a symbol occurs `count` times among `total` symbols, its ideal length
/// is log2(`total` / `count`) bits.
fn ideal_bits(histogram: &Histogram) -> u32 {
    entropy(&histogram.literal) + entropy(&histogram.distance) + histogram.extra_bits()
}

/// Returns the size in bits of symbols that occur `counts` times if each symbol has its ideal
/// codeword length. If a symbol occurs `count` times among `total` symbols, its ideal length is
/// log2(`total` / `count`) bits.
fn entropy(counts: &[u32]) -> u32 {
    let total = log2(counts.iter().sum());
    let bits = |&count: &u32| u64::from(count) * u64::from(total - log2(count).min(total));
    let used = counts.iter().filter(|&&count| count != 0);
    (used.map(bits).sum::<u64>() / u64::from(LOG_UNIT)) as u32
}

fn used_symbols(counts: &[u32]) -> u32 {
    counts.iter().filter(|&&count| count != 0).count() as u32
}

/// Returns the number of different byte values that occur in `data`.
fn byte_values(data: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in data {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&seen| seen).count()
}
