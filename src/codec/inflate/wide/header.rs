//! Reads the header of a dynamic deflate block, which has the code lengths of the literal/length
//! code and of the distance code. A code length is the number of bits of a symbol's codeword. The
//! code lengths are encoded with a third Huffman code, the code-length code.
//!
//! In the small blocks of disc images, about a fifth of all symbols are code lengths, so reading
//! code lengths must be fast. The decoding table of the code-length code is indexed by 7 bits. If
//! the codewords of two successive code lengths have at most 7 bits together, one look-up returns
//! the two code lengths. The same instructions, without branches, decode one code length, two code
//! lengths, or a symbol that repeats a code length.

use super::bits::Bits;
use super::code::Codes;
use crate::codec::deflate_format::{
    CODE_LENGTH_ORDER, CODE_LENGTH_SYMBOLS, MAX_CODE_LENGTH_CODE, MIN_CODE_LENGTHS_LISTED,
    MIN_DISTANCES_LISTED, MIN_LITERALS_LISTED, REPEATS, REPEAT_EXTRA, REPEAT_LENGTH,
    USABLE_DISTANCES, USABLE_LITERALS,
};
use crate::codec::inflate::huffman::{count_lengths, LengthCounts};
use crate::codec::inflate::job::InflateError;

/// Number of entries in the decoding table of the code-length code, which encodes the code lengths
/// in a header. The array of entries has one more element, which is written but never looked up.
const TABLE_SIZE: usize = 1 << MAX_CODE_LENGTH_CODE;

/// Number of code lengths, of one byte each, that one write stores. A table entry stands for more
/// than 8 code lengths only if all of them are 0. The code lengths of 0 after the first `STORE`
/// need not be written, because the array is filled with zeros before the code lengths are read.
const STORE: usize = 8;

/// Entry of the decoding table of the code-length code, which encodes the code lengths in a header.
/// A symbol of this code is a code length, or repeats a code length. An entry is for one symbol, or
/// for two successive symbols that are both code lengths:
///
/// | bits | meaning |
/// |---|---|
/// | 0..6 | number of bits to consume: the codeword or both codewords, and the extra bits |
/// | 6..12 | number of bits of the codeword, or of the second codeword if there are two |
/// | 12..16 | number of code lengths - 1, before the value of the extra bits is added |
/// | 16..23 | mask of the extra bits, after they are shifted to bit 0 |
/// | 32..40 | first code length |
/// | 40..48 | second code length, or the first one again if there is no second one |
/// | 63 | 1 if the symbol repeats the previous code length |
type Entry = u64;

/// Bit of a table entry that is 1 if the symbol repeats a code length. It is the lowest bit of the
/// mask of the extra bits. All symbols that repeat a code length have extra bits, and the other
/// symbols have none.
const REPEAT: Entry = 1 << 16;
/// Bit of a table entry that is 1 if the symbol repeats the previous code length.
const REPEAT_PREVIOUS: Entry = 1 << 63;
/// Bits of a table entry that are the first code length.
const FIRST_VALUE: Entry = 0xff << 32;

/// Table entry of each symbol of the code-length code, which encodes the code lengths in a header.
/// In these entries, the number of bits of the codeword is 0. Each header has its own codewords, so
/// `build_table` adds the number of bits of the codeword.
const SYMBOLS: [Entry; CODE_LENGTH_SYMBOLS] = {
    let mut symbols = [0; CODE_LENGTH_SYMBOLS];
    let mut value = 0;
    while value < REPEAT_LENGTH {
        symbols[value] = (value as u64 * 0x101) << 32;
        value += 1;
    }
    let mut repeat = 0;
    while repeat < REPEATS.len() {
        let extra = REPEAT_EXTRA[repeat];
        let mask: Entry = (1 << extra) - 1;
        let count = REPEATS[repeat].0 as Entry;
        symbols[REPEAT_LENGTH + repeat] = mask << 16 | (count - 1) << 12 | extra as Entry;
        repeat += 1;
    }
    symbols[REPEAT_LENGTH] |= REPEAT_PREVIOUS;
    symbols
};

/// Element `n` is the number that is added to a codeword of `n` bits to get the next codeword of
/// `n` bits. Here a codeword is a number of 7 bits. The first bit of the codeword is the highest
/// bit of the number, and zeros follow the last bit of the codeword.
///
/// `build_table` has one `u64` in which byte `n` is the next codeword of `n` bits. Therefore the
/// number to add is shifted to byte `n`. Element 0 is 0, because a symbol with code length 0 has no
/// codeword.
const CODE_STEPS: [u64; MAX_CODE_LENGTH_CODE + 1] = {
    let mut steps = [0; MAX_CODE_LENGTH_CODE + 1];
    let mut length = 1;
    while length <= MAX_CODE_LENGTH_CODE {
        steps[length] = (TABLE_SIZE as u64 >> length) << (8 * length);
        length += 1;
    }
    steps
};

