//! Sorts the symbols of a Huffman code by code length.
//!
//! This is a counting sort, which keeps the position of the next symbol for each code length. The
//! positions are fields of 9 bits in two registers. In memory, a position would have to be stored
//! and then loaded again for the next symbol of the same length. Waiting for that store would take
//! most of the time.

use crate::codec::deflate_format::MAX_CODE_LENGTH;

/// Position of the first symbol of each code length in the sorted list. Positions begin at 1.
/// Element 0 is the position after the last symbol.
pub(super) type Positions = [u16; MAX_CODE_LENGTH + 1];

/// Number of bits of a field, which can hold every position in the list of the literal/length
/// symbols.
const FIELD: u32 = 9;
/// Number of fields in a register. The lower register has the fields of the code lengths 1 to 7.
/// The higher register has those of the code lengths 8 to 14.
const FIELDS: usize = 7;

/// Place of the field of one code length, and the numbers that increment the field.
#[derive(Clone, Copy)]
struct FieldIncrement {
    /// Number that increments the field in the lower register, or 0 if the field is in the higher
    /// register.
    low: u64,
    /// Number that increments the field in the higher register, or 0 if the field is in the lower
    /// register.
    high: u64,
    /// Number of the lowest bit of the field, in its register.
    shift: u32,
}

/// Field of each code length. The code lengths 0 and 15 have no field. Their `shift` selects the
/// highest bit of a register, which is always 0, so their position is always 0.
static INCREMENTS: [FieldIncrement; MAX_CODE_LENGTH + 1] = {
    let none = FieldIncrement {
        low: 0,
        high: 0,
        shift: 63,
    };
    let mut increments = [none; MAX_CODE_LENGTH + 1];
    let mut field = 0;
    while field < FIELDS {
        let shift = FIELD * field as u32;
        let one = 1 << shift;
        increments[1 + field] = FieldIncrement {
            low: one,
            high: 0,
            shift,
        };
        increments[1 + FIELDS + field] = FieldIncrement {
            low: 0,
            high: one,
            shift,
        };
        field += 1;
    }
    increments
};

/// Sorts the symbols into `sorted`. `first` has the position of the first symbol of each code
/// length, and `lengths` has the code length of each symbol. Symbols without a codeword are written
/// to position 0.
#[inline(always)]
pub(super) fn sort(sorted: &mut [u16], first: &Positions, lengths: &[u8]) {
    let (mut low, mut high) = (0, 0);
    for (increment, &first) in INCREMENTS.iter().zip(first) {
        low += increment.low * u64::from(first);
        high += increment.high * u64::from(first);
    }
    for (symbol, &length) in (0..).zip(lengths) {
        let increment = INCREMENTS[usize::from(length) % (MAX_CODE_LENGTH + 1)];
        let fields = if usize::from(length) <= FIELDS {
            low
        } else {
            high
        };
        let next = (fields >> (increment.shift & 63)) as usize & ((1 << FIELD) - 1);
        if let Some(slot) = sorted.get_mut(next) {
            *slot = symbol;
        }
        low += increment.low;
        high += increment.high;
    }
    if first[MAX_CODE_LENGTH] < first[0] {
        sort_longest(sorted, usize::from(first[MAX_CODE_LENGTH]), lengths);
    }
}

/// Writes the symbols whose codewords have 15 bits to `sorted`, from position `first` on. Few
/// deflate blocks have such symbols.
#[cold]
fn sort_longest(sorted: &mut [u16], first: usize, lengths: &[u8]) {
    let slots = sorted.get_mut(first..).unwrap_or_default();
    let symbols = (0..)
        .zip(lengths)
        .filter(|(_, &length)| usize::from(length) == MAX_CODE_LENGTH);
    for (slot, (symbol, _)) in slots.iter_mut().zip(symbols) {
        *slot = symbol;
    }
}
