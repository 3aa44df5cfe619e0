//! The constants of the deflate format: its alphabets, and the base values and extra bits of the
//! length and distance symbols (RFC 1951, sections 3.2.5 and 3.2.6).

/// Number of literal/length symbols: 256 literals, the end-of-block symbol, 29 lengths, and 2
/// symbols that only the fixed code has.
pub(crate) const LITERAL_SYMBOLS: usize = 288;
/// Number of literal/length symbols that a dynamic sub-block may use.
pub(crate) const USABLE_LITERALS: usize = 286;
/// Number of distance symbols: 30, and 2 that only the fixed code has.
pub(crate) const DISTANCE_SYMBOLS: usize = 32;
/// Number of distance symbols that a dynamic sub-block may use.
pub(crate) const USABLE_DISTANCES: usize = 30;
/// The literal/length symbol that ends a sub-block.
pub(crate) const END_OF_BLOCK: usize = 256;
/// The literal/length symbol of the shortest matches.
pub(crate) const FIRST_LENGTH: usize = 257;
/// Shortest match in bytes.
pub(crate) const MIN_MATCH: usize = 3;
/// Longest match in bytes.
pub(crate) const MAX_MATCH: usize = 258;
/// Greatest distance of a match in bytes.
pub(crate) const WINDOW: usize = 32768;
/// Maximum number of bytes in a stored sub-block.
pub(crate) const MAX_STORED: usize = 65535;
/// Longest codeword of the literal/length code and the distance code, in bits.
pub(crate) const MAX_CODE_LENGTH: usize = 15;

/// Number of length slots. Slot `s` is the literal/length symbol 257 + `s`.
const LENGTH_SLOTS: usize = 29;

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

/// Returns the distance slot, which is also the distance symbol, of a distance minus one (0 to
/// 32767).
#[inline(always)]
pub(crate) fn distance_slot(distance_less_one: u32) -> u32 {
    if distance_less_one < 2 {
        return distance_less_one;
    }
    let top = distance_less_one.ilog2();
    top * 2 + (distance_less_one >> (top - 1) & 1)
}

/// Returns the number of extra bits of a distance slot.
pub(crate) const fn distance_extra(slot: usize) -> u32 {
    if slot < 4 {
        0
    } else {
        slot as u32 / 2 - 1
    }
}

/// Code lengths of the fixed literal/length code.
pub(crate) const FIXED_LITERAL_LENGTHS: [u8; LITERAL_SYMBOLS] = {
    let mut lengths = [8; LITERAL_SYMBOLS];
    let mut symbol = 144;
    while symbol < 280 {
        lengths[symbol] = if symbol < 256 { 9 } else { 7 };
        symbol += 1;
    }
    lengths
};

/// Code length of every symbol of the fixed distance code.
pub(crate) const FIXED_DISTANCE_LENGTH: u8 = 5;
