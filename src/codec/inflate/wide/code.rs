//! Huffman codes with the tables that decode them.

use super::sort::{sort, Positions};
use crate::codec::deflate_format::{
    DISTANCE_SYMBOLS, END_OF_BLOCK, FIXED_DISTANCE_LENGTH, FIXED_LITERAL_LENGTHS, LITERAL_SYMBOLS,
    MAX_CODE_LENGTH,
};
use crate::codec::inflate::huffman::{
    count_lengths, distance_exception, find_codeword, literal_exception, LengthCounts, CODE_SPACE,
    DISTANCES, INVALID, LITERALS, LONG,
};
use crate::codec::inflate::job::InflateError;

/// Returns the entry of a literal/length symbol whose codeword has `length` bits. The flag of a
/// literal, in the highest bit, adds the code length to the lowest field too.
#[inline(always)]
fn literal_entry(symbol: usize, length: u32) -> u32 {
    let entry = LITERALS.get(symbol).copied().unwrap_or_default();
    entry + length * (0x1040 + (entry >> 31))
}

/// Returns the entry of a distance symbol whose codeword has `length` bits.
#[inline(always)]
fn distance_entry(symbol: usize, length: u32) -> u32 {
    DISTANCES[symbol & (DISTANCE_SYMBOLS - 1)] + length * 0x41
}

/// The literal/length code and the distance code of a deflate block. The tables are indexed by 10
/// and 8 bits: few codewords of a small block are longer.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(crate) literals: Code<1024, { LITERAL_SYMBOLS + 1 }>,
    pub(crate) distances: Code<256, { DISTANCE_SYMBOLS + 1 }>,
}

impl Codes {
    pub(crate) const fn new() -> Self {
        Self {
            literals: Code::new(),
            distances: Code::new(),
        }
    }

    /// Builds the codes of a dynamic deflate block from their code lengths, which the counts count.
    #[inline]
    pub(crate) fn build(
        &mut self,
        literals: &[u8],
        literal_counts: &LengthCounts,
        distances: &[u8],
        distance_counts: &LengthCounts,
    ) -> Result<(), InflateError> {
        if literals.get(END_OF_BLOCK).is_none_or(|&length| length == 0) {
            return Err(InflateError::Invalid);
        }
        self.literals
            .build(literals, literal_counts, literal_exception, literal_entry)?;
        self.distances.build(
            distances,
            distance_counts,
            distance_exception,
            distance_entry,
        )
    }

    /// Builds the codes of fixed deflate blocks.
    pub(crate) fn build_fixed(&mut self) -> Result<(), InflateError> {
        const DISTANCE_LENGTHS: [u8; DISTANCE_SYMBOLS] = [FIXED_DISTANCE_LENGTH; DISTANCE_SYMBOLS];
        self.build(
            &FIXED_LITERAL_LENGTHS,
            &const { count_lengths(&FIXED_LITERAL_LENGTHS) },
            &DISTANCE_LENGTHS,
            &const { count_lengths(&DISTANCE_LENGTHS) },
        )
    }

    /// Returns the entry of the literal/length codeword with which `bits` begins. `bits` has at
    /// least 15 bits.
    pub(crate) fn literal(&self, bits: u32) -> u32 {
        let entry = self.literals.look_up(bits as usize);
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, literal_entry);
        }
        entry
    }

    /// Returns the entry of the distance codeword with which `bits` begins. `bits` has at least 15
    /// bits.
    #[inline(always)]
    pub(crate) fn distance(&self, bits: u32) -> u32 {
        let entry = self.distances.look_up(bits as usize);
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, distance_entry);
        }
        entry
    }
}

/// A Huffman code: a table that is indexed by the next bits of the stream, and the sorted symbols,
/// in which longer codewords are searched. `SORTED` is the number of symbols + 1.
#[derive(Clone, Debug)]
pub(super) struct Code<const SIZE: usize, const SORTED: usize> {
    table: [u32; SIZE],
    /// The symbols in the order of their codewords, from position 1 on.
    sorted: [u16; SORTED],
    /// First codeword of each length as a 15-bit number, see [`find_codeword`]. The last element is
    /// the end of the codewords.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Position of the first symbol of each length in `sorted`.
    offset: Positions,
}

impl<const SIZE: usize, const SORTED: usize> Code<SIZE, SORTED> {
    /// Number of bits that index the table.
    const BITS: usize = SIZE.trailing_zeros() as usize;
    /// The index of each codeword, which is its bits in reverse order.
    const REVERSED: &'static [u16; SIZE] = &reversed();

