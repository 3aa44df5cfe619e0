//! Constants of the deflate format (RFC 1951), which the decoders and the encoders share. A deflate
//! stream consists of literals (single bytes) and matches (copies of earlier bytes). Literals and
//! matches are written as symbols of Huffman codes. There are three codes: the literal/length code,
//! the distance code and the code-length code. The constants describe:
//!
//! - the symbols of the three codes,
//! - the match lengths and distances that symbols stand for, and
//! - the fixed Huffman codes.

// A build without std contains only the decoders, and the decoders do not use all of the constants.
#![cfg_attr(not(feature = "std"), allow(dead_code))]

use core::ops::Range;

// ---- Limits of the deflate format

/// Length of the shortest match in bytes. A match is a copy of bytes that came earlier.
pub(crate) const MIN_MATCH: usize = 3;
/// Length of the longest match in bytes. A match is a copy of bytes that came earlier.
pub(crate) const MAX_MATCH: usize = 258;
/// Greatest distance of a match in bytes. The distance is the number of bytes from the start of the
/// match back to the earlier bytes that it copies.
pub(crate) const WINDOW: usize = 32768;
/// Maximum number of bytes in a stored deflate block, which contains its bytes uncompressed.
pub(crate) const MAX_STORED: usize = 65535;
/// Number of bits of the longest codeword that the format allows in the literal/length code and in
/// the distance code.
pub(crate) const MAX_CODE_LENGTH: usize = 15;

// ---- The literal/length code: symbols for bytes, match lengths and the end of a block

/// Number of symbols of the literal/length code: 256 literals (one for each byte value), the
/// end-of-block symbol, 29 symbols for match lengths, and 2 reserved symbols. Only the fixed code
/// has codewords for the reserved symbols.
pub(crate) const LITERAL_SYMBOLS: usize = 288;
/// Number of literal/length symbols that a dynamic deflate block may use. A dynamic deflate block
/// defines its own Huffman codes. The 2 reserved symbols are not counted.
pub(crate) const USABLE_LITERALS: usize = 286;
/// The literal/length symbol that marks the end of a deflate block. Each smaller symbol is a
/// literal, which stands for the byte with the same value.
pub(crate) const END_OF_BLOCK: usize = 256;
/// The smallest literal/length symbol that stands for a match length. It stands for 3 bytes.
pub(crate) const FIRST_LENGTH: usize = 257;

/// Number of length symbols. A length symbol is a literal/length symbol that stands for match
/// lengths. Its length index, 0 to 28, is the symbol minus 257.
pub(crate) const LENGTH_SYMBOLS: usize = 29;

/// Shortest match length, in bytes, for which each length symbol stands. The index is the length
/// symbol minus 257.
pub(crate) const LENGTH_BASE: [u16; LENGTH_SYMBOLS] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];

/// Number of extra bits of each length symbol. The index is the length symbol minus 257. A length
/// symbol may stand for several match lengths. In the stream, the extra bits follow the symbol and
/// select one of these lengths.
pub(crate) const LENGTH_EXTRA: [u8; LENGTH_SYMBOLS] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/// Length index of each match length. The length index is the length symbol minus 257. The index of
/// this array is the match length in bytes. The elements at indexes below [`MIN_MATCH`] are unused.
pub(crate) const LENGTH_INDEX: [u8; MAX_MATCH + 1] = {
    let mut indexes = [0; MAX_MATCH + 1];
    let mut index = 0;
    while index < LENGTH_SYMBOLS {
        let mut length = LENGTH_BASE[index] as usize;
        while length <= MAX_MATCH {
            indexes[length] = index as u8;
            length += 1;
        }
        index += 1;
    }
    indexes
};

// ---- The distance code, with symbols for the distances of matches

/// Number of symbols of the distance code: 30 symbols for distances, and 2 reserved symbols. Only
/// the fixed code has codewords for the reserved symbols.
pub(crate) const DISTANCE_SYMBOLS: usize = 32;
/// Number of distance symbols that a dynamic deflate block may use. A dynamic deflate block defines
/// its own Huffman codes. The 2 reserved symbols are not counted.
pub(crate) const USABLE_DISTANCES: usize = 30;

/// Smallest distance, in bytes, for which each distance symbol stands. A distance symbol stands for
/// a group of distances. The index is the distance symbol.
pub(crate) const DISTANCE_BASE: [u16; USABLE_DISTANCES] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];

/// Returns the number of extra bits of a distance symbol, which stands for a group of distances. In
/// the stream, the extra bits follow the symbol and select one distance of the group.
pub(crate) const fn distance_extra(symbol: usize) -> u32 {
    if symbol < 4 {
        0
    } else {
        symbol as u32 / 2 - 1
    }
}

