//! Huffman codes of a deflate block, with the tables that decode them.

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

/// Returns the table entry of a literal/length symbol whose codeword has `length` bits. The factor
/// 0x1040 adds `length` to the fields of the entry at bits 6 and 12, which include the code length.
/// The entry of a literal has a third such field, at bit 0, and its highest bit is 1. For a
/// literal, that bit makes the factor 0x1041.
#[inline(always)]
fn literal_entry(symbol: usize, length: u32) -> u32 {
    let entry = LITERALS.get(symbol).copied().unwrap_or_default();
    entry + length * (0x1040 + (entry >> 31))
}

/// Returns the table entry of a distance symbol whose codeword has `length` bits. The factor 0x41
/// adds `length` to the fields of the entry at bits 0 and 6, which include the code length.
#[inline(always)]
fn distance_entry(symbol: usize, length: u32) -> u32 {
    DISTANCES[symbol & (DISTANCE_SYMBOLS - 1)] + length * 0x41
}

/// The two Huffman codes of a deflate block: one for literals and match lengths, and one for the
/// distances of matches. Their tables are indexed by 10 and by 8 bits of the stream. In the small
/// blocks of disc images, few codewords have more bits.
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

    /// Builds the two codes of a dynamic deflate block. `literals` and `distances` have the code
    /// length of each symbol, in bits. Length 0 means that the symbol is not used. `literal_counts`
    /// and `distance_counts` have the number of symbols with each code length.
    ///
    /// Fails with `Invalid` if one of the codes is not valid, or if the end-of-block symbol is not
    /// used.
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

    /// Builds the two codes of fixed deflate blocks, which the deflate format defines.
    pub(crate) fn build_fixed(&mut self) -> Result<(), InflateError> {
        const DISTANCE_LENGTHS: [u8; DISTANCE_SYMBOLS] = [FIXED_DISTANCE_LENGTH; DISTANCE_SYMBOLS];
        self.build(
            &FIXED_LITERAL_LENGTHS,
            &const { count_lengths(&FIXED_LITERAL_LENGTHS) },
            &DISTANCE_LENGTHS,
            &const { count_lengths(&DISTANCE_LENGTHS) },
        )
    }

    /// Returns the table entry for the literal/length codeword that `bits` begins with, even if the
    /// codeword has more bits than the index of the table. At least the lowest 15 bits of `bits`
    /// must be valid.
    pub(crate) fn literal(&self, bits: u32) -> u32 {
        let entry = self.literals.look_up(bits as usize);
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, literal_entry);
        }
        entry
    }

    /// Returns the table entry for the distance codeword that `bits` begins with, even if the
    /// codeword has more bits than the index of the table. At least the lowest 15 bits of `bits`
    /// must be valid.
    #[inline(always)]
    pub(crate) fn distance(&self, bits: u32) -> u32 {
        let entry = self.distances.look_up(bits as usize);
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, distance_entry);
        }
        entry
    }
}

/// A Huffman code. `table` has `SIZE` entries and is indexed by the next bits of the stream. A
/// codeword with more bits than this index is not in `table`, so it is searched with `sorted`,
/// `first` and `offset`. `SORTED` is the number of symbols + 1.
#[derive(Clone, Debug)]
pub(super) struct Code<const SIZE: usize, const SORTED: usize> {
    table: [u32; SIZE],
    /// The symbols that have a codeword, in the order of their codewords, from index 1 on. The
    /// symbols without a codeword are written to index 0, which is never read.
    sorted: [u16; SORTED],
    /// First codeword of each code length, as a number of 15 bits. The first bit of the codeword is
    /// the highest bit of the number, and zeros follow its last bit. The last element is the end
    /// (exclusive) of all codewords.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Index in `sorted` of the first symbol of each code length.
    offset: Positions,
}

impl<const SIZE: usize, const SORTED: usize> Code<SIZE, SORTED> {
    /// Number of bits of the stream that are the index of the table.
    const BITS: usize = SIZE.trailing_zeros() as usize;
    /// Table index of each codeword of `BITS` bits. An index has the bits of its codeword in
    /// reverse order, because the first bit of the stream is the lowest bit of the index.
    const REVERSED: &'static [u16; SIZE] = &reversed();

    const fn new() -> Self {
        Self {
            table: [0; SIZE],
            sorted: [0; SORTED],
            first: [0; MAX_CODE_LENGTH + 2],
            offset: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Returns the table entry for the next bits of the stream. The first of them is the lowest bit
    /// of `bits`. `bits` may have more bits than an index of the table, and the higher ones are
    /// ignored.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: usize) -> u32 {
        self.table[bits & (SIZE - 1)]
    }

    /// Returns the table index of the first `BITS` bits of the codeword `code`. `code` is a number
    /// of 15 bits, whose highest bit is the first bit of the codeword.
    #[inline(always)]
    fn index(code: u32) -> usize {
        usize::from(Self::REVERSED[code as usize >> (MAX_CODE_LENGTH - Self::BITS) & (SIZE - 1)])
            & (SIZE - 1)
    }

    /// Builds the code. `lengths` has the code length of each symbol, in bits. Length 0 means that
    /// the symbol has no codeword. `counts` has the number of symbols with each code length.
    /// `exception` returns the table entry for a kind of exception. `entry` returns the table entry
    /// for a symbol and its code length.
    ///
    /// # Errors
    ///
    /// Fails with `Invalid` if the code is not complete: its codewords must take exactly
    /// [`CODE_SPACE`], and a codeword of `n` bits takes `CODE_SPACE >> n`. Two codes that take less
    /// are accepted, as in zlib: a code without codewords, and a code whose only codeword has one
    /// bit. The entries of all bits that are not a codeword of such a code are [`INVALID`]
    /// exceptions.
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
        // If `used` is less than `CODE_SPACE`, the code has no codeword, or a single codeword of
        // one bit. Therefore a decoder consumes one bit for an invalid codeword. 0x40 is the code
        // length 1 in an entry.
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

    /// Sets `first` and `offset` for a code with `counts` symbols of each code length. Returns how
    /// much of [`CODE_SPACE`] the codewords take. A codeword of `n` bits takes `CODE_SPACE >> n`.
    /// The code is complete if the sum is `CODE_SPACE`.
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

    /// Writes the table entries of all codewords that are not longer than the index of the table.
    /// Returns the end (exclusive) of these codewords, as a number of 15 bits. Longer codewords
    /// begin there.
    ///
    /// A short codeword has fewer bits than an index, so its entry is required at several indexes.
    /// After the codewords of `n` bits are written, the first `1 << n` entries are copied to the
    /// next `1 << n` entries. An entry and its copy have indexes that differ only in the bit after
    /// the codeword.
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

    /// Returns the table entry for the codeword that `bits` begins with. The codeword must have
    /// more bits than the index of the table. At least the lowest 15 bits of `bits` must be valid.
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

/// Returns, for each number less than `SIZE`, the number with its bits in reverse order. `SIZE`
/// must be a power of two, and the numbers have as many bits as `SIZE - 1`.
const fn reversed<const SIZE: usize>() -> [u16; SIZE] {
    let mut reversed = [0; SIZE];
    let mut code = 0;
    while code < SIZE {
        reversed[code] = (code as u16).reverse_bits() >> (16 - SIZE.trailing_zeros());
        code += 1;
    }
    reversed
}
