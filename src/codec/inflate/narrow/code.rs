//! Huffman codes, with small tables to decode them.

use crate::codec::deflate_format::{
    DISTANCE_SYMBOLS, END_OF_BLOCK, FIXED_7_BIT_SYMBOLS, FIXED_9_BIT_LITERALS,
    FIXED_DISTANCE_LENGTH, FIXED_LITERAL_LENGTH, LITERAL_SYMBOLS, MAX_CODE_LENGTH,
};
use crate::codec::inflate::huffman::{
    count_lengths, distance_exception, find_codeword, literal_exception, LengthCounts, CODE_SPACE,
    DISTANCES, INVALID, LITERAL, LITERALS, LONG,
};
use crate::codec::inflate::job::InflateError;

/// The entries of all symbols of a code, without code lengths.
struct Alphabet {
    /// Number of symbols that are literal bytes. They are the first symbols.
    literals: usize,
    /// The entries of the other symbols.
    others: &'static [u32],
    /// For a symbol that is not a literal, this is added to its entry once for each bit of its
    /// codeword.
    per_bit: u32,
    /// The entry of codewords that are longer than the index of a table.
    long: u32,
    /// The entry of codewords that no symbol has.
    invalid: u32,
}

/// This is added to the entry of a literal once for each bit of its codeword.
const LITERAL_PER_BIT: u32 = 0x1041;
/// This is added to the entry of a distance symbol once for each bit of its codeword.
pub(super) const DISTANCE_PER_BIT: u32 = 0x41;

/// Number of bits that index the table of the literal/length code.
pub(super) const LITERAL_INDEX: u32 = 9;
/// Number of bits that index the table of the distance code.
const DISTANCE_INDEX: u32 = 7;

/// Entries of the literal/length symbols that are not literals.
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
    /// Returns the entry of a symbol whose codeword has `length` bits.
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

/// The literal/length code and the distance code of a deflate block.
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

    /// Builds the codes of a dynamic deflate block from their code lengths. `counts` is the number
    /// of symbols with each length in both codes together.
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

    /// Builds the codes of fixed deflate blocks. Computes their code lengths, because a constant
    /// table of them would be larger than this function.
    pub(super) fn build_fixed(&mut self) -> Result<(), InflateError> {
        let mut lengths = [FIXED_LITERAL_LENGTH; LITERAL_SYMBOLS + DISTANCE_SYMBOLS];
        lengths[FIXED_9_BIT_LITERALS].fill(9);
        lengths[FIXED_7_BIT_SYMBOLS].fill(7);
        lengths[LITERAL_SYMBOLS..].fill(FIXED_DISTANCE_LENGTH);
        let (literals, distances) = lengths.split_at(LITERAL_SYMBOLS);
        self.build(literals, distances, &count_lengths(&lengths))
    }

    /// Returns the entry of the literal/length codeword with which `bits` begins, or a [`LONG`]
    /// exception.
    #[inline(always)]
    pub(super) fn literal(&self, bits: u32) -> u32 {
        self.literals.look_up(bits)
    }

    /// Replaces `entry`, which [`literal`](Self::literal) returned for `bits`, by the entry of the
    /// codeword if it is a [`LONG`] exception. `bits` has at least 15 bits.
    #[inline(always)]
    pub(super) fn long_literal(&self, entry: u32, bits: u32) -> u32 {
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, &LITERAL_ALPHABET);
        }
        entry
    }

    /// Returns the entry of the distance codeword with which `bits` begins, or a [`LONG`]
    /// exception.
    #[inline(always)]
    pub(super) fn distance(&self, bits: u32) -> u32 {
        self.distances.look_up(bits)
    }

    /// Replaces `entry`, which [`distance`](Self::distance) returned for `bits`, by the entry of
    /// the codeword if it is a [`LONG`] exception. `bits` has at least 15 bits.
    #[inline(always)]
    pub(super) fn long_distance(&self, entry: u32, bits: u32) -> u32 {
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, &DISTANCE_ALPHABET);
        }
        entry
    }
}

/// A Huffman code: a table that is indexed by the next bits of the stream, and the sorted symbols,
/// in which longer codewords are searched.
#[derive(Clone, Debug)]
struct Code<const SIZE: usize, const SYMBOLS: usize> {
    table: [u32; SIZE],
    /// The symbols in the order of their codewords. The elements after them are unused.
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

    /// Returns the entry for the next bits of the stream. Bits above the index are ignored.
    #[inline(always)]
    fn look_up(&self, bits: u32) -> u32 {
        self.table[bits as usize & (SIZE - 1)]
    }

    /// Builds the code from `lengths`, the code length of each symbol. The length 0 means that the
    /// symbol has no codeword. `counts` is the number of symbols with each length.
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

    /// Returns the entry of a codeword that is longer than the index.
    fn search(&self, bits: u32, alphabet: &Alphabet) -> u32 {
        let shortest = SIZE.trailing_zeros() as usize + 1;
        self.shape.search(bits, shortest, &self.sorted, alphabet)
    }
}

/// Where the codewords of each length begin in a code.
#[derive(Clone, Debug)]
struct Shape {
    /// First codeword of each length as a 15-bit number, see [`find_codeword`]. The last element is
    /// the end (exclusive) of the codewords of all lengths.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Position of the first symbol of each length among the sorted symbols.
    offset: [u16; MAX_CODE_LENGTH + 1],
}

impl Shape {
    /// Sets the first codeword and the first symbol position of each length. `counts` is the number
    /// of codewords of each length.
    ///
    /// # Errors
    ///
    /// `Invalid` if the code is neither complete nor one of two exceptions, which zlib accepts,
    /// too: a code without codewords, and a code whose only codeword has one bit.
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

    /// Sorts the symbols by code length, then by value, which is the order of their codewords.
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

/// Fills a table. First writes the entries of all codewords that are not longer than the index of
/// the table. The remaining entries become [`LONG`] exceptions if the code has longer codewords,
/// and [`INVALID`] exceptions otherwise.
///
/// After the codewords of `n` bits are entered, the first `1 << n` entries are copied to the next
/// `1 << n` ones, because the bit that follows the codeword in the index does not change its entry.
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
        // The code has no codeword or a single one, of one bit. The entry of an invalid codeword
        // has the code length 1, which is 0x40 in an entry.
        alphabet.invalid + 0x40
    };
    for _ in used..1 << index_bits {
        table[index] = rest;
        index = next_index(index, index_bits);
    }
}

/// Returns the table index of the next codeword of `length` bits after the one at `index`.
///
/// Adds 1 to the codeword. The first bit of a codeword is the lowest bit of its index, so the
/// carry goes from the highest bit of the index down.
#[inline(always)]
fn next_index(index: usize, length: u32) -> usize {
    let mut bit = 1usize << (length - 1);
    while index & bit != 0 {
        bit >>= 1;
    }
    // All bits of the index above `bit` are set. They become 0, and `bit` becomes 1.
    index & bit.wrapping_sub(1) | bit
}
