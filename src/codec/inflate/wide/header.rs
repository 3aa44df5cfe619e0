//! The header of a dynamic sub-block: code lengths, themselves coded.
//!
//! A fifth of all symbols of a small block are code lengths, so they get a table of their own kind: two plain code lengths
//! come out of one look-up where their codes fit in its index, and every kind of symbol takes the same path.

use super::super::canonical::Counts;
use super::super::symbols::{CODE_LENGTH_ORDER, MAX_CODE_LENGTH, MAX_DISTANCES, MAX_LITERALS};
use super::super::InflateError;
use super::bits::Bits;
use super::Codes;

/// Longest code of a code length, in bits.
const INDEX_BITS: usize = 7;
const TABLE_SIZE: usize = 1 << INDEX_BITS;

/// Code lengths stored at once.
const STORE: usize = 8;

/// An entry of the table:
///
/// | bits | meaning |
/// |---|---|
/// | 0..6 | bits to consume, those of the run's length included |
/// | 6..12 | code length (of the second of two) |
/// | 12..16 | code lengths given - 1, when the run's extra bits are 0 |
/// | 16..23 | mask of the run's extra bits |
/// | 32..40 | first code length |
/// | 40..48 | second code length |
/// | 63 | run of the code length before it |
type Entry = u64;

/// Set in all runs, whose mask of extra bits is never 0.
const RUN: Entry = 1 << 16;
const REPEAT: Entry = 1 << 63;
const FIRST_VALUE: Entry = 0xff << 32;

/// The symbols' entries without their code lengths.
const SYMBOLS: [Entry; 19] = {
    let mut symbols = [0; 19];
    let mut value = 0;
    while value < 16 {
        symbols[value] = (value as u64 * 0x101) << 32;
        value += 1;
    }
    symbols[16] = REPEAT | 3 << 16 | 2 << 12 | 2;
    symbols[17] = 7 << 16 | 2 << 12 | 3;
    symbols[18] = 127 << 16 | 10 << 12 | 7;
    symbols
};

/// What is added to the next codes for one of each length.
const CODE_STEPS: [u64; INDEX_BITS + 1] = {
    let mut steps = [0; INDEX_BITS + 1];
    let mut length = 1;
    while length <= INDEX_BITS {
        steps[length] = (TABLE_SIZE as u64 >> length) << (8 * length);
        length += 1;
    }
    steps
};

/// Reads headers; what it keeps between calls is only room.
#[derive(Clone, Debug)]
pub(super) struct Header {
    table: [Entry; TABLE_SIZE + 1],
    lengths: [u8; MAX_LITERALS + MAX_DISTANCES + STORE],
}

impl Header {
    pub(crate) const fn new() -> Self {
        Self {
            table: [0; TABLE_SIZE + 1],
            lengths: [0; MAX_LITERALS + MAX_DISTANCES + STORE],
        }
    }

    /// Reads a header, from behind the sub-block's type, and builds its codes.
    pub(crate) fn read(
        &mut self,
        bits: &mut Bits,
        input: &[u8],
        codes: &mut Codes,
    ) -> Result<(), InflateError> {
        bits.refill(input);
        let literals = 257 + bits.take(5) as usize;
        let distances = 1 + bits.take(5) as usize;
        let given = 4 + bits.take(4);
        if literals > MAX_LITERALS || distances > MAX_DISTANCES {
            return Err(InflateError::Invalid);
        }
        bits.refill(input);
        // All 64 bits of a refilled buffer are bits of the input, even if not all count as available yet.
        let lengths = bits.peek() & ((1 << (3 * given)) - 1);
        bits.consume(3 * given - 3);
        bits.refill(input);
        bits.consume(3);
        self.build(lengths)?;
        let total = literals + distances;
        let mut counts = self.read_lengths(bits, input, total)?;
        let (literal_lengths, rest) = self.lengths.split_at(literals);
        let distance_lengths = &rest[..distances];
        let mut distance_counts = [0; MAX_CODE_LENGTH + 1];
        for &length in distance_lengths {
            distance_counts[usize::from(length) % (MAX_CODE_LENGTH + 1)] += 1;
        }
        for (count, distances) in counts.iter_mut().zip(distance_counts) {
            *count -= distances;
        }
        codes.build(literal_lengths, &counts, distance_lengths, &distance_counts)
    }

