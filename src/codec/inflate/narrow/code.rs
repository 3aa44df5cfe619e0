//! Huffman codes of a deflate block, with decoding tables that are small enough for the data cache
//! of a PSP.

use crate::codec::deflate_format::{
    DISTANCE_SYMBOLS, END_OF_BLOCK, FIXED_7_BIT_SYMBOLS, FIXED_9_BIT_LITERALS,
    FIXED_DISTANCE_LENGTH, FIXED_LITERAL_LENGTH, LITERAL_SYMBOLS, MAX_CODE_LENGTH,
};
use crate::codec::inflate::huffman::{
    count_lengths, distance_exception, find_codeword, literal_exception, LengthCounts, CODE_SPACE,
    DISTANCES, INVALID, LITERAL, LITERALS, LONG,
};
use crate::codec::inflate::job::InflateError;

/// The symbols of a Huffman code with their decoding table entries. The entries here lack the code
/// length (number of bits of the codeword), which is added when a decoding table is built.
struct Alphabet {
    /// Number of symbols that are literal bytes. The symbols from 0 to `literals` (exclusive) are
    /// literal bytes. The entry of a literal byte is computed, so it is not in `others`.
    literals: usize,
    /// The table entries of the symbols that are not literal bytes, from symbol `literals` on.
    others: &'static [u32],
    /// Number that is added to an entry of `others` once for each bit of the codeword of its
    /// symbol. The code length is part of two fields of the entry, and adding `per_bit` increments
    /// each of the two fields by 1.
    per_bit: u32,
    /// The table entry for all codewords that have more bits than the index of the table.
    long: u32,
    /// The table entry for bits that are not a codeword of any symbol.
    invalid: u32,
}

/// Number that is added to the table entry of a literal byte once for each bit of its codeword. The
/// entry has the code length in three fields, which begin at bits 0, 6 and 12. Adding this number
/// increments each of the three fields by 1.
const LITERAL_PER_BIT: u32 = 0x1041;
/// Number that is added to the table entry of a distance symbol once for each bit of its codeword.
/// The code length is part of two fields of the entry. The fields begin at bits 0 and 6. Adding
/// this number increments each of the two fields by 1.
pub(super) const DISTANCE_PER_BIT: u32 = 0x41;

/// Number of bits of the stream that are the index of the literal/length table. Codewords with more
/// bits are not in the table.
pub(super) const LITERAL_INDEX: u32 = 9;
/// Number of bits of the stream that are the index of the distance table. Codewords with more bits
/// are not in the table.
const DISTANCE_INDEX: u32 = 7;

/// The table entries of the literal/length symbols that are not literal bytes. They are the end of
/// the deflate block and the match lengths.
static LENGTHS: [u32; LITERAL_SYMBOLS - END_OF_BLOCK] = {
    let mut entries = [0; LITERAL_SYMBOLS - END_OF_BLOCK];
    let mut i = 0;
    while i < entries.len() {
        entries[i] = LITERALS[END_OF_BLOCK + i];
        i += 1;
    }
    entries
};

static LITERAL_ALPHABET: Alphabet = Alphabet {
    literals: END_OF_BLOCK,
    others: &LENGTHS,
    per_bit: 0x1040,
    long: literal_exception(LONG),
    invalid: literal_exception(INVALID),
};

static DISTANCE_ALPHABET: Alphabet = Alphabet {
    literals: 0,
    others: &DISTANCES,
    per_bit: DISTANCE_PER_BIT,
    long: distance_exception(LONG),
    invalid: distance_exception(INVALID),
};

impl Alphabet {
    /// Returns the table entry of `symbol`, whose codeword has `length` bits.
    #[inline(always)]
    fn entry(&self, symbol: usize, length: u32) -> u32 {
        match symbol.checked_sub(self.literals) {
            None => (LITERAL | (symbol as u32) << 23) + length * LITERAL_PER_BIT,
            Some(other) => {
                self.others.get(other).copied().unwrap_or_default() + length * self.per_bit
            }
        }
    }
}

