//! One way to encode a piece, which is a part of a block and has up to 64 KiB. The encoding
//! consists of the tokens of the piece (literals and matches), and of sub-blocks (deflate blocks)
//! with their Huffman codes.

use super::dynamic_codes::{CodeSearch, DynamicCodes};
use super::histogram::Histogram;
use super::length_trellis::LengthTrellis;
use super::token::Token;
use alloc::vec::Vec;

/// Maximum number of sub-blocks (deflate blocks) into which a piece is divided.
pub(crate) const MAX_SUB_BLOCKS: usize = 16;

/// The three kinds of deflate blocks. `Stored` contains the bytes uncompressed. `Fixed` uses the
/// fixed Huffman codes of the deflate format. `Dynamic` uses Huffman codes that are described in
/// the header of the deflate block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SubBlockKind {
    Stored,
    Fixed,
    Dynamic,
}

/// Number of bits at the start of each deflate block: one flag that marks the last deflate block of
/// the stream, and two bits for the kind.
pub(crate) const TYPE_BITS: u32 = 3;
/// Maximum number of bits before the bytes of a stored deflate block: 3 type bits, up to 7 bits of
/// padding to a byte boundary, and 32 bits for the length and its complement.
const STORED_HEADER_BITS: u32 = TYPE_BITS + 7 + 32;

/// A sub-block of a piece, which is one deflate block of the stream.
#[derive(Clone)]
pub(crate) struct SubBlock {
    /// Index in [`PieceEncoding::tokens`] of the first token after the sub-block.
    pub(crate) tokens_end: usize,
    /// Position of the first byte of the piece that is after the sub-block.
    pub(crate) end: usize,
    pub(crate) histogram: Histogram,
    pub(crate) kind: SubBlockKind,
    pub(crate) codes: DynamicCodes,
    /// Size in bits, including the 3 type bits. `u32::MAX` if the size is not computed yet. For a
    /// stored sub-block, this is the maximum size, because the number of padding bits depends on
    /// the position in the stream.
    pub(crate) bits: u32,
}

impl SubBlock {
    /// Creates a sub-block without Huffman codes and with unknown size. [`PieceEncoding::measure`]
    /// computes the codes and the size later. Each parameter is the value of the field with the
    /// same name.
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

    /// Computes the Huffman codes of the sub-block, and selects the kind of deflate block that has
    /// the smallest size in bits. `length` is the number of bytes that the sub-block decodes to.
    /// `search` selects whether few or many Huffman codes are tried.
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

/// Returns the maximum size in bits of a stored deflate block that contains `length` bytes.
pub(crate) fn stored_bits(length: usize) -> u32 {
    STORED_HEADER_BITS + 8 * length as u32
}

/// The tokens of a piece (literals and matches), and the sub-blocks (deflate blocks) into which
/// they are divided.
pub(crate) struct PieceEncoding {
    pub(crate) tokens: Vec<Token>,
    pub(crate) sub_blocks: Vec<SubBlock>,
    /// Size in bits of all sub-blocks together. `u32::MAX` if the size is not computed yet.
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

    /// Computes the Huffman codes, the kind, and the size in bits of each sub-block. Then sets
    /// `bits` to the sum of the sizes. `search` selects whether few or many Huffman codes are
    /// tried.
    pub(crate) fn measure(&mut self, search: CodeSearch) {
        let mut start = 0;
        self.bits = 0;
        for sub_block in &mut self.sub_blocks {
            sub_block.measure(sub_block.end - start, search);
            start = sub_block.end;
            self.bits += sub_block.bits;
        }
    }

    /// Improves the codeword lengths of all dynamic sub-blocks with the code-length trellis, and
    /// updates the sizes. The trellis is a search over sequences of codeword lengths. It may make
    /// codewords longer than necessary if the list of their lengths then takes fewer bits in the
    /// header.
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

    /// Returns the sum of the symbol counts of all sub-blocks.
    pub(crate) fn histogram(&self) -> Histogram {
        let mut sum = Histogram::EMPTY;
        for sub_block in &self.sub_blocks {
            sum.add_all(&sub_block.histogram);
        }
        sum
    }
}