    /// Builds the table from the lengths of its codes, 3 bits each in the order of the header.
    fn build(&mut self, packed: u64) -> Result<(), InflateError> {
        let mut lengths = [0; CODE_LENGTH_ORDER.len()];
        // Eight counts, a byte each: those of the lengths 0 to 7.
        let mut counts = 0_u64;
        for (place, symbol) in CODE_LENGTH_ORDER.into_iter().enumerate() {
            let length = (packed >> (3 * place)) as usize & 7;
            lengths[symbol] = length as u8;
            counts += 1 << (8 * length);
        }
        // Eight next codes likewise.
        let (mut space, mut next) = (0, 0_u64);
        for length in 1..=INDEX_BITS {
            next |= (space as u64 & 0xff) << (8 * length);
            space += (counts >> (8 * length) & 0xff) as usize * (TABLE_SIZE >> length);
        }
        if space != TABLE_SIZE {
            return Err(InflateError::Invalid);
        }
        self.table.fill(0);
        for (symbol, &length) in lengths.iter().enumerate() {
            let code = next >> (8 * length);
            let place = usize::from((code as u8).reverse_bits() >> 1);
            // No branch for symbols without a code: they go where nobody looks.
            self.table[if length == 0 { TABLE_SIZE } else { place }] =
                SYMBOLS[symbol] + Entry::from(length) * 0x41;
            next += CODE_STEPS[usize::from(length)];
        }
        self.spread();
        self.pair();
        Ok(())
    }

    /// Repeats each entry at all places that differ only in bits behind its code.
    fn spread(&mut self) {
        for length in 0..INDEX_BITS {
            let (from, to) = self.table.split_at_mut(1 << length);
            for (to, &from) in to.iter_mut().zip(&*from) {
                // In a complete code an entry that is there already has a longer code.
                *to = if *to == 0 { from } else { *to };
            }
        }
    }

    /// Joins the entries of two plain code lengths whose codes both fit in the index.
    fn pair(&mut self) {
        // From the top, because the second entry is always further down and must not be a pair yet.
        for index in (0..TABLE_SIZE).rev() {
            let first = self.table[index];
            let second = self.table[(index >> (first & 63)) & (TABLE_SIZE - 1)];
            let pair = (first & (63 | FIRST_VALUE)) + (second & !FIRST_VALUE) + (1 << 12);
            // Two codes have 14 bits at most: the bit that counts eights says that they do not fit. A mask, because what
            // fits is as good as random and a branch would often be mispredicted.
            let single =
                (((first | second) >> RUN.trailing_zeros() | pair >> 3) & 1).wrapping_neg();
            self.table[index] = first & single | pair & !single;
        }
    }

    /// Reads `total` code lengths, both alphabets as one, and counts how often each occurs.
    fn read_lengths(
        &mut self,
        stream: &mut Bits,
        input: &[u8],
        total: usize,
    ) -> Result<Counts, InflateError> {
        let mut bits = *stream;
        self.lengths.fill(0);
        // Many, because one count that code lengths in a row are added to would be waited for.
        let mut counts = [[0_u16; 16]; 8];
        let mut previous = 0;
        let mut at = 0;
        let first = self.look_up(&bits);
        if first & REPEAT != 0 {
            stream.consume(first as u32);
            return Err(InflateError::Invalid);
        }
        let (last, before) = 'all: loop {
            bits.refill(input);
            // At most 14 bits each.
            for turn in 0..4 {
                let entry = self.look_up(&bits);
                let before = bits;
                let extra =
                    (bits.peek() >> (entry >> 6 & 63)) as usize & (entry >> 16 & 0x7f) as usize;
                let more = (entry >> 12 & 15) as usize + extra;
                let values = (entry >> 32 & 0xffff) | (previous & ((entry as i64 >> 63) as u64));
                previous = (values >> 8) * 0x101;
                if let Some(lengths) = self
                    .lengths
                    .get_mut(at..)
                    .and_then(|rest| rest.first_chunk_mut())
                {
                    *lengths = (values * 0x0001_0001_0001_0001).to_le_bytes();
                }
                counts[turn][values as usize & 15] += more as u16;
                counts[4 + turn][(values >> 8) as usize & 15] += 1;
                at += more + 1;
                bits.consume(entry as u32);
                if at >= total {
                    break 'all (entry, before);
                }
            }
        };
        let [mut all, others @ ..] = counts;
        for others in others {
            for (count, other) in all.iter_mut().zip(others) {
                *count += other;
            }
        }
        if at > total {
            if at > total + 1 || last & RUN != 0 {
                *stream = bits;
                return Err(InflateError::Invalid);
            }
            // The second of a pair was not a code length any more: it belongs to what follows the header.
            all[(last >> 40) as usize & 15] -= 1;
            bits = before;
            bits.consume((last & 63) as u32 - (last >> 6 & 63) as u32);
        }
        *stream = bits;
        Ok(all)
    }

    #[inline(always)]
    fn look_up(&self, bits: &Bits) -> Entry {
        self.table[bits.peek() as usize & (TABLE_SIZE - 1)]
    }
}