/// The two Huffman codes of a deflate block. Symbols of the literal/length code are literal bytes,
/// match lengths and the end of the block. Symbols of the distance code are the distances of
/// matches.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    literals: Code<{ 1 << LITERAL_INDEX }, LITERAL_SYMBOLS>,
    distances: Code<{ 1 << DISTANCE_INDEX }, DISTANCE_SYMBOLS>,
}

impl Codes {
    pub(super) const fn new() -> Self {
        Self {
            literals: Code::new(),
            distances: Code::new(),
        }
    }

    /// Builds the two codes of a dynamic deflate block. `literals` and `distances` have the code
    /// length of each symbol, in bits. Length 0 means that the symbol is not used. `counts` has,
    /// for each code length, the number of symbols in both codes together.
    ///
    /// Fails with `Invalid` if one of the codes is not valid, or if the end-of-block symbol is not
    /// used.
    pub(super) fn build(
        &mut self,
        literals: &[u8],
        distances: &[u8],
        counts: &LengthCounts,
    ) -> Result<(), InflateError> {
        match literals.get(END_OF_BLOCK) {
            None | Some(0) => return Err(InflateError::Invalid),
            Some(_) => {}
        }
        let distance_counts = count_lengths(distances);
        let mut literal_counts = *counts;
        for (count, distances) in literal_counts.iter_mut().zip(&distance_counts) {
            *count -= distances;
        }
        self.literals
            .build(literals, &literal_counts, &LITERAL_ALPHABET)?;
        self.distances
            .build(distances, &distance_counts, &DISTANCE_ALPHABET)
    }

    /// Builds the two codes of fixed deflate blocks, which the deflate format defines. This
    /// function computes the code lengths of the symbols, because a constant table of them would
    /// take more memory than its instructions.
    pub(super) fn build_fixed(&mut self) -> Result<(), InflateError> {
        let mut lengths = [FIXED_LITERAL_LENGTH; LITERAL_SYMBOLS + DISTANCE_SYMBOLS];
        lengths[FIXED_9_BIT_LITERALS].fill(9);
        lengths[FIXED_7_BIT_SYMBOLS].fill(7);
        lengths[LITERAL_SYMBOLS..].fill(FIXED_DISTANCE_LENGTH);
        let (literals, distances) = lengths.split_at(LITERAL_SYMBOLS);
        self.build(literals, distances, &count_lengths(&lengths))
    }

    /// Returns the literal/length table entry for the codeword that `bits` begins with. If the
    /// codeword has more bits than the index of the table, returns an exception of the kind
    /// [`LONG`] instead.
    #[inline(always)]
    pub(super) fn literal(&self, bits: u32) -> u32 {
        self.literals.look_up(bits)
    }

    /// Returns the table entry for the literal/length codeword that `bits` begins with, even if the
    /// codeword has more bits than the index of the table. `entry` must be the result of
    /// [`literal`](Self::literal) for `bits`. If `entry` is not a [`LONG`] exception, it is
    /// returned unchanged. At least the lowest 15 bits of `bits` must be valid.
    #[inline(always)]
    pub(super) fn long_literal(&self, entry: u32, bits: u32) -> u32 {
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, &LITERAL_ALPHABET);
        }
        entry
    }

    /// Returns the distance table entry for the codeword that `bits` begins with. If the codeword
    /// has more bits than the index of the table, returns an exception of the kind [`LONG`]
    /// instead.
    #[inline(always)]
    pub(super) fn distance(&self, bits: u32) -> u32 {
        self.distances.look_up(bits)
    }

    /// Returns the table entry for the distance codeword that `bits` begins with, even if the
    /// codeword has more bits than the index of the table. `entry` must be the result of
    /// [`distance`](Self::distance) for `bits`. If `entry` is not a [`LONG`] exception, it is
    /// returned unchanged. At least the lowest 15 bits of `bits` must be valid.
    #[inline(always)]
    pub(super) fn long_distance(&self, entry: u32, bits: u32) -> u32 {
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, &DISTANCE_ALPHABET);
        }
        entry
    }
}

