//! The two Huffman codes of a deflate block. A Huffman code gives each symbol a codeword, which is
//! the sequence of bits that stands for the symbol in the stream. The number of bits of a codeword
//! is its code length. Each code has a table in which the decoder looks up codewords.

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

/// Returns the table entry of a literal/length symbol whose codeword has `length` bits.
///
/// In the entries of `LITERALS`, the code length is 0. Therefore `length` is added to each field of
/// the entry that includes the code length. In every entry, these are the fields at bits 6 and 12.
/// The factor 0x1040 adds `length` to these two fields. In the entry of a literal, the field at bit
/// 0 also includes the code length. `entry >> 31` is 1 only for a literal, so the factor for a
/// literal is 0x1041, which also adds `length` to the field at bit 0.
#[inline(always)]
fn literal_entry(symbol: usize, length: u32) -> u32 {
    let entry = LITERALS.get(symbol).copied().unwrap_or_default();
    entry + length * (0x1040 + (entry >> 31))
}

/// Returns the table entry of a distance symbol whose codeword has `length` bits. In the entries of
/// `DISTANCES`, the code length is 0. The factor 0x41 adds `length` to the two fields of the entry
/// that include the code length, which begin at bits 0 and 6.
#[inline(always)]
fn distance_entry(symbol: usize, length: u32) -> u32 {
    DISTANCES[symbol & (DISTANCE_SYMBOLS - 1)] + length * 0x41
}

/// The two Huffman codes of a deflate block: one for literals and match lengths, and one for the
/// distances of matches. The table of `literals` is indexed by the next 10 bits of the stream, and
/// the table of `distances` by the next 8 bits. In the small blocks of disc images, few codewords
/// have more bits than these indexes.
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
    /// length of each symbol, in bits. Code length 0 means that the symbol has no codeword. Element
    /// `n` of `literal_counts` is the number of literal/length symbols with the code length `n`.
    /// `distance_counts` has the same numbers for the distance symbols.
    ///
    /// Fails with `Invalid` if `Code::build` rejects one of the two codes because it is not
    /// complete, or if the end-of-block symbol has no codeword.
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

    /// Returns the table entry for the literal/length codeword that begins at the lowest bit of
    /// `bits`. If the codeword has more bits than the index of the table, the codeword is searched.
    /// At least the lowest 15 bits of `bits` must be bits of the stream.
    pub(crate) fn literal(&self, bits: u32) -> u32 {
        let entry = self.literals.look_up(bits as usize);
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, literal_entry);
        }
        entry
    }

    /// Returns the table entry for the distance codeword that begins at the lowest bit of `bits`.
    /// If the codeword has more bits than the index of the table, the codeword is searched. At
    /// least the lowest 15 bits of `bits` must be bits of the stream.
    #[inline(always)]
    pub(crate) fn distance(&self, bits: u32) -> u32 {
        let entry = self.distances.look_up(bits as usize);
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, distance_entry);
        }
        entry
    }
}

/// A Huffman code. `table` has `SIZE` entries and is indexed by the next bits of the stream. `SIZE`
/// is a power of two. A codeword with more bits than the index of `table` is not in `table`. Such a
/// codeword is searched with `sorted`, `first` and `offset`. `SORTED` is the number of symbols + 1.
#[derive(Clone, Debug)]
pub(super) struct Code<const SIZE: usize, const SORTED: usize> {
    table: [u32; SIZE],
    /// The symbols that have a codeword, in the order of their codewords, from index 1 on. Every
    /// symbol without a codeword is written to index 0, which is never read.
    sorted: [u16; SORTED],
    /// Element `n` is the first codeword of `n` bits, as a number of 15 bits. The first bit of the
    /// codeword is the highest bit of the number, and zeros follow the last bit of the codeword.
    /// The last element of this array is the end (exclusive) of all codewords. If the codewords
    /// take the whole code space, the end is `CODE_SPACE`. Element 0 is not used.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Element `n` is the index in `sorted` of the first symbol whose codeword has `n` bits.
    /// Element 0 is the index after the last symbol that has a codeword.
    offset: Positions,
}

