//! Sorts the symbols of a Huffman code by code length.
//!
//! This is a counting sort, which has the position of the next symbol for each code length. The
//! positions are fields of 9 bits in two registers. In an array in memory, a position would be
//! stored for one symbol and loaded again for the next symbol of the same length. Waiting for these
//! stores would take most of the time.

use crate::codec::deflate_format::MAX_CODE_LENGTH;

/// Position of the first symbol of each code length in the list of sorted symbols. The index of
/// this array is the code length in bits. Positions begin at 1. The element at index 0 is the
/// position after the last symbol.
pub(super) type Positions = [u16; MAX_CODE_LENGTH + 1];

/// Number of bits of a field, which has the position of the next symbol of one code length. 9 bits
/// are enough for the 288 literal/length symbols.
const FIELD: u32 = 9;
/// Number of fields in one register. There are two registers: `low` has the fields of the code
/// lengths 1 to 7, and `high` has those of the code lengths 8 to 14.
const FIELDS: usize = 7;

/// The place of the field for one code length. The field has the position of the next symbol of
/// that code length. It is a part of one of two registers, `low` and `high` in [`sort`].
#[derive(Clone, Copy)]
struct FieldIncrement {
    /// Number that is added to the register `low` to increment the field. It is 0 if the field is
    /// in the register `high`.
    low: u64,
    /// Number that is added to the register `high` to increment the field. It is 0 if the field is
    /// in the register `low`.
    high: u64,
    /// Number of bits of its register that are below the field.
    shift: u32,
}

/// The place of the field for each code length. The code lengths 0 and 15 have no field. Their
/// `shift` of 63 selects the highest bit of a register, which is always 0. Therefore symbols with
/// these code lengths are written to position 0. `sort_longest` later writes those with the code
/// length 15 to their positions.
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

/// Sorts the symbols by code length into `sorted`. `lengths` has the code length of each symbol.
/// `first` has, for each code length, the index in `sorted` of the first symbol, which is 1 or
/// more. A symbol with the code length 0 has no codeword. It is written to element 0 of `sorted`,
/// which is never read.
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

/// Writes the symbols with codewords of 15 bits to `sorted`, from position `first` on. `lengths`
/// has the code length of each symbol. This function is rarely called, because few deflate blocks
/// have such symbols.
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