/// A reader of the headers of dynamic deflate blocks, with the memory that reading requires.
#[derive(Clone, Debug)]
pub(super) struct HeaderReader {
    table: [Entry; TABLE_SIZE + 1],
    /// The code lengths of the literal/length symbols, directly followed by the code lengths of the
    /// distance symbols. Each write stores [`STORE`] elements at once, so the last write can extend
    /// past the last code length. Therefore the array has [`STORE`] more elements.
    lengths: [u8; USABLE_LITERALS + USABLE_DISTANCES + STORE],
}

impl HeaderReader {
    pub(crate) const fn new() -> Self {
        Self {
            table: [0; TABLE_SIZE + 1],
            lengths: [0; USABLE_LITERALS + USABLE_DISTANCES + STORE],
        }
    }

    /// Reads the header of a dynamic deflate block, and builds `codes` from the code lengths in the
    /// header. The 3 bits at the start of the deflate block, which are the last-block flag and the
    /// block type, must already be consumed from `bits`. Fails with `Invalid` if the header is not
    /// valid.
    pub(crate) fn read(
        &mut self,
        bits: &mut Bits,
        input: &[u8],
        codes: &mut Codes,
    ) -> Result<(), InflateError> {
        bits.refill(input);
        let literals = MIN_LITERALS_LISTED + bits.take(5) as usize;
        let distances = MIN_DISTANCES_LISTED + bits.take(5) as usize;
        let listed = MIN_CODE_LENGTHS_LISTED as u32 + bits.take(4);
        if literals > USABLE_LITERALS || distances > USABLE_DISTANCES {
            return Err(InflateError::Invalid);
        }
        bits.refill(input);
        // The next bits are `listed` numbers of 3 bits. `listed` is at most 19, so the numbers have
        // at most 57 bits together. After a refill, all 64 bits of the buffer are valid, but only
        // 56 bits may be consumed. Therefore all numbers are copied at once, but the last number is
        // consumed only after another refill.
        let code_lengths = bits.peek() & ((1 << (3 * listed)) - 1);
        bits.consume(3 * listed - 3);
        bits.refill(input);
        bits.consume(3);
        self.build_table(code_lengths)?;
        let total = literals + distances;
        let mut counts = self.read_lengths(bits, input, total)?;
        let (literal_lengths, rest) = self.lengths.split_at(literals);
        let distance_lengths = &rest[..distances];
        let distance_counts = count_lengths(distance_lengths);
        for (count, distances) in counts.iter_mut().zip(distance_counts) {
            *count -= distances;
        }
        codes.build(literal_lengths, &counts, distance_lengths, &distance_counts)
    }

    /// Builds the decoding table of the code-length code, which encodes the code lengths in a
    /// header. `listed_lengths` has a field of 3 bits for each symbol of this code, from the lowest
    /// bits on. The field is the number of bits of the symbol's codeword, or 0 if the symbol has no
    /// codeword. The symbols are in the order of [`CODE_LENGTH_ORDER`]. Fails with `Invalid` if the
    /// code is not complete, which means that each index of the table must begin with exactly one
    /// codeword.
    fn build_table(&mut self, listed_lengths: u64) -> Result<(), InflateError> {
        let mut lengths = [0; CODE_LENGTH_SYMBOLS];
        // Byte `n` of `counts` is the number of codewords of `n` bits, for `n` from 0 to 7.
        let mut counts = 0_u64;
        for (position, symbol) in CODE_LENGTH_ORDER.into_iter().enumerate() {
            let length = (listed_lengths >> (3 * position)) as usize & 7;
            lengths[usize::from(symbol)] = length as u8;
            counts += 1 << (8 * length);
        }
        // Byte `n` of `next` is the next codeword of `n` bits, as a number of 7 bits. The first bit
        // of the codeword is the highest bit of the number, and zeros follow the last bit of the
        // codeword. `space` is the number of table entries that the codewords counted so far take.
        // `space` is also the first codeword of `length` bits, as a number of 7 bits.
        let (mut space, mut next) = (0, 0_u64);
        for length in 1..=MAX_CODE_LENGTH_CODE {
            next |= (space as u64 & 0xff) << (8 * length);
            space += (counts >> (8 * length) & 0xff) as usize * (TABLE_SIZE >> length);
        }
        if space != TABLE_SIZE {
            return Err(InflateError::Invalid);
        }
        self.table.fill(0);
        for (symbol, &length) in lengths.iter().enumerate() {
            let code = next >> (8 * length);
            let index = usize::from((code as u8).reverse_bits() >> 1);
            // The entry of a symbol without a codeword is written to the additional element at the
            // end of the table, which is never looked up. This is faster than a branch that skips
            // the symbol.
            self.table[if length == 0 { TABLE_SIZE } else { index }] =
                SYMBOLS[symbol] + Entry::from(length) * 0x41;
            next += CODE_STEPS[usize::from(length)];
        }
        self.fill_table();
        self.join_pairs();
        Ok(())
    }

