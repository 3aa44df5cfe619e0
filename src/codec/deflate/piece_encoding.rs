//! One way to encode a piece, which is up to 64 KiB of a block: its tokens, and the sub-blocks with
//! the codes that they are written with.

use super::dynamic_codes::{CodeSearch, DynamicCodes};
use super::histogram::Histogram;
use super::length_trellis::LengthTrellis;
use super::token::Token;
use alloc::vec::Vec;

/// Maximum number of sub-blocks in a piece.
pub(crate) const MAX_SUB_BLOCKS: usize = 16;

/// The three kinds of deflate blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SubBlockKind {
    Stored,
    Fixed,
    Dynamic,
}

/// Number of bits before each sub-block: one final flag and the two bits of its kind.
pub(crate) const TYPE_BITS: u32 = 3;
/// Maximum number of bits before the bytes of a stored sub-block: the type, the padding to a byte
/// boundary and the length field with its complement.
const STORED_HEADER_BITS: u32 = TYPE_BITS + 7 + 32;

/// A block inside the deflate stream.
#[derive(Clone)]
pub(crate) struct SubBlock {
    /// End of its tokens in [`PieceEncoding::tokens`], exclusive.
    pub(crate) tokens_end: usize,
    /// End of its bytes in the piece, exclusive.
    pub(crate) end: usize,
    pub(crate) histogram: Histogram,
    pub(crate) kind: SubBlockKind,
    pub(crate) codes: DynamicCodes,
    /// Size in bits, including the type. An upper bound if the sub-block is stored.
    pub(crate) bits: u32,
}

impl SubBlock {
    /// Creates a sub-block without codes, whose size is not known yet.
    pub(crate) fn new(tokens_end: usize, end: usize, histogram: Histogram) -> SubBlock {
        SubBlock {
            tokens_end,
            end,
            histogram,
            kind: SubBlockKind::Stored,
            codes: DynamicCodes::EMPTY,
            bits: u32::MAX,
        }
    }

    /// Finds the codes and the smallest kind for a sub-block of `length` bytes.
    fn measure(&mut self, length: usize, search: CodeSearch) {
        self.codes = DynamicCodes::of(&self.histogram, search);
        let extra = self.histogram.extra_bits() + TYPE_BITS;
        let sizes = [
            (extra + self.codes.bits, SubBlockKind::Dynamic),
            (extra + self.histogram.fixed_bits(), SubBlockKind::Fixed),
            (stored_bits(length), SubBlockKind::Stored),
        ];
        let (bits, kind) = sizes
            .into_iter()
            .min_by_key(|size| size.0)
            .unwrap_or(sizes[0]);
        self.bits = bits;
        self.kind = kind;
    }
}

/// Returns the maximum size in bits of a stored sub-block with `length` bytes.
pub(crate) fn stored_bits(length: usize) -> u32 {
    STORED_HEADER_BITS + 8 * length as u32
}

/// The tokens of a piece, divided into sub-blocks.
pub(crate) struct PieceEncoding {
    pub(crate) tokens: Vec<Token>,
    pub(crate) sub_blocks: Vec<SubBlock>,
    /// Size in bits of all sub-blocks. `u32::MAX` while it is not known.
    pub(crate) bits: u32,
}

impl PieceEncoding {
    pub(crate) fn new(max_piece: usize) -> PieceEncoding {
        PieceEncoding {
            tokens: Vec::with_capacity(max_piece),
            sub_blocks: Vec::with_capacity(MAX_SUB_BLOCKS),
            bits: u32::MAX,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.sub_blocks.clear();
        self.bits = u32::MAX;
    }

    /// Finds the codes and the kind of each sub-block, and computes the size.
    pub(crate) fn measure(&mut self, search: CodeSearch) {
        let mut start = 0;
        self.bits = 0;
        for sub_block in &mut self.sub_blocks {
            sub_block.measure(sub_block.end - start, search);
            start = sub_block.end;
            self.bits += sub_block.bits;
        }
    }

    /// Improves the code lengths of all dynamic sub-blocks with the trellis, and computes the size
    /// again.
    pub(crate) fn improve_lengths(&mut self, trellis: &mut LengthTrellis) {
        self.bits = 0;
        for sub_block in &mut self.sub_blocks {
            if sub_block.kind == SubBlockKind::Dynamic {
                let before = sub_block.codes.bits;
                sub_block
                    .codes
                    .improve_lengths(&sub_block.histogram, trellis);
                sub_block.bits -= before - sub_block.codes.bits;
            }
            self.bits += sub_block.bits;
        }
    }

    /// Returns the symbol counts of all sub-blocks together.
    pub(crate) fn histogram(&self) -> Histogram {
        let mut sum = Histogram::EMPTY;
        for sub_block in &self.sub_blocks {
            sum.add_all(&sub_block.histogram);
        }
        sum
    }
}
