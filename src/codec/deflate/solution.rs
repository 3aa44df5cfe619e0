//! A way to write a piece of a block: its tokens, cut into sub-blocks with a kind and codes each.

use super::codes::{Codes, Search};
use super::token::{Histogram, Token};
use super::trellis::Trellis;
use alloc::vec::Vec;

/// Most sub-blocks of a piece.
pub(crate) const MAX_PARTS: usize = 16;

/// How a sub-block is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Stored,
    Fixed,
    Dynamic,
}

/// The three bits in front of each sub-block: final or not, and its kind.
pub(crate) const TYPE_BITS: u32 = 3;
/// Most bits in front of the bytes of a stored sub-block: its type, up to a byte's end, its length twice.
const STORED_HEADER_BITS: u32 = TYPE_BITS + 7 + 32;

/// A sub-block of a solution.
#[derive(Clone)]
pub(crate) struct Part {
    /// Where its tokens end among the solution's tokens.
    pub(crate) tokens_end: usize,
    /// Where its bytes end in the piece.
    pub(crate) end: usize,
    pub(crate) histogram: Histogram,
    pub(crate) kind: Kind,
    pub(crate) codes: Codes,
    /// Size of the sub-block; for a stored one an upper bound.
    pub(crate) bits: u32,
}

impl Part {
    pub(crate) fn new(tokens_end: usize, end: usize, histogram: Histogram) -> Part {
        Part {
            tokens_end,
            end,
            histogram,
            kind: Kind::Stored,
            codes: Codes::EMPTY,
            bits: u32::MAX,
        }
    }

    /// Finds codes and the best kind for a part of so many bytes.
    fn measure(&mut self, length: usize, search: Search) {
        self.codes = Codes::of(&self.histogram, search);
        let extra = self.histogram.extra_bits() + TYPE_BITS;
        let sizes = [
            (extra + self.codes.bits, Kind::Dynamic),
            (extra + self.histogram.fixed_bits(), Kind::Fixed),
            (stored_bits(length), Kind::Stored),
        ];
        let (bits, kind) = sizes
            .into_iter()
            .min_by_key(|size| size.0)
            .unwrap_or(sizes[0]);
        self.bits = bits;
        self.kind = kind;
    }
}

/// Most bits that so many bytes take in one stored sub-block.
pub(crate) fn stored_bits(length: usize) -> u32 {
    STORED_HEADER_BITS + 8 * length as u32
}

/// A whole piece.
pub(crate) struct Solution {
    pub(crate) tokens: Vec<Token>,
    pub(crate) parts: Vec<Part>,
    /// Size of all parts.
    pub(crate) bits: u32,
}

impl Solution {
    pub(crate) fn new(max_piece: usize) -> Solution {
        Solution {
            tokens: Vec::with_capacity(max_piece),
            parts: Vec::with_capacity(MAX_PARTS),
            bits: u32::MAX,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.parts.clear();
        self.bits = u32::MAX;
    }

    /// Finds codes and kinds for all parts, and with them the size.
    pub(crate) fn measure(&mut self, search: Search) {
        let mut start = 0;
        self.bits = 0;
        for part in &mut self.parts {
            part.measure(part.end - start, search);
            start = part.end;
            self.bits += part.bits;
        }
    }

    /// Refines the codes of all dynamic parts, and with them the size.
    pub(crate) fn refine(&mut self, trellis: &mut Trellis) {
        self.bits = 0;
        for part in &mut self.parts {
            if part.kind == Kind::Dynamic {
                let before = part.codes.bits;
                part.codes.refine(&part.histogram, trellis);
                part.bits -= before - part.codes.bits;
            }
            self.bits += part.bits;
        }
    }

    /// The symbols of all parts together.
    pub(crate) fn histogram(&self) -> Histogram {
        let mut sum = Histogram::EMPTY;
        for part in &self.parts {
            sum.add_all(&part.histogram);
        }
        sum
    }
}