/// A Huffman code for `SYMBOLS` symbols. `table` has `SIZE` entries and is indexed by the next bits
/// of the stream. A codeword with more bits than this index is not in `table`, so it is searched
/// with `sorted` and `shape`.
#[derive(Clone, Debug)]
struct Code<const SIZE: usize, const SYMBOLS: usize> {
    table: [u32; SIZE],
    /// The symbols that have a codeword, in the order of their codewords. The elements after them
    /// have no meaning.
    sorted: [u16; SYMBOLS],
    shape: Shape,
}

impl<const SIZE: usize, const SYMBOLS: usize> Code<SIZE, SYMBOLS> {
    const fn new() -> Self {
        Self {
            table: [0; SIZE],
            sorted: [0; SYMBOLS],
            shape: Shape {
                first: [0; MAX_CODE_LENGTH + 2],
                offset: [0; MAX_CODE_LENGTH + 1],
            },
        }
    }

    /// Returns the table entry for the next bits of the stream. The first of them is the lowest bit
    /// of `bits`. `bits` may have more bits than an index of the table, and the higher ones are
    /// ignored.
    #[inline(always)]
    fn look_up(&self, bits: u32) -> u32 {
        self.table[bits as usize & (SIZE - 1)]
    }

    /// Builds the code. `lengths` has the code length of each symbol, in bits. Length 0 means that
    /// the symbol has no codeword. `counts` has the number of symbols with each code length.
    /// `alphabet` has the table entries of the symbols. Fails with `Invalid` if the code is not
    /// valid.
    fn build(
        &mut self,
        lengths: &[u8],
        counts: &LengthCounts,
        alphabet: &Alphabet,
    ) -> Result<(), InflateError> {
        self.shape.assign(counts)?;
        self.shape.sort(lengths, &mut self.sorted);
        fill(&mut self.table, &self.sorted, counts, alphabet);
        Ok(())
    }

    /// Returns the table entry for the codeword that `bits` begins with. The codeword must have
    /// more bits than the index of the table. At least the lowest 15 bits of `bits` must be valid.
    fn search(&self, bits: u32, alphabet: &Alphabet) -> u32 {
        let shortest = SIZE.trailing_zeros() as usize + 1;
        self.shape.search(bits, shortest, &self.sorted, alphabet)
    }
}

/// For each code length: the first codeword with this number of bits, and the position of its
/// symbol in the list of sorted symbols. With a `Shape`, a codeword can be found without a decoding
/// table.
#[derive(Clone, Debug)]
struct Shape {
    /// First codeword of each code length, as a number of 15 bits. The first bit of the codeword is
    /// the highest bit of the number, and zeros follow its last bit. The last element is the end
    /// (exclusive) of all codewords.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Position of the first symbol of each code length in the list of symbols sorted by codeword.
    offset: [u16; MAX_CODE_LENGTH + 1],
}

impl Shape {
    /// Sets `first` and `offset` for a code with `counts` symbols of each code length.
    ///
    /// # Errors
    ///
    /// Fails with `Invalid` if the code is not complete: its codewords must take exactly
    /// [`CODE_SPACE`], and a codeword of `n` bits takes `CODE_SPACE >> n`. As in zlib, two kinds of
    /// codes that take less than [`CODE_SPACE`] are accepted:
    ///
    /// - a code without codewords,
    /// - a code whose only codeword has one bit.
    fn assign(&mut self, counts: &LengthCounts) -> Result<(), InflateError> {
        let (mut code, mut offset) = (0, 0);
        for (length, &count) in counts.iter().enumerate().skip(1) {
            self.first[length] = code as u16;
            self.offset[length] = offset;
            code += u32::from(count) << (MAX_CODE_LENGTH - length);
            offset += count;
        }
        self.first[MAX_CODE_LENGTH + 1] = code as u16;
        match code {
            0 | CODE_SPACE => Ok(()),
            _ if code == CODE_SPACE / 2 && counts[1] == 1 => Ok(()),
            _ => Err(InflateError::Invalid),
        }
    }