    /// Copies the table entry of each codeword to all indexes that begin with the codeword. The
    /// first bit of a codeword is the lowest bit of the index. Before this call, the entry of a
    /// codeword is only at the index whose bits after the codeword are zeros. All other entries are
    /// 0.
    fn fill_table(&mut self) {
        for length in 0..MAX_CODE_LENGTH_CODE {
            let (from, to) = self.table.split_at_mut(1 << length);
            for (to, &from) in to.iter_mut().zip(&*from) {
                // The indexes of `from` and `to` differ only in bit `length`, which is 1 in the
                // index of `to`. If `to` is not 0, it is the entry of another codeword, which has
                // more than `length` bits. Then `to` is kept.
                *to = if *to == 0 { from } else { *to };
            }
        }
    }

    /// Replaces table entries for one code length by entries for two successive code lengths. An
    /// entry is replaced if the 7 bits of its index contain two whole codewords, one after the
    /// other, and if neither of the two symbols is a repeat. All other entries are kept.
    fn join_pairs(&mut self) {
        // The entry of the second codeword is read from the same table, and must be read before it
        // is replaced. The index of the second codeword is `index` without the bits of the first
        // codeword, so it is at most `index`. Therefore the indexes are processed in descending
        // order.
        for index in (0..TABLE_SIZE).rev() {
            let first = self.table[index];
            let second = self.table[(index >> (first & 63)) & (TABLE_SIZE - 1)];
            let pair = (first & (63 | FIRST_VALUE)) + (second & !FIRST_VALUE) + (1 << 12);
            // An entry is kept if one of the two symbols is a repeat, or if the two codewords
            // together have more than 7 bits. If neither symbol is a repeat, the lowest 6 bits of
            // `pair` are the number of bits of the two codewords together, which is 2 to 14. This
            // number is more than 7 if bit 3 of `pair` is 1. `single` has only ones if the entry is
            // kept, and only zeros if the entry is replaced. The entry is selected with this mask,
            // because a branch would often be mispredicted.
            let single =
                (((first | second) >> REPEAT.trailing_zeros() | pair >> 3) & 1).wrapping_neg();
            self.table[index] = first & single | pair & !single;
        }
    }

    /// Reads `total` code lengths into `self.lengths`. The code lengths of the literal/length code
    /// come first, and the code lengths of the distance code follow. Element `n` of the result is
    /// the number of symbols of the two codes that have the code length `n`. Fails with `Invalid`
    /// if the first symbol repeats the previous code length, or if the last repeat extends past
    /// `total` code lengths.
    fn read_lengths(
        &mut self,
        stream: &mut Bits,
        input: &[u8],
        total: usize,
    ) -> Result<LengthCounts, InflateError> {
        let mut bits = *stream;
        self.lengths.fill(0);
        // Successive code lengths are often equal. In a single array of counts, each increment of
        // an element would have to wait for the previous increment of the same element. Therefore
        // the increments are distributed over eight arrays, which are added at the end.
        let mut counts = [[0_u16; 16]; 8];
        // The previous code length, in each of the two lowest bytes.
        let mut previous = 0;
        let mut at = 0;
        let first = self.look_up(&bits);
        if first & REPEAT_PREVIOUS != 0 {
            stream.consume(first as u32);
            return Err(InflateError::Invalid);
        }
        let (last, before) = 'all: loop {
            bits.refill(input);
            // After a refill, 56 bits may be consumed. 56 bits are enough for four entries, because
            // an entry consumes at most 14 bits: a codeword of 7 bits and 7 extra bits.
            for turn in 0..4 {
                let entry = self.look_up(&bits);
                let before = bits;
                let extra =
                    (bits.peek() >> (entry >> 6 & 63)) as usize & (entry >> 16 & 0x7f) as usize;
                let count_less_one = (entry >> 12 & 15) as usize + extra;
                let values = (entry >> 32 & 0xffff) | (previous & ((entry as i64 >> 63) as u64));
                previous = (values >> 8) * 0x101;
                if let Some(lengths) = self
                    .lengths
                    .get_mut(at..)
                    .and_then(|rest| rest.first_chunk_mut())
                {
                    *lengths = (values * 0x0001_0001_0001_0001).to_le_bytes();
                }
                counts[turn][values as usize & 15] += count_less_one as u16;
                counts[4 + turn][(values >> 8) as usize & 15] += 1;
                at += count_less_one + 1;
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
            if at > total + 1 || last & REPEAT != 0 {
                *stream = bits;
                return Err(InflateError::Invalid);
            }
            // The last entry has two code lengths, but the header ends after the first of the two.
            // Therefore the second code length is removed from the counts. The bits of the last
            // entry are given back, and then only the first codeword is consumed.
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
