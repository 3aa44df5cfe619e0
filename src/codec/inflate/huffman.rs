//! Huffman decoding of deflate streams: the parts that the decoders for 64-bit and for 32-bit
//! machines share. These parts are the entries of the decoding tables and the search for long
//! codewords.
//!
//! A decoding table is indexed by the next bits of the stream. Its entry has everything that is
//! required to decode one symbol. A codeword with more bits than the index is not in the table, so
//! it is searched.
//!
//! [`LITERALS`] and [`DISTANCES`] have one entry for each symbol, without the code length, which is
//! the number of bits of the codeword. Each deflate block has its own code lengths, so they are
//! added to the entries when the table of the block is built.
//!
//! Entry of a literal/length symbol, which is a literal byte, a match length or the end of the
//! block:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | number of bits to consume if the symbol is a literal: its code length, otherwise 0 |
//! | 6..12 | code length |
//! | 12..17 | code length + number of extra bits |
//! | 17 | 1 if the entry is an exception: [`END`], [`LONG`] or [`INVALID`] |
//! | 18..23 | mask of the extra bits, after they are shifted to bit 0 |
//! | 23..31 | literal byte, match length - 3, or kind of exception |
//! | 31 | 1 if the symbol is a literal |
//!
//! Entry of a distance symbol:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length + number of extra bits |
//! | 6..12 | code length |
//! | 16..31 | smallest distance of the symbol in bytes, or kind of exception |
//! | 31 | 1 if the entry is an exception: [`LONG`] or [`INVALID`] |
//!
//! Each field that counts bits begins at bit 0, 6 or 12. A shift of a 64-bit register ignores all
//! except the lowest 6 bits of the shift count. Therefore `entry`, `entry >> 6` and `entry >> 12`
//! can be used as shift counts without a mask.

use crate::codec::deflate_format::{
    distance_extra, DISTANCE_BASE, DISTANCE_SYMBOLS, END_OF_BLOCK, FIRST_LENGTH, LENGTH_BASE,
    LENGTH_EXTRA, LENGTH_SYMBOLS, LITERAL_SYMBOLS, MAX_CODE_LENGTH, MIN_MATCH, USABLE_DISTANCES,
};

/// The bit of a literal/length table entry that is 1 if the symbol is a literal byte.
pub(super) const LITERAL: u32 = 1 << 31;
/// The bit of a literal/length table entry that is 1 if the entry is an exception. An exception
/// stands for neither a literal nor a match length. [`END`], [`LONG`] and [`INVALID`] are the kinds
/// of exceptions.
pub(super) const LITERAL_EXCEPTION: u32 = 1 << 17;
/// The bit of a distance table entry that is 1 if the entry is an exception, which stands for no
/// distance. [`LONG`] and [`INVALID`] are the kinds of exceptions.
pub(super) const DISTANCE_EXCEPTION: u32 = 1 << 31;

/// Kind of an exception entry in a decoding table: the symbol ends the deflate block.
pub(super) const END: u32 = 0;
/// Kind of an exception entry in a decoding table: the codeword has more bits than the index of the
/// table. The decoder then searches for the codeword.
pub(super) const LONG: u32 = 1;
/// Kind of an exception entry in a decoding table: the codeword has no symbol, or its symbol is
/// reserved.
pub(super) const INVALID: u32 = 2;

/// Returns the literal/length table entry for an exception of the given kind: [`END`], [`LONG`] or
/// [`INVALID`]. The code length in the entry is 0.
pub(super) const fn literal_exception(kind: u32) -> u32 {
    LITERAL_EXCEPTION | kind << 23
}

/// Returns the distance table entry for an exception of the given kind: [`LONG`] or [`INVALID`].
/// The code length in the entry is 0.
pub(super) const fn distance_exception(kind: u32) -> u32 {
    DISTANCE_EXCEPTION | kind << 16
}

/// Returns the value of a literal/length table entry. For a literal, the value is the literal byte.
/// For a match length, the value is the smallest length that the symbol stands for, in bytes, minus
/// 3. For an exception, the value is the kind: [`END`], [`LONG`] or [`INVALID`].
#[inline(always)]
pub(super) const fn literal_value(entry: u32) -> u32 {
    entry >> 23 & 0xff
}

/// Returns the value of a distance table entry. The value is the smallest distance that the symbol
/// stands for, in bytes. For an exception, the value is the kind: [`LONG`] or [`INVALID`].
#[inline(always)]
pub(super) const fn distance_value(entry: u32) -> u32 {
    entry >> 16 & 0x7fff
}