    /// Writes the symbols that have a codeword to `sorted`, in the order of their codewords.
    /// Shorter codewords come first. Codewords of equal length have the order of their symbols.
    /// `lengths` has the code length of each symbol.
    fn sort(&self, lengths: &[u8], sorted: &mut [u16]) {
        let mut next = self.offset;
        for (symbol, &length) in lengths.iter().enumerate() {
            if length == 0 {
                continue;
            }
            let next = &mut next[usize::from(length) % (MAX_CODE_LENGTH + 1)];
            if let Some(slot) = sorted.get_mut(usize::from(*next)) {
                *slot = symbol as u16;
            }
            *next += 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn search(&self, bits: u32, shortest: usize, sorted: &[u16], alphabet: &Alphabet) -> u32 {
        let (position, length) = find_codeword(bits, shortest, &self.first, &self.offset);
        let symbol = sorted.get(position).copied().unwrap_or_default();
        alphabet.entry(symbol.into(), length as u32)
    }
}

/// Fills the decoding table of a code. `sorted` has the symbols in the order of their codewords,
/// and `counts` the number of symbols with each code length.
///
/// First, the entries of all codewords that are not longer than the index of the table are written.
/// If the code has longer codewords, the remaining entries become [`LONG`] exceptions. If it has
/// no longer codewords, the remaining entries become [`INVALID`] exceptions.
///
/// A short codeword has fewer bits than an index, so its entry is required at several indexes.
/// After the codewords of `n` bits are written, the first `1 << n` entries are copied to the next
/// `1 << n` entries. An entry and its copy have indexes that differ only in the bit after the
/// codeword.
fn fill(table: &mut [u32], sorted: &[u16], counts: &LengthCounts, alphabet: &Alphabet) {
    let index_bits = table.len().trailing_zeros();
    let mut symbols = sorted;
    let mut index = 0;
    let mut used = 0;
    for length in 1..=index_bits {
        let count = usize::from(counts[length as usize]);
        let Some((these, longer)) = symbols.split_at_checked(count) else {
            return;
        };
        symbols = longer;
        for &symbol in these {
            if let Some(entry) = table.get_mut(index) {
                *entry = alphabet.entry(symbol.into(), length);
            }
            index = next_index(index, length);
        }
        used += (count as u32) << (index_bits - length);
        if length < index_bits && used != 0 {
            table.copy_within(..1 << length, 1 << length);
        }
    }
    let has_longer = counts[index_bits as usize + 1..]
        .iter()
        .any(|count| *count != 0);
    let rest = if has_longer {
        alphabet.long
    } else {
        // Entries remain only if the code has no codeword, or a single codeword of one bit.
        // Therefore a decoder consumes one bit for an invalid codeword. 0x40 is the code length 1
        // in an entry.
        alphabet.invalid + 0x40
    };
    for _ in used..1 << index_bits {
        table[index] = rest;
        index = next_index(index, index_bits);
    }
}

/// Returns the table index of the next codeword of `length` bits after the one at `index`. Returns
/// `index` itself for the last codeword, whose bits are all 1.
///
/// As a number, the next codeword is greater by 1. An index has the bits of its codeword in reverse
/// order, so the carry of this addition goes from the highest bit of the index down.
#[inline(always)]
fn next_index(index: usize, length: u32) -> usize {
    let mut bit = 1usize << (length - 1);
    while index & bit != 0 {
        bit >>= 1;
    }
    // `bit` is the highest bit of the index that is 0. It becomes 1, and all bits above it become
    // 0. If the index has no such bit, `bit` is 0 and the index does not change.
    index & bit.wrapping_sub(1) | bit
}
