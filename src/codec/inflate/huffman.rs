//! Huffman decoding: the parts that the decoders for 64-bit and for 32-bit machines share. They are
//! the entries of the decoding tables, and the search for codewords that have more bits than the
//! index of a table.
//!
//! An entry of a decoding table has everything that is needed to decode one symbol. [`LITERALS`]
//! and [`DISTANCES`] have the entries of all symbols, but without the code lengths, because each
//! deflate block has its own ones. The code length is added to an entry when a table is built.
//!
//! Literal/length entry:
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
//! Distance entry:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length + number of extra bits |
//! | 6..12 | code length |
//! | 16..31 | smallest distance of the symbol in bytes, or kind of exception |
//! | 31 | 1 if the entry is an exception: [`LONG`] or [`INVALID`] |
//!
//! Each field that counts bits begins at a multiple of 6 and is followed by zeros up to the next
//! multiple of 6. A shift of a 64-bit register uses only the lowest 6 bits of its count, so
//! `entry`, `entry >> 6` and `entry >> 12` are shift counts that need no mask.

use crate::codec::deflate_format::{
    distance_extra, DISTANCE_BASE, DISTANCE_SYMBOLS, END_OF_BLOCK, FIRST_LENGTH, LENGTH_BASE,
    LENGTH_EXTRA, LENGTH_SLOTS, LITERAL_SYMBOLS, MAX_CODE_LENGTH, MIN_MATCH, USABLE_DISTANCES,
};

/// Bit that is set in a literal/length entry if the symbol is a literal.
pub(super) const LITERAL: u32 = 1 << 31;
/// Bit that is set in a literal/length entry if it is an exception: neither a literal nor a length.
pub(super) const LITERAL_EXCEPTION: u32 = 1 << 17;
/// Bit that is set in a distance entry if it is an exception: not a distance.
pub(super) const DISTANCE_EXCEPTION: u32 = 1 << 31;

/// Kind of an exception entry: the symbol ends the deflate block.
pub(super) const END: u32 = 0;
/// Kind of an exception entry: the codeword has more bits than the table's index, so the decoder
/// searches for it by length.
pub(super) const LONG: u32 = 1;
/// Kind of an exception entry: the codeword has no symbol or a reserved one.
pub(super) const INVALID: u32 = 2;

/// Returns the literal/length entry for an exception of this kind, without a code length.
pub(super) const fn literal_exception(kind: u32) -> u32 {
    LITERAL_EXCEPTION | kind << 23
}

/// Returns the distance entry for an exception of this kind, without a code length.
pub(super) const fn distance_exception(kind: u32) -> u32 {
    DISTANCE_EXCEPTION | kind << 16
}

/// Returns the value of a literal/length entry. It is the byte of a literal, the match length - 3
/// of a length, or the kind of an exception: an entry that stands for neither.
#[inline(always)]
pub(super) const fn literal_value(entry: u32) -> u32 {
    entry >> 23 & 0xff
}

/// Returns the value of a distance entry. It is the smallest distance of the symbol, in bytes, or
/// the kind of an exception: an entry that stands for no distance.
#[inline(always)]
pub(super) const fn distance_value(entry: u32) -> u32 {
    entry >> 16 & 0x7fff
}

/// Returns the code length, in bits, of a literal/length entry or a distance entry.
#[inline(always)]
pub(super) const fn code_length(entry: u32) -> u32 {
    entry >> 6 & 15
}

/// Literal/length entries by symbol, without code lengths.
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

/// Distance entries by symbol, without code lengths.
pub(super) static DISTANCES: [u32; DISTANCE_SYMBOLS] = {
    let mut entries = [distance_exception(INVALID); DISTANCE_SYMBOLS];
    let mut slot = 0;
    while slot < USABLE_DISTANCES {
        entries[slot] = (DISTANCE_BASE[slot] as u32) << 16 | distance_extra(slot);
        slot += 1;
    }
    entries
};

/// Number of codewords of each length in bits. The number at index 0 is unused.
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

/// Number of different codewords of 15 bits, which is the size of the code space. A codeword of `n`
/// bits takes `CODE_SPACE >> n` of the code space. A code is complete if its codewords take all of
/// the code space.
pub(super) const CODE_SPACE: u32 = 1 << MAX_CODE_LENGTH;

/// Finds the codeword with which `bits` begins. The lowest bit of `bits` is the first one, and the
/// codeword must have at least `shortest` bits. Returns the position of the symbol in the list of
/// symbols that are sorted by codeword, and the length of the codeword in bits.
///
/// `first` has the first codeword of each length. Its last element is the end (exclusive) of all
/// codewords. They are all 15-bit numbers: the first bit of the codeword is the highest one, and
/// zeros follow its last bit. In a canonical code, these numbers ascend with the length. `offset`
/// has the position of the first symbol of each length in the sorted list.
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
