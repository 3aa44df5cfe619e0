//! The constants of the deflate format (RFC 1951), for the decoders and the encoders: the symbols
//! of its three codes, the match lengths and distances that symbols stand for, and the codes of
//! fixed deflate blocks.

// A build without std has only the decoders, which do not use all of the constants.
#![cfg_attr(not(feature = "std"), allow(dead_code))]

use core::ops::Range;

// ---- Limits

/// Shortest match in bytes.
pub(crate) const MIN_MATCH: usize = 3;
/// Longest match in bytes.
pub(crate) const MAX_MATCH: usize = 258;
/// Greatest distance of a match in bytes.
pub(crate) const WINDOW: usize = 32768;
/// Maximum number of bytes in a stored deflate block.
pub(crate) const MAX_STORED: usize = 65535;
/// Longest codeword of the literal/length code and of the distance code, in bits.
pub(crate) const MAX_CODE_LENGTH: usize = 15;

// ---- The literal/length code

/// Number of literal/length symbols: 256 literals, the end-of-block symbol, 29 lengths, and 2
/// reserved symbols that only the fixed code has.
pub(crate) const LITERAL_SYMBOLS: usize = 288;
/// Number of literal/length symbols that a dynamic deflate block may use.
pub(crate) const USABLE_LITERALS: usize = 286;
/// The literal/length symbol that ends a deflate block. The symbols below it are the literals.
pub(crate) const END_OF_BLOCK: usize = 256;
/// The literal/length symbol of the shortest matches.
pub(crate) const FIRST_LENGTH: usize = 257;

/// Number of length slots. Slot `s` is the literal/length symbol 257 + `s`.
pub(crate) const LENGTH_SLOTS: usize = 29;

/// Shortest match of each length slot, in bytes.
pub(crate) const LENGTH_BASE: [u16; LENGTH_SLOTS] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];

/// Number of extra bits of each length slot.
pub(crate) const LENGTH_EXTRA: [u8; LENGTH_SLOTS] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/// Length slot of each match length. The entries below [`MIN_MATCH`] are unused.
pub(crate) const LENGTH_SLOT: [u8; MAX_MATCH + 1] = {
    let mut slots = [0; MAX_MATCH + 1];
    let mut slot = 0;
    while slot < LENGTH_SLOTS {
        let mut length = LENGTH_BASE[slot] as usize;
        while length <= MAX_MATCH {
            slots[length] = slot as u8;
            length += 1;
        }
        slot += 1;
    }
    slots
};

// ---- The distance code

/// Number of distance symbols: 30, and 2 reserved symbols that only the fixed code has.
pub(crate) const DISTANCE_SYMBOLS: usize = 32;
/// Number of distance symbols that a dynamic deflate block may use.
pub(crate) const USABLE_DISTANCES: usize = 30;

/// Smallest distance of each distance slot, in bytes. A distance slot is also the distance symbol.
pub(crate) const DISTANCE_BASE: [u16; USABLE_DISTANCES] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];

/// Returns the number of extra bits of a distance slot.
pub(crate) const fn distance_extra(slot: usize) -> u32 {
    if slot < 4 {
        0
    } else {
        slot as u32 / 2 - 1
    }
}

/// Returns the distance slot of the distance `distance_less_one + 1`, which is 1 to 32768.
#[inline(always)]
pub(crate) fn distance_slot(distance_less_one: u32) -> u32 {
    if distance_less_one < 2 {
        return distance_less_one;
    }
    let top = distance_less_one.ilog2();
    top * 2 + (distance_less_one >> (top - 1) & 1)
}

// ---- The codes of fixed deflate blocks

/// Code length of most symbols of the fixed literal/length code, in bits.
pub(crate) const FIXED_LITERAL_LENGTH: u8 = 8;
/// Symbols whose codewords in the fixed literal/length code have 9 bits.
pub(crate) const FIXED_9_BIT_LITERALS: Range<usize> = 144..256;
/// Symbols whose codewords in the fixed literal/length code have 7 bits.
pub(crate) const FIXED_7_BIT_SYMBOLS: Range<usize> = 256..280;

/// Code lengths of the fixed literal/length code, in bits.
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

/// Code length of every symbol of the fixed distance code, in bits.
pub(crate) const FIXED_DISTANCE_LENGTH: u8 = 5;

// ---- The code-length code, which codes the code lengths in the header of a dynamic deflate block

/// Number of symbols of the code-length code: the code lengths 0 to 15 and three repeats.
pub(crate) const CODE_LENGTH_SYMBOLS: usize = 19;
/// The symbol that repeats the previous code length.
pub(crate) const COPY: usize = 16;
/// The symbol of a short run of zeros.
pub(crate) const ZEROS_SHORT: usize = 17;
/// The symbol of a long run of zeros.
pub(crate) const ZEROS_LONG: usize = 18;
/// Minimum and maximum number of code lengths that [`COPY`], [`ZEROS_SHORT`] and [`ZEROS_LONG`]
/// stand for.
pub(crate) const REPEATS: [(usize, usize); 3] = [(3, 6), (3, 10), (11, 138)];
/// Number of extra bits of [`COPY`], [`ZEROS_SHORT`] and [`ZEROS_LONG`].
pub(crate) const REPEAT_EXTRA: [u32; 3] = [2, 3, 7];
/// Longest codeword of the code-length code, in bits.
pub(crate) const MAX_CODE_LENGTH_CODE: usize = 7;
/// The order in which a header lists the codeword lengths of the code-length code, 3 bits each.
pub(crate) const CODE_LENGTH_ORDER: [u8; CODE_LENGTH_SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Smallest number of literal/length code lengths in a header (HLIT = 0).
pub(crate) const MIN_LITERALS_LISTED: usize = 257;
/// Smallest number of distance code lengths in a header (HDIST = 0).
pub(crate) const MIN_DISTANCES_LISTED: usize = 1;
/// Smallest number of codeword lengths of the code-length code in a header (HCLEN = 0).
pub(crate) const MIN_CODE_LENGTHS_LISTED: usize = 4;
