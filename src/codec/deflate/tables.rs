//! The alphabets of deflate: which symbol stands for a length or a distance, and how many extra
//! bits follow it.

/// Literal/length symbols: 256 literals, the end of a sub-block, 29 lengths; padded to what the
/// fixed code counts.
pub(crate) const LITERAL_SYMBOLS: usize = 288;
/// Literal/length symbols that a dynamic sub-block may use.
pub(crate) const USABLE_LITERALS: usize = 286;
/// Distance symbols, padded to what the fixed code counts.
pub(crate) const DISTANCE_SYMBOLS: usize = 32;
/// Distance symbols that a dynamic sub-block may use.
pub(crate) const USABLE_DISTANCES: usize = 30;
/// The symbol that ends a sub-block.
pub(crate) const END_OF_BLOCK: usize = 256;
/// The symbol of the shortest match length.
pub(crate) const FIRST_LENGTH: usize = 257;
/// Shortest and longest match.
pub(crate) const MIN_MATCH: usize = 3;
pub(crate) const MAX_MATCH: usize = 258;
/// How far back a match may reach.
pub(crate) const WINDOW: usize = 32768;
/// Most bytes of a stored sub-block.
pub(crate) const MAX_STORED: usize = 65535;
/// Longest codeword of the literal/length and distance codes.
pub(crate) const MAX_CODE_LENGTH: usize = 15;

const LENGTH_SLOTS: usize = 29;

/// Smallest match length of each length slot. (Slot `s` is symbol 257 + `s`.)
pub(crate) const LENGTH_BASE: [u16; LENGTH_SLOTS] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];

/// Extra bits of each length slot.
pub(crate) const LENGTH_EXTRA: [u8; LENGTH_SLOTS] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/// The length slot of each match length.
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

/// The distance slot, which is the distance symbol, of a distance given less one (0..=32767).
#[inline(always)]
pub(crate) fn distance_slot(distance_less_one: u32) -> u32 {
    if distance_less_one < 2 {
        return distance_less_one;
    }
    let top = distance_less_one.ilog2();
    top * 2 + (distance_less_one >> (top - 1) & 1)
}

/// Extra bits of a distance slot.
pub(crate) const fn distance_extra(slot: usize) -> u32 {
    if slot < 4 {
        0
    } else {
        slot as u32 / 2 - 1
    }
}

/// The code lengths of the fixed literal/length code.
pub(crate) const FIXED_LITERAL_LENGTHS: [u8; LITERAL_SYMBOLS] = {
    let mut lengths = [8; LITERAL_SYMBOLS];
    let mut symbol = 144;
    while symbol < 280 {
        lengths[symbol] = if symbol < 256 { 9 } else { 7 };
        symbol += 1;
    }
    lengths
};

/// The length of each codeword of the fixed distance code.
pub(crate) const FIXED_DISTANCE_LENGTH: u8 = 5;
