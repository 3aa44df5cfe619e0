//! A first look at a piece: what a greedy parse would use, and whether compressing it can pay at all.

use super::costs::{log2, LOG_UNIT};
use super::matches::Candidates;
use super::tables::*;
use super::token::{Histogram, Token};

/// A match of three bytes costs more than three literals from this distance on.
const FAR_FOR_THREE: u32 = 4096;
/// The stretches that are judged apart: a piece may be compressible in one place only.
const STRETCH: usize = 4096;
/// What no dynamic header goes without: so many bits, and one for each symbol in use.
const LEAST_HEADER: u32 = 100;
/// Data of so few different bytes is plain: many parses of it cost about the same, which takes more passes to sort out.
const PLAIN: usize = 16;
/// So is data of which a token covers so many bytes in the mean. Its passes take little time.
const PLAIN_TOKEN: usize = 16;
/// Matches of so many bytes in the mean, on a quarter of the piece, are of text that repeats: there is little to choose.
const REPEATED_MATCH: usize = 128;

/// What a greedy parse of a piece found.
pub(crate) struct Survey {
    pub(crate) histogram: Histogram,
    pub(crate) nature: Nature,
}

/// What is to be expected of a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Nature {
    /// No stretch of it looks compressible.
    Noise,
    /// It repeats itself over long distances: about all parses cost the same.
    Repeating,
    /// It has few different bytes, or few tokens.
    Plain,
    Usual,
}

/// Takes the longest match everywhere.
pub(crate) fn survey(data: &[u8], candidates: &Candidates) -> Survey {
    let mut histogram = Histogram::EMPTY;
    let mut promising = false;
    let mut position = 0;
    while position < data.len() {
        let start = position;
        let mut stretch = Histogram::EMPTY;
        while position < data.len() && position - start < STRETCH {
            let token = greedy_token(data[position], candidates.at(position));
            stretch.add(token);
            position += token.length();
        }
        let bits = ideal_bits(&stretch) + LEAST_HEADER + used(&stretch.literal);
        promising |= (bits as usize) < 8 * (position - start);
        histogram.add_all(&stretch);
    }
    let nature = match promising {
        true => nature(data, &histogram),
        false => Nature::Noise,
    };
    histogram.literal[END_OF_BLOCK] = 1;
    Survey { histogram, nature }
}

/// The nature of data that compresses to these symbols.
fn nature(data: &[u8], histogram: &Histogram) -> Nature {
    let tokens = histogram.literal.iter().sum::<u32>() as usize;
    let matches = histogram.distance.iter().sum::<u32>() as usize;
    let matched = data.len() - (tokens - matches);
    if matched >= data.len() / 4 && matched >= matches * REPEATED_MATCH {
        Nature::Repeating
    } else if tokens * PLAIN_TOKEN < data.len() || different_bytes(data) <= PLAIN {
        Nature::Plain
    } else {
        Nature::Usual
    }
}

#[inline(always)]
fn greedy_token(byte: u8, found: &[Token]) -> Token {
    match found.first() {
        Some(&longest) if longest.length() > MIN_MATCH => longest,
        Some(&longest) if longest.distance_less_one() < FAR_FOR_THREE => longest,
        _ => Token::literal(byte),
    }
}

/// Bits of all symbols with ideal codes that cost nothing to describe.
fn ideal_bits(histogram: &Histogram) -> u32 {
    entropy(&histogram.literal) + entropy(&histogram.distance) + histogram.extra_bits()
}

fn entropy(counts: &[u32]) -> u32 {
    let total = log2(counts.iter().sum());
    let bits = |&count: &u32| u64::from(count) * u64::from(total - log2(count).min(total));
    let used = counts.iter().filter(|&&count| count != 0);
    (used.map(bits).sum::<u64>() / u64::from(LOG_UNIT)) as u32
}

fn used(counts: &[u32]) -> u32 {
    counts.iter().filter(|&&count| count != 0).count() as u32
}

fn different_bytes(data: &[u8]) -> usize {
    let mut seen = [false; 256];
    for &byte in data {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|&&seen| seen).count()
}
