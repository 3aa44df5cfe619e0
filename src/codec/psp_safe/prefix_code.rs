//! Decodes the codewords of a canonical prefix code.

use super::bit_reader::BitReader;

const MAX_CODE_LENGTH: usize = 15;

/// A canonical prefix code of up to `SYMBOLS` symbols, with a look-up table of `ENTRIES` entries,
/// which must be a power of two.
pub(super) struct PrefixCode<const ENTRIES: usize, const SYMBOLS: usize> {
    /// Entry for each value of the next bits of the stream: `symbol << 4 | length`, or 0 if the
    /// codeword is longer than the index of the table.
    table: [u16; ENTRIES],
    /// Symbols that have a codeword, in the order of their codewords.
    sorted: [u16; SYMBOLS],
    /// Number of codewords of each length.
    counts: [u16; MAX_CODE_LENGTH + 1],
}

impl<const ENTRIES: usize, const SYMBOLS: usize> PrefixCode<ENTRIES, SYMBOLS> {
    const INDEX_BITS: u32 = ENTRIES.trailing_zeros();

    pub(super) fn new() -> Self {
        PrefixCode {
            table: [0; ENTRIES],
            sorted: [0; SYMBOLS],
            counts: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Replaces the code by the one with these codeword lengths. Returns what
    /// [`set_counts`](Self::set_counts) returns.
    pub(super) fn build(&mut self, lengths: &[u8]) -> Option<bool> {
        let is_complete = self.set_counts(lengths)?;
        self.set_codewords(lengths);
        Some(is_complete)
    }

    /// Counts the codewords of each length. Returns whether the code is complete. Returns `None`
    /// for the codes that zlib rejects: over-subscribed codes, and incomplete codes other than
    /// those without codewords and those whose only codeword has one bit.
    pub(super) fn set_counts(&mut self, lengths: &[u8]) -> Option<bool> {
        self.counts = [0; MAX_CODE_LENGTH + 1];
        for &length in lengths {
            self.counts[usize::from(length)] += 1;
        }
        self.counts[0] = 0;
        // Number of codewords of the current length that are still free.
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

    /// Prepares the code for decoding. The caller must have called
    /// [`set_counts`](Self::set_counts) with the same lengths.
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

    /// Fills the table in the order of the codewords. For each further bit of the index the filled
    /// part is doubled, which repeats its entries for both values of that bit. So each codeword is
    /// written only once, and an entry without a codeword stays 0.
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

    /// Takes one codeword from `bits` and returns its symbol. Returns `None` if the input ends or
    /// if no codeword matches. The caller must have called [`BitReader::refill`].
    #[inline(always)]
    pub(super) fn decode(&self, bits: &mut BitReader) -> Option<u16> {
        let entry = self.table[bits.peek() as usize & (ENTRIES - 1)];
        if entry == 0 {
            return self.decode_long(bits);
        }
        bits.drop_bits(u32::from(entry & 15))?;
        Some(entry >> 4)
    }

    /// Decodes a codeword bit by bit. The codewords of each length are consecutive numbers.
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