/// Returns the code length of a table entry, which is the number of bits of the codeword. `entry`
/// may be a literal/length entry or a distance entry.
#[inline(always)]
pub(super) const fn code_length(entry: u32) -> u32 {
    entry >> 6 & 15
}

/// Decoding table entry of each literal/length symbol, without its code length (number of bits of
/// the codeword). Each deflate block has its own code lengths. They are added to the entries when
/// the decoding table of the block is built.
pub(super) static LITERALS: [u32; LITERAL_SYMBOLS] = {
    let mut entries = [literal_exception(INVALID); LITERAL_SYMBOLS];
    let mut byte = 0;
    while byte < END_OF_BLOCK {
        entries[byte] = LITERAL | (byte as u32) << 23;
        byte += 1;
    }
    entries[END_OF_BLOCK] = literal_exception(END);
    let mut index = 0;
    while index < LENGTH_SYMBOLS {
        let base = LENGTH_BASE[index] as u32 - MIN_MATCH as u32;
        let extra = LENGTH_EXTRA[index] as u32;
        entries[FIRST_LENGTH + index] = base << 23 | ((1 << extra) - 1) << 18 | extra << 12;
        index += 1;
    }
    entries
};

/// Decoding table entry of each distance symbol, without its code length (number of bits of the
/// codeword). Each deflate block has its own code lengths. They are added to the entries when the
/// decoding table of the block is built.
pub(super) static DISTANCES: [u32; DISTANCE_SYMBOLS] = {
    let mut entries = [distance_exception(INVALID); DISTANCE_SYMBOLS];
    let mut symbol = 0;
    while symbol < USABLE_DISTANCES {
        entries[symbol] = (DISTANCE_BASE[symbol] as u32) << 16 | distance_extra(symbol);
        symbol += 1;
    }
    entries
};

/// Number of codewords of each length. The index is the length of the codewords in bits. The
/// element at index 0 is not used.
pub(super) type LengthCounts = [u16; MAX_CODE_LENGTH + 1];

/// Returns how many symbols have each code length. `lengths` has the code length of each symbol, in
/// bits. Symbols without a codeword have the length 0, and are counted in the element at index 0.
pub(super) const fn count_lengths(lengths: &[u8]) -> LengthCounts {
    let mut counts = [0; MAX_CODE_LENGTH + 1];
    let mut symbol = 0;
    while symbol < lengths.len() {
        counts[lengths[symbol] as usize % (MAX_CODE_LENGTH + 1)] += 1;
        symbol += 1;
    }
    counts
}

/// Number of different codewords of 15 bits, the longest ones. This number is the size of the code
/// space of a Huffman code. A codeword of `n` bits takes `CODE_SPACE >> n` of the code space,
/// because that many codewords of 15 bits begin with it. A code is complete if its codewords take
/// the whole code space.
pub(super) const CODE_SPACE: u32 = 1 << MAX_CODE_LENGTH;

/// Finds the codeword that `bits` begins with, in a canonical Huffman code. The first bit of the
/// stream is the lowest bit of `bits`. At least 15 bits must be valid, and the codeword must have
/// at least `shortest` bits. Returns the position of the symbol in the list of symbols sorted by
/// codeword, and the length of the codeword in bits.
///
/// `first` has the first codeword of each length, as a number of 15 bits. The first bit of the
/// codeword is the highest bit of the number, and zeros follow the last bit of the codeword. The
/// element at index 16 is the end (exclusive) of all codewords. `offset` has the position in the
/// sorted list of the first symbol of each length.
///
/// In a canonical code, longer codewords are greater numbers. Therefore the length is found by
/// comparing the next 15 bits of the stream with `first`.
#[inline(always)]
pub(super) fn find_codeword(
    bits: u32,
    shortest: usize,
    first: &[u16; MAX_CODE_LENGTH + 2],
    offset: &[u16; MAX_CODE_LENGTH + 1],
) -> (usize, usize) {
    let code = (bits as u16).reverse_bits() >> 1;
    let mut length = shortest;
    while length < MAX_CODE_LENGTH && code >= first[length + 1] {
        length += 1;
    }
    let position = usize::from(offset[length])
        + usize::from((code - first[length]) >> (MAX_CODE_LENGTH - length));
    (position, length)
}
