//! Sorting of symbols by code length.
//!
//! It is a counting sort. The next position of each code length is kept in two registers, as fields
//! of 9 bits, rather than in memory, where each position would have to be stored before it is
//! loaded for the next symbol of the same length. That wait takes longer than everything else.

use crate::codec::deflate_format::MAX_CODE_LENGTH;

/// Position of the first symbol of each code length among the sorted symbols. The first position of
/// all is 1. The element at 0 is the position after the last symbol.
pub(super) type Positions = [u16; MAX_CODE_LENGTH + 1];

/// Number of bits of a field, which are enough for all positions.
const FIELD: u32 = 9;
/// Number of fields in a register: the lower one has those of the code lengths 1 to 7, the higher
/// one those of 8 to 14.
const FIELDS: usize = 7;

/// How to find and increment the field of one code length.
#[derive(Clone, Copy)]
struct FieldIncrement {
    /// Added to the lower register: 1 in the field, or 0 if the field is in the higher register.
    low: u64,
    /// Added to the higher register: 1 in the field, or 0 if the field is in the lower register.
    high: u64,
    /// Lowest bit of the field.
    shift: u32,
}

/// The code lengths 0 and 15 have no field. They get the top bit of a register, which is always 0.
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

/// Writes the symbols into `sorted`, those of each code length from its position in `first` on.
/// Symbols without a codeword are written to position 0.
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

/// Writes the symbols whose codewords have 15 bits. Few deflate blocks have any.
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
