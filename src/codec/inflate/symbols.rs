//! The symbols of the deflate alphabets, as the table entries that a decoder works from.
//!
//! An entry is complete but for its code length: [`literal_entry`] and [`distance_entry`] add that when a table is built,
//! because code lengths differ from block to block and the rest does not.
//!
//! Literal/length entry:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length of a literal; 0 for all others, so that "consume it if it is a literal" needs no branch |
//! | 6..12 | code length |
//! | 12..17 | code length + extra bits |
//! | 17 | exception: [`END`], [`LONG`] or [`INVALID`] |
//! | 18..23 | mask of the extra bits |
//! | 23..31 | the literal's byte, the match length - 3, or what kind of exception it is |
//! | 31 | literal |
//!
//! Distance entry:
//!
//! | bits | meaning |
//! |---|---|
//! | 0..6 | code length + extra bits |
//! | 6..12 | code length |
//! | 16..31 | smallest distance of the symbol, or what kind of exception it is |
//! | 31 | exception: [`LONG`] or [`INVALID`] |
//!
//! Bit counts begin at multiples of 6 and those above 5 bits of them are 0, because a shift by a 64-bit register's worth of
//! bits looks at 6 bits and no more: a field need not be masked before it is used.

/// Symbols of the literal/length alphabet, with the two reserved ones that only fixed codes can name.
pub(super) const LITERAL_SYMBOLS: usize = 288;
/// Symbols of the distance alphabet, with the two reserved ones that only fixed codes can name.
pub(super) const DISTANCE_SYMBOLS: usize = 32;
/// Most literal/length symbols that a dynamic header may have.
pub(super) const MAX_LITERALS: usize = 286;
/// Most distance symbols that a dynamic header may have.
pub(super) const MAX_DISTANCES: usize = 30;
/// Order in which a dynamic header gives the lengths of the codes of the code lengths.
pub(super) const CODE_LENGTH_ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// The symbol that ends a sub-block.
pub(super) const END_OF_SUB_BLOCK: usize = 256;
/// Longest code of either alphabet, in bits.
pub(super) const MAX_CODE_LENGTH: usize = 15;

/// Flag of a literal's entry.
pub(super) const LITERAL: u32 = 1 << 31;
/// Flag of a literal/length entry that is neither literal nor length.
pub(super) const LITERAL_EXCEPTION: u32 = 1 << 17;
/// Flag of a distance entry that is not a distance.
pub(super) const DISTANCE_EXCEPTION: u32 = 1 << 31;

/// Exception: the sub-block ends here.
pub(super) const END: u32 = 0;
/// Exception: the code is longer than the table's index; search for it.
pub(super) const LONG: u32 = 1;
/// Exception: no symbol has this code, or a reserved one.
pub(super) const INVALID: u32 = 2;

/// Shortest match, in bytes.
pub(super) const MIN_MATCH: usize = 3;

/// An exception of the literal/length alphabet, without its code length.
pub(super) const fn literal_exception(kind: u32) -> u32 {
    LITERAL_EXCEPTION | kind << 23
}

/// An exception of the distance alphabet, without its code length.
pub(super) const fn distance_exception(kind: u32) -> u32 {
    DISTANCE_EXCEPTION | kind << 16
}

/// Completes an entry of [`LITERALS`]: the flag of a literal is also what puts the code length in the lowest byte.
#[cfg(any(target_pointer_width = "64", test))]
#[inline(always)]
pub(super) const fn literal_entry(symbol: u32, code_length: u32) -> u32 {
    symbol + code_length * (0x1040 + (symbol >> 31))
}

/// Completes an entry of [`DISTANCES`].
#[cfg(any(target_pointer_width = "64", test))]
#[inline(always)]
pub(super) const fn distance_entry(symbol: u32, code_length: u32) -> u32 {
    symbol + code_length * 0x41
}

/// Literal byte, match length - 3, or kind of exception.
#[inline(always)]
pub(super) const fn literal_value(entry: u32) -> u32 {
    entry >> 23 & 0xff
}

/// Smallest distance of the symbol, or kind of exception.
#[inline(always)]
pub(super) const fn distance_value(entry: u32) -> u32 {
    entry >> 16 & 0x7fff
}

/// Code length of an entry of either alphabet, in bits.
#[inline(always)]
pub(super) const fn code_length(entry: u32) -> u32 {
    entry >> 6 & 15
}

/// Literal/length entries without their code lengths, by symbol.
pub(super) static LITERALS: [u32; LITERAL_SYMBOLS] = literals();
/// Distance entries without their code lengths, by symbol.
pub(super) static DISTANCES: [u32; DISTANCE_SYMBOLS] = distances();

const fn literals() -> [u32; LITERAL_SYMBOLS] {
    let mut entries = [literal_exception(INVALID); LITERAL_SYMBOLS];
    let mut symbol = 0;
    while symbol < 256 {
        entries[symbol] = LITERAL | (symbol as u32) << 23;
        symbol += 1;
    }
    entries[END_OF_SUB_BLOCK] = literal_exception(END);
    let mut base = 0;
    while symbol < 284 {
        symbol += 1;
        let step = symbol as u32 - 257;
        let extra = if step < 8 { 0 } else { step / 4 - 1 };
        entries[symbol] = base << 23 | ((1 << extra) - 1) << 18 | extra << 12;
        base += 1 << extra;
    }
    // The longest match has a symbol of its own, although the one before could say it too.
    entries[285] = 255 << 23;
    entries
}

const fn distances() -> [u32; DISTANCE_SYMBOLS] {
    let mut entries = [distance_exception(INVALID); DISTANCE_SYMBOLS];
    let mut symbol = 0;
    let mut base = 1;
    while symbol < 30 {
        let step = symbol as u32;
        let extra = if step < 4 { 0 } else { step / 2 - 1 };
        entries[symbol] = base << 16 | extra;
        base += 1 << extra;
        symbol += 1;
    }
    entries
}