/// Returns the distance symbol of a match, 0 to 29.
/// `distance_less_one` is the distance in bytes minus 1, 0 to 32767.
#[inline(always)]
pub(crate) fn distance_symbol(distance_less_one: u32) -> u32 {
    if distance_less_one < 2 {
        return distance_less_one;
    }
    let top = distance_less_one.ilog2();
    top * 2 + (distance_less_one >> (top - 1) & 1)
}

// ---- The fixed Huffman codes, which the format defines for deflate blocks without their own codes

/// Number of bits of most codewords of the fixed literal/length code. The symbols in
/// [`FIXED_9_BIT_LITERALS`] have codewords of 9 bits, and the symbols in [`FIXED_7_BIT_SYMBOLS`]
/// have codewords of 7 bits.
pub(crate) const FIXED_LITERAL_LENGTH: u8 = 8;
/// Literal/length symbols whose codewords in the fixed code have 9 bits.
pub(crate) const FIXED_9_BIT_LITERALS: Range<usize> = 144..256;
/// Literal/length symbols whose codewords in the fixed code have 7 bits.
pub(crate) const FIXED_7_BIT_SYMBOLS: Range<usize> = 256..280;

/// Number of bits of each symbol's codeword in the fixed literal/length code. The index is the
/// symbol.
pub(crate) const FIXED_LITERAL_LENGTHS: [u8; LITERAL_SYMBOLS] = {
    let mut lengths = [FIXED_LITERAL_LENGTH; LITERAL_SYMBOLS];
    let mut symbol = FIXED_9_BIT_LITERALS.start;
    while symbol < FIXED_9_BIT_LITERALS.end {
        lengths[symbol] = 9;
        symbol += 1;
    }
    symbol = FIXED_7_BIT_SYMBOLS.start;
    while symbol < FIXED_7_BIT_SYMBOLS.end {
        lengths[symbol] = 7;
        symbol += 1;
    }
    lengths
};

/// Number of bits of every codeword in the fixed distance code.
pub(crate) const FIXED_DISTANCE_LENGTH: u8 = 5;

// ---- The code-length code. The header of a dynamic deflate block lists the codeword lengths of
// the block's literal/length code and distance code. The list is written with the code-length code,
// which is a third Huffman code.

/// Number of symbols of the code-length code. The symbols 0 to 15 stand for a codeword length of 0
/// to 15 bits. The symbols 16 to 18 each stand for several equal codeword lengths.
pub(crate) const CODE_LENGTH_SYMBOLS: usize = 19;
/// The code-length symbol that repeats the previous codeword length 3 to 6 times.
pub(crate) const REPEAT_LENGTH: usize = 16;
/// The code-length symbol that stands for 3 to 10 codeword lengths of 0.
pub(crate) const ZEROS_SHORT: usize = 17;
/// The code-length symbol that stands for 11 to 138 codeword lengths of 0.
pub(crate) const ZEROS_LONG: usize = 18;
/// Minimum and maximum number of codeword lengths that one of the symbols [`REPEAT_LENGTH`],
/// [`ZEROS_SHORT`] and [`ZEROS_LONG`] stands for, in this order.
pub(crate) const REPEATS: [(usize, usize); 3] = [(3, 6), (3, 10), (11, 138)];
/// Number of extra bits after each of the symbols [`REPEAT_LENGTH`], [`ZEROS_SHORT`] and
/// [`ZEROS_LONG`], in this order. The extra bits select the number of codeword lengths that the
/// symbol stands for.
pub(crate) const REPEAT_EXTRA: [u32; 3] = [2, 3, 7];
/// Number of bits of the longest codeword that the format allows in the code-length code.
pub(crate) const MAX_CODE_LENGTH_CODE: usize = 7;
/// The symbols of the code-length code, in the order of the header of a dynamic deflate block. The
/// header lists the length of each symbol's codeword in this order. Each length takes 3 bits in the
/// header.
pub(crate) const CODE_LENGTH_ORDER: [u8; CODE_LENGTH_SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Smallest number of literal/length codeword lengths that the header of a dynamic deflate block
/// can list. The header's field HLIT contains the listed number minus this constant.
pub(crate) const MIN_LITERALS_LISTED: usize = 257;
/// Smallest number of distance codeword lengths that the header of a dynamic deflate block can
/// list. The header's field HDIST contains the listed number minus this constant.
pub(crate) const MIN_DISTANCES_LISTED: usize = 1;
/// Smallest number of codeword lengths of the code-length code that the header of a dynamic deflate
/// block can list. The header's field HCLEN contains the listed number minus this constant.
pub(crate) const MIN_CODE_LENGTHS_LISTED: usize = 4;