impl<const SIZE: usize, const SORTED: usize> Code<SIZE, SORTED> {
    /// Number of bits of a table index, which is the next `BITS` bits of the stream.
    const BITS: usize = SIZE.trailing_zeros() as usize;
    /// Element `n` is the table index for the codeword `n`, which has `BITS` bits. The index has
    /// the bits of the codeword in reverse order. The first bit of a codeword is the highest bit of
    /// the codeword, but the lowest bit of the index.
    const REVERSED: &'static [u16; SIZE] = &reversed();

    const fn new() -> Self {
        Self {
            table: [0; SIZE],
            sorted: [0; SORTED],
            first: [0; MAX_CODE_LENGTH + 2],
            offset: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Returns the table entry for `bits`, which are the next bits of the stream. The lowest bit of
    /// `bits` is the first of them in the stream. `bits` may have more bits than an index of the
    /// table. The additional high bits are ignored.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: usize) -> u32 {
        self.table[bits & (SIZE - 1)]
    }

    /// Returns the table index for the first `BITS` bits of the codeword `code`. `code` is a number
    /// of 15 bits. Its highest bit is the first bit of the codeword.
    #[inline(always)]
    fn index(code: u32) -> usize {
        usize::from(Self::REVERSED[code as usize >> (MAX_CODE_LENGTH - Self::BITS) & (SIZE - 1)])
            & (SIZE - 1)
    }

    /// Builds the code. `lengths` has the code length of each symbol, in bits. Code length 0 means
    /// that the symbol has no codeword. Element `n` of `counts` is the number of symbols with the
    /// code length `n`. `exception` returns the table entry for a kind of exception ([`LONG`] or
    /// [`INVALID`]). `entry` returns the table entry for a symbol and its code length.
    ///
    /// # Errors
    ///
    /// Fails with `Invalid` if the code is not complete. A code is complete if every sequence of 15
    /// bits begins with exactly one codeword. `CODE_SPACE >> n` of these sequences begin with a
    /// given codeword of `n` bits, and [`CODE_SPACE`] is the number of all sequences. As in zlib,
    /// two incomplete codes are accepted:
    ///
    /// * a code without codewords
    /// * a code whose only codeword has one bit
    ///
    /// In the table of an accepted incomplete code, each index that does not begin with a codeword
    /// has an [`INVALID`] exception.
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
        // `rest` is the entry for each index that `fill` has not written. If `used` is less than
        // `CODE_SPACE`, the index does not begin with a codeword. The decoder then consumes one bit
        // as an invalid codeword, because 0x40 sets the code length in the entry to 1. If `used`
        // equals `CODE_SPACE`, the index is the beginning of a codeword with more bits than the
        // index.
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

    /// Sets `first` and `offset` for a code that has `counts[n]` symbols with the code length `n`.
    /// Returns how many of the [`CODE_SPACE`] numbers of 15 bits begin with a codeword. A codeword
    /// of `n` bits adds `CODE_SPACE >> n` to the result. If the result is more than `CODE_SPACE`,
    /// the code has too many codewords. The code is complete if the result is `CODE_SPACE`.
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

    /// Writes the table entries of all codewords that have at most as many bits as the index of the
    /// table. Returns the end (exclusive) of these codewords, as a number of 15 bits. If the code
    /// has codewords with more bits than the index, the end is also the first of these codewords.
    ///
    /// The entry of a codeword must be at all indexes that begin with the codeword. The first bit
    /// of the codeword is the lowest bit of the index. After the codewords of `n` bits are written,
    /// the first `1 << n` entries of the table are copied to the next `1 << n` entries. The index
    /// of an entry and the index of its copy differ only in bit `n`, which is after the bits of the
    /// codeword.
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

    /// Searches the codeword that begins at the lowest bit of `bits`, and returns its table entry.
    /// The codeword must have more bits than the index of the table. At least the lowest 15 bits of
    /// `bits` must be bits of the stream.
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

/// Returns an array in which element `n` is the number `n` with its bits in reverse order. `SIZE`
/// must be a power of two. Each number has as many bits as `SIZE - 1`, including leading zeros.
const fn reversed<const SIZE: usize>() -> [u16; SIZE] {
    let mut reversed = [0; SIZE];
    let mut code = 0;
    while code < SIZE {
        reversed[code] = (code as u16).reverse_bits() >> (16 - SIZE.trailing_zeros());
        code += 1;
    }
    reversed
}
