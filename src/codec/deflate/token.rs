//! What a parse is made of: literals and matches, packed into one word each; and how often each symbol occurs.

use super::smooth::smooth;
use super::tables::*;

/// A literal or a match: `length << 20 | distance slot << 15 | distance - 1`. A literal has length 1, and its byte in
/// the lowest bits. The word 0 is neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Token(pub u32);

impl Token {
    pub(crate) const NONE: Token = Token(0);

    #[inline(always)]
    pub(crate) fn literal(byte: u8) -> Token {
        Token(1 << 20 | u32::from(byte))
    }

    #[inline(always)]
    pub(crate) fn of_match(length: usize, distance: u32) -> Token {
        let less_one = distance - 1;
        Token((length as u32) << 20 | distance_slot(less_one) << 15 | less_one)
    }

    /// The same match, but `length` bytes long.
    #[inline(always)]
    pub(crate) fn cut_to(self, length: u32) -> Token {
        Token(length << 20 | self.0 & 0xf_ffff)
    }

    #[inline(always)]
    pub(crate) fn length(self) -> usize {
        (self.0 >> 20) as usize
    }

    #[inline(always)]
    pub(crate) fn is_literal(self) -> bool {
        self.0 >> 20 == 1
    }

    #[inline(always)]
    pub(crate) fn byte(self) -> u8 {
        self.0 as u8
    }

    #[inline(always)]
    pub(crate) fn distance_slot(self) -> usize {
        (self.0 >> 15 & 31) as usize
    }

    #[inline(always)]
    pub(crate) fn distance_less_one(self) -> u32 {
        self.0 & 0x7fff
    }

    /// The literal/length symbol.
    #[inline(always)]
    pub(crate) fn symbol(self) -> usize {
        if self.is_literal() {
            usize::from(self.byte())
        } else {
            FIRST_LENGTH + usize::from(LENGTH_SLOT[self.length().min(MAX_MATCH)])
        }
    }
}

/// How often each symbol occurs.
#[derive(Clone)]
pub(crate) struct Histogram {
    pub(crate) literal: [u32; LITERAL_SYMBOLS],
    pub(crate) distance: [u32; DISTANCE_SYMBOLS],
}

impl Histogram {
    pub(crate) const EMPTY: Histogram = Histogram {
        literal: [0; LITERAL_SYMBOLS],
        distance: [0; DISTANCE_SYMBOLS],
    };

    /// Of a sub-block of these tokens, its end included.
    pub(crate) fn of(tokens: &[Token]) -> Histogram {
        let mut histogram = Histogram::EMPTY;
        for &token in tokens {
            histogram.add(token);
        }
        histogram.literal[END_OF_BLOCK] = 1;
        histogram
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, token: Token) {
        self.literal[token.symbol()] += 1;
        if !token.is_literal() {
            self.distance[token.distance_slot()] += 1;
        }
    }

    /// Adds the counts of another histogram.
    pub(crate) fn add_all(&mut self, other: &Histogram) {
        for (count, more) in self.literal.iter_mut().zip(&other.literal) {
            *count += more;
        }
        for (count, more) in self.distance.iter_mut().zip(&other.distance) {
            *count += more;
        }
    }

    /// With counts made alike among neighbours, for codes that are cheap to describe.
    pub(crate) fn smoothed(&self) -> Histogram {
        let mut smoothed = self.clone();
        smooth(&mut smoothed.literal[..USABLE_LITERALS]);
        smooth(&mut smoothed.distance[..USABLE_DISTANCES]);
        smoothed
    }

    /// Extra bits of all lengths and distances: the same whatever the codes are.
    pub(crate) fn extra_bits(&self) -> u32 {
        let lengths = self.literal[FIRST_LENGTH..].iter().zip(&LENGTH_EXTRA);
        let distances = self.distance.iter().enumerate();
        lengths
            .map(|(count, &extra)| count * u32::from(extra))
            .sum::<u32>()
            + distances
                .map(|(slot, count)| count * distance_extra(slot))
                .sum::<u32>()
    }

    /// Bits of the symbols with the fixed codes, without extra bits.
    pub(crate) fn fixed_bits(&self) -> u32 {
        bits_with(&self.literal, &FIXED_LITERAL_LENGTHS)
            + self.distance.iter().sum::<u32>() * u32::from(FIXED_DISTANCE_LENGTH)
    }
}

/// Bits of symbols that occur `counts` times with codewords of these lengths.
pub(crate) fn bits_with(counts: &[u32], lengths: &[u8]) -> u32 {
    let pairs = counts.iter().zip(lengths);
    pairs
        .map(|(count, &length)| count * u32::from(length))
        .sum()
}