    const fn new() -> Self {
        Self {
            table: [0; SIZE],
            sorted: [0; SORTED],
            first: [0; MAX_CODE_LENGTH + 2],
            offset: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Returns the entry for the next bits of the stream. Bits above the index are ignored.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: usize) -> u32 {
        self.table[bits & (SIZE - 1)]
    }

    /// Returns the table index of a codeword, which is given as a 15-bit number.
    #[inline(always)]
    fn index(code: u32) -> usize {
        usize::from(Self::REVERSED[code as usize >> (MAX_CODE_LENGTH - Self::BITS) & (SIZE - 1)])
            & (SIZE - 1)
    }

    /// Builds the code from the code length of each symbol, where 0 means no codeword. `counts`
    /// counts the lengths. `entry` returns the entry of a symbol with a code length, `exception`
    /// that of a kind of exception.
    ///
    /// # Errors
    ///
    /// `Invalid` if the code is not complete. As in zlib, a code without codewords and a code with
    /// one codeword of one bit are valid. The other codewords are then invalid.
    #[inline(always)]
    fn build(
        &mut self,
        lengths: &[u8],
        counts: &LengthCounts,
        exception: impl Fn(u32) -> u32,
        entry: impl Fn(usize, u32) -> u32,
    ) -> Result<(), InflateError> {
        let used = self.assign(counts);
        if used > CODE_SPACE
            || (used < CODE_SPACE && used != 0 && (used != CODE_SPACE / 2 || counts[1] != 1))
        {
            return Err(InflateError::Invalid);
        }
        sort(&mut self.sorted, &self.offset, lengths);
        let code = self.fill(counts, entry);
        // An invalid codeword counts as one bit long, like the only valid codeword of such a code.
        let rest = if used < CODE_SPACE {
            exception(INVALID) + 0x40
        } else {
            exception(LONG)
        };
        for code in (code..CODE_SPACE).step_by(1 << (MAX_CODE_LENGTH - Self::BITS)) {
            self.table[Self::index(code)] = rest;
        }
        Ok(())
    }

    /// Assigns codewords to the lengths and returns how much of the code space they take.
    #[inline(always)]
    fn assign(&mut self, counts: &LengthCounts) -> u32 {
        let (mut code, mut offset) = (0, 1);
        for (length, &count) in counts.iter().enumerate().skip(1) {
            self.first[length] = code as u16;
            self.offset[length] = offset;
            code += u32::from(count) << (MAX_CODE_LENGTH - length);
            offset += count;
        }
        self.first[MAX_CODE_LENGTH + 1] = code as u16;
        self.offset[0] = offset;
        code
    }

    /// Fills the table with the entries of all codewords that are not longer than its index, and
    /// returns the next codeword.
    ///
    /// After the codewords of `n` bits are entered, the first `1 << n` entries are copied to the
    /// next `1 << n` ones, because the bit that follows the codeword in the index does not change
    /// its entry.
    #[inline(always)]
    fn fill(&mut self, counts: &LengthCounts, entry: impl Fn(usize, u32) -> u32) -> u32 {
        let mut code = 0;
        let mut symbols = self.sorted.iter().skip(1);
        for (length, &count) in counts.iter().enumerate().take(Self::BITS + 1).skip(1) {
            for _ in 0..count {
                let symbol = symbols.next().map_or(0, |&symbol| usize::from(symbol));
                self.table[Self::index(code)] = entry(symbol, length as u32);
                code += CODE_SPACE >> length;
            }
            if length < Self::BITS && code > 0 {
                self.table.copy_within(..1 << length, 1 << length);
            }
        }
        code
    }

    /// Returns the entry of a codeword that is longer than the index.
    #[cold]
    #[inline(never)]
    fn search(&self, bits: u32, entry: impl Fn(usize, u32) -> u32) -> u32 {
        let (position, length) = find_codeword(bits, Self::BITS + 1, &self.first, &self.offset);
        let symbol = self
            .sorted
            .get(position)
            .map_or(0, |&symbol| usize::from(symbol));
        entry(symbol, length as u32)
    }
}

/// Returns all numbers below `SIZE`, a power of two, with their bits in reverse order.
const fn reversed<const SIZE: usize>() -> [u16; SIZE] {
    let mut reversed = [0; SIZE];
    let mut code = 0;
    while code < SIZE {
        reversed[code] = (code as u16).reverse_bits() >> (16 - SIZE.trailing_zeros());
        code += 1;
    }
    reversed
}
