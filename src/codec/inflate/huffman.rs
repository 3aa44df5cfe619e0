//! Parts of Huffman decoding that both forms of the decoder share: the entries of the decoding
//! tables, and the search for codewords that are longer than the index of a table.
//!
//! An entry of a decoding table has all that is needed to decode a symbol. [`LITERALS`] and
//! [`DISTANCES`] have the entries of all symbols without the code lengths, which differ from
//! deflate block to deflate block. The code length is added when a table is built.
//!
//! Literal/length entry:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length of a literal, 0 for others: consumes only literals without a branch |
//! | 6..12 | code length |
//! | 12..17 | code length + number of extra bits |
//! | 17 | exception: [`END`], [`LONG`] or [`INVALID`] |
//! | 18..23 | mask of the extra bits |
//! | 23..31 | literal byte, match length - 3, or kind of exception |
//! | 31 | literal |
//!
//! Distance entry:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length + number of extra bits |
//! | 6..12 | code length |
//! | 16..31 | smallest distance of the symbol in bytes, or kind of exception |
//! | 31 | exception: [`LONG`] or [`INVALID`] |
//!
//! Fields that are bit counts begin at multiples of 6, and the bits after their value are 0 up to
//! the sixth. A 64-bit shift uses only the lowest 6 bits of its count, so such a field needs no
//! mask.

use crate::codec::deflate_format::{
    distance_extra, DISTANCE_BASE, DISTANCE_SYMBOLS, END_OF_BLOCK, FIRST_LENGTH, LENGTH_BASE,
    LENGTH_EXTRA, LENGTH_SLOTS, LITERAL_SYMBOLS, MAX_CODE_LENGTH, MIN_MATCH, USABLE_DISTANCES,
};

/// Flag of a literal/length entry that is a literal.
pub(super) const LITERAL: u32 = 1 << 31;
/// Flag of a literal/length entry that is neither a literal nor a length.
pub(super) const LITERAL_EXCEPTION: u32 = 1 << 17;
/// Flag of a distance entry that is not a distance.
pub(super) const DISTANCE_EXCEPTION: u32 = 1 << 31;

/// Kind of exception: the end of the deflate block.
pub(super) const END: u32 = 0;
/// Kind of exception: the codeword is longer than the index of the table, so search for it.
pub(super) const LONG: u32 = 1;
/// Kind of exception: no symbol, or a reserved one, has this codeword.
pub(super) const INVALID: u32 = 2;

/// Returns a literal/length entry for an exception, without its code length.
pub(super) const fn literal_exception(kind: u32) -> u32 {
    LITERAL_EXCEPTION | kind << 23
}

/// Returns a distance entry for an exception, without its code length.
pub(super) const fn distance_exception(kind: u32) -> u32 {
    DISTANCE_EXCEPTION | kind << 16
}

/// Returns the literal byte, the match length - 3, or the kind of exception of a literal/length
/// entry.
#[inline(always)]
pub(super) const fn literal_value(entry: u32) -> u32 {
    entry >> 23 & 0xff
}

/// Returns the smallest distance in bytes, or the kind of exception, of a distance entry.
#[inline(always)]
pub(super) const fn distance_value(entry: u32) -> u32 {
    entry >> 16 & 0x7fff
}

/// Returns the code length, in bits, of a literal/length entry or a distance entry.
#[inline(always)]
pub(super) const fn code_length(entry: u32) -> u32 {
    entry >> 6 & 15
}

/// Entries of the literal/length symbols, without code lengths.
pub(super) static LITERALS: [u32; LITERAL_SYMBOLS] = {
    let mut entries = [literal_exception(INVALID); LITERAL_SYMBOLS];
    let mut byte = 0;
    while byte < END_OF_BLOCK {
        entries[byte] = LITERAL | (byte as u32) << 23;
        byte += 1;
    }
    entries[END_OF_BLOCK] = literal_exception(END);
    let mut slot = 0;
    while slot < LENGTH_SLOTS {
        let base = LENGTH_BASE[slot] as u32 - MIN_MATCH as u32;
        let extra = LENGTH_EXTRA[slot] as u32;
        entries[FIRST_LENGTH + slot] = base << 23 | ((1 << extra) - 1) << 18 | extra << 12;
        slot += 1;
    }
    entries
};

/// Entries of the distance symbols, without code lengths.
pub(super) static DISTANCES: [u32; DISTANCE_SYMBOLS] = {
    let mut entries = [distance_exception(INVALID); DISTANCE_SYMBOLS];
    let mut slot = 0;
    while slot < USABLE_DISTANCES {
        entries[slot] = (DISTANCE_BASE[slot] as u32) << 16 | distance_extra(slot);
        slot += 1;
    }
    entries
};

/// Number of codewords of each length. The number at index 0 has no meaning.
pub(super) type LengthCounts = [u16; MAX_CODE_LENGTH + 1];

/// Returns how often each length occurs in `lengths`.
pub(super) const fn count_lengths(lengths: &[u8]) -> LengthCounts {
    let mut counts = [0; MAX_CODE_LENGTH + 1];
    let mut symbol = 0;
    while symbol < lengths.len() {
        counts[lengths[symbol] as usize % (MAX_CODE_LENGTH + 1)] += 1;
        symbol += 1;
    }
    counts
}

/// Size of the code space, in codewords of 15 bits. A codeword of `n` bits takes `CODE_SPACE >> n`
/// of it, and a code is complete if its codewords take all of it.
pub(super) const CODE_SPACE: u32 = 1 << MAX_CODE_LENGTH;

/// Finds the codeword of at least `shortest` bits with which `bits` begins, the lowest bit first.
/// Returns the position of its symbol among the symbols in the order of their codewords, and the
/// length of the codeword.
///
/// `first` has the first codeword of each length, and after the longest length the end of the
/// codewords. These are 15-bit numbers with the first bit of the codeword highest, so that
/// codewords of all lengths compare in the order in which the canonical code assigns them. `offset`
/// has the position of the first symbol of each length.
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
