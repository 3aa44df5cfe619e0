//! Decodes the codewords of a canonical prefix code (Huffman code), which is defined by the lengths
//! of its codewords in bits.

use super::bit_reader::BitReader;

/// Largest number of bits in a codeword.
const MAX_CODE_LENGTH: usize = 15;

/// A canonical prefix code of up to `SYMBOLS` symbols. It has a look-up table with `ENTRIES`
/// entries for short codewords. `ENTRIES` must be a power of two.
pub(super) struct PrefixCode<const ENTRIES: usize, const SYMBOLS: usize> {
    /// The look-up table, indexed by the next bits of the stream. An entry is `symbol << 4 |
    /// length`, with the length of the codeword in bits. An entry is 0 if the codeword has more
    /// bits than the index. It is also 0 if the next bits of the stream are not the start of any
    /// codeword.
    table: [u16; ENTRIES],
    /// The symbols that have a codeword, sorted by the length of the codeword. Symbols with equal
    /// lengths are in ascending order.
    sorted: [u16; SYMBOLS],
    /// Number of codewords of each length, indexed by the length in bits. Entry 0 is 0.
    counts: [u16; MAX_CODE_LENGTH + 1],
}

impl<const ENTRIES: usize, const SYMBOLS: usize> PrefixCode<ENTRIES, SYMBOLS> {
    /// Number of bits in an index of the look-up table.
    const INDEX_BITS: u32 = ENTRIES.trailing_zeros();

    pub(super) fn new() -> Self {
        PrefixCode {
            table: [0; ENTRIES],
            sorted: [0; SYMBOLS],
            counts: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Replaces the code by the one whose codewords have the given lengths. `lengths` has the
    /// number of bits for each symbol, or 0 for a symbol without a codeword. Returns the result of
    /// [`set_counts`](Self::set_counts).
    pub(super) fn build(&mut self, lengths: &[u8]) -> Option<bool> {
        let is_complete = self.set_counts(lengths)?;
        self.set_codewords(lengths);
        Some(is_complete)
    }

    /// Counts the codewords of each length. `lengths` has the number of bits for each symbol, or 0
    /// for a symbol without a codeword. Returns whether the code is complete. A code is complete if
    /// every sequence of bits begins with a codeword.
    ///
    /// Returns `None` for a code that zlib rejects. zlib rejects:
    ///
    /// - a code with more codewords than their lengths allow,
    /// - an incomplete code with two or more codewords, and
    /// - a code whose only codeword has two or more bits.
    pub(super) fn set_counts(&mut self, lengths: &[u8]) -> Option<bool> {
        self.counts = [0; MAX_CODE_LENGTH + 1];
        for &length in lengths {
            self.counts[usize::from(length)] += 1;
        }
        self.counts[0] = 0;
        // Number of bit sequences of a certain length that do not begin with a codeword. The length
        // of these sequences is 0 bits before the loop. Each iteration makes it one bit greater.
        let mut free = 1i32;
        for &count in &self.counts[1..] {
            free = free * 2 - i32::from(count);
            if free < 0 {
                return None;
            }
        }
        let codewords: u16 = self.counts.iter().sum();
        let is_complete = free == 0;
        if !is_complete && (codewords > 1 || codewords != self.counts[1]) {
            return None;
        }
        Some(is_complete)
    }

    /// Prepares the code for decoding with [`decode`](Self::decode). The caller must have called
    /// [`set_counts`](Self::set_counts) with the same `lengths`.
    pub(super) fn set_codewords(&mut self, lengths: &[u8]) {
        self.sort(lengths);
        self.fill_table();
    }

    fn sort(&mut self, lengths: &[u8]) {
        let mut next = [0u16; MAX_CODE_LENGTH + 1];
        for length in 1..MAX_CODE_LENGTH {
            next[length + 1] = next[length] + self.counts[length];
        }
        for (symbol, &length) in lengths.iter().enumerate() {
            if length != 0 {
                let index = &mut next[usize::from(length)];
                self.sorted[usize::from(*index)] = symbol as u16;
                *index += 1;
            }
        }
    }

    /// Fills the look-up table. Codewords that have more bits than an index of the table are left
    /// out.
    ///
    /// Each iteration of the outer loop adds one bit to the index, as the highest bit, so that the
    /// filled part of the table doubles. First, the filled part is copied to the entries after it.
    /// So the symbol of a shorter codeword is found if the new bit is 0 and if it is 1. Then the
    /// codewords of `length` bits are entered. Entries without a codeword stay 0.
    ///
    /// The bits of a codeword are reversed, because its first bit is the lowest bit of the index.
    fn fill_table(&mut self) {
        self.table[0] = 0;
        let mut filled = 1;
        let mut codeword = 0u32;
        let mut index = 0;
        for length in 1..=Self::INDEX_BITS {
            self.table.copy_within(..filled, filled);
            filled *= 2;
            codeword *= 2;
            for _ in 0..self.counts[length as usize] {
                let reversed = (codeword.reverse_bits() >> (32 - length)) as usize;
                self.table[reversed] = self.sorted[index] << 4 | length as u16;
                index += 1;
                codeword += 1;
            }
        }
    }

    /// Reads one codeword from `bits` and returns its symbol. Returns `None` if the input ends
    /// before the end of the codeword, or if no codeword matches. The caller must have called
    /// [`BitReader::refill`].
    #[inline(always)]
    pub(super) fn decode(&self, bits: &mut BitReader) -> Option<u16> {
        let entry = self.table[bits.peek() as usize & (ENTRIES - 1)];
        if entry == 0 {
            return self.decode_long(bits);
        }
        bits.drop_bits(u32::from(entry & 15))?;
        Some(entry >> 4)
    }

    /// Reads one codeword from `bits`, bit by bit, and returns its symbol. Returns `None` if the
    /// input ends before the end of the codeword, or if no codeword matches.
    ///
    /// The codewords of `length` bits are `count` consecutive numbers. The first of these numbers
    /// is `first`. Each iteration adds one bit to `codeword`. The codeword is complete if it is one
    /// of these numbers. `index` is the index in `sorted` of the first symbol whose codeword has
    /// `length` bits.
    #[cold]
    fn decode_long(&self, bits: &mut BitReader) -> Option<u16> {
        let mut codeword = 0u32;
        let mut first = 0u32;
        let mut index = 0u32;
        for length in 1..=MAX_CODE_LENGTH {
            codeword = codeword << 1 | (bits.peek() >> (length - 1)) as u32 & 1;
            let count = u32::from(self.counts[length]);
            if codeword - first < count {
                bits.drop_bits(length as u32)?;
                return self
                    .sorted
                    .get((index + codeword - first) as usize)
                    .copied();
            }
            index += count;
            first = (first + count) << 1;
        }
        None
    }
}
