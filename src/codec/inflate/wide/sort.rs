//! Sorts the symbols of a Huffman code by code length, which is the number of bits of a codeword.
//!
//! This is a counting sort. For each code length, the sort keeps the position to which the next
//! symbol with that code length is written. The positions are not in an array, but in fields of 9
//! bits in two registers. In an array in memory, the position would be stored after one symbol, and
//! loaded again for the next symbol with the same code length. Waiting for these stores would take
//! most of the time.

use crate::codec::deflate_format::MAX_CODE_LENGTH;

/// For each code length, the position of the first symbol with that code length in the list of
/// sorted symbols. The index of this array is the code length in bits. Positions begin at 1. The
/// element at index 0 is the position after the last symbol that has a codeword.
pub(super) type Positions = [u16; MAX_CODE_LENGTH + 1];

/// Number of bits of a field in the registers `low` and `high` of [`sort`]. A field is the position
/// to which the next symbol with one code length is written. 9 bits are enough for the positions of
/// the 288 literal/length symbols.
const FIELD: u32 = 9;
/// Number of fields in one register. [`sort`] has two registers of 64 bits: `low` has the fields
/// for the code lengths 1 to 7, and `high` has the fields for the code lengths 8 to 14.
const FIELDS: usize = 7;

/// The place of the field for one code length in the registers `low` and `high` of [`sort`]. The
/// field is the position to which the next symbol with that code length is written.
#[derive(Clone, Copy)]
struct FieldIncrement {
    /// Number that is added to the register `low` to increment the field. It is 0 if the field is
    /// in the register `high`.
    low: u64,
    /// Number that is added to the register `high` to increment the field. It is 0 if the field is
    /// in the register `low`.
    high: u64,
    /// Number of bits that are below the field in the register that has the field.
    shift: u32,
}

/// For each code length, the place of the field with the position of the next symbol. The code
/// lengths 0 and 15 have no field. The `shift` of 63 for these two code lengths selects the highest
/// bit of a register, which is always 0. Therefore a symbol with the code length 0 or 15 is written
/// to position 0, which is never read. `sort_longest` later writes the symbols with the code length
/// 15 to their positions.
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

/// Sorts the symbols by code length into `sorted`. `lengths` has the code length of each symbol, in
/// bits. Element `n` of `first` is the index in `sorted` of the first symbol with the code length
/// `n`, which is 1 or more. Element 0 of `first` is the index after the last sorted symbol. A
/// symbol with the code length 0 has no codeword. Such a symbol is written to element 0 of
/// `sorted`, which is never read.
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

/// Writes the symbols with the code length 15 to `sorted`, from position `first` on. `lengths` has
/// the code length of each symbol, in bits. This function is rarely called, because few deflate
/// blocks have codewords of 15 bits.
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
