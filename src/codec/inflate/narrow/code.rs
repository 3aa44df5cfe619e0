//! Canonical Huffman codes and the tables that decode them: as for 64-bit machines, in as
//! little memory as it takes.

use super::super::canonical::{find, Counts, SPACE};
use super::super::symbols::{
    distance_exception, literal_exception, DISTANCES, DISTANCE_SYMBOLS, END_OF_SUB_BLOCK, INVALID,
    LITERAL, LITERALS, LITERAL_SYMBOLS, LONG, MAX_CODE_LENGTH,
};
use super::super::InflateError;

pub(super) const NO_CODES: Counts = [0; MAX_CODE_LENGTH + 1];

/// What the symbols of an alphabet stand for, as entries without their code lengths.
struct Alphabet {
    /// So many symbols from 0 on are literal bytes.
    literals: usize,
    /// The entries of the others.
    others: &'static [u32],
    /// What one bit of code adds to the entry of another symbol.
    bit: u32,
    /// The entry of codes that are longer than a table's index.
    long: u32,
    /// The entry of what no symbol has for a code.
    invalid: u32,
}

/// What one bit of code adds to the entry of a literal byte.
const LITERAL_BIT: u32 = 0x1041;
/// What one bit of code adds to the entry of a distance.
pub(super) const DISTANCE_BIT: u32 = 0x41;

/// Bits that index the table of literals and lengths.
pub(super) const LITERAL_INDEX: u32 = 9;
/// Bits that index the table of distances.
const DISTANCE_INDEX: u32 = 7;

const BYTES: usize = 256;

/// Entries of the symbols that are no literal bytes.
static LENGTHS: [u32; LITERAL_SYMBOLS - BYTES] = {
    let mut entries = [0; LITERAL_SYMBOLS - BYTES];
    let mut i = 0;
    while i < entries.len() {
        entries[i] = LITERALS[BYTES + i];
        i += 1;
    }
    entries
};

static LITERAL_ALPHABET: Alphabet = Alphabet {
    literals: BYTES,
    others: &LENGTHS,
    bit: 0x1040,
    long: literal_exception(LONG),
    invalid: literal_exception(INVALID),
};

static DISTANCE_ALPHABET: Alphabet = Alphabet {
    literals: 0,
    others: &DISTANCES,
    bit: DISTANCE_BIT,
    long: distance_exception(LONG),
    invalid: distance_exception(INVALID),
};

impl Alphabet {
    #[inline(always)]
    fn entry(&self, symbol: usize, length: u32) -> u32 {
        match symbol.checked_sub(self.literals) {
            None => (LITERAL | (symbol as u32) << 23) + length * LITERAL_BIT,
            Some(other) => self.others.get(other).copied().unwrap_or_default() + length * self.bit,
        }
    }
}

/// Both codes of a sub-block.
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

    /// Builds the codes of a dynamic sub-block from the code lengths of each alphabet, and from how
    /// many there are in both together.
    pub(super) fn build(
        &mut self,
        literals: &[u8],
        distances: &[u8],
        counts: &Counts,
    ) -> Result<(), InflateError> {
        match literals.get(END_OF_SUB_BLOCK) {
            None | Some(0) => return Err(InflateError::Invalid),
            Some(_) => {}
        }
        let of_distances = count(distances);
        let mut of_literals = *counts;
        for (both, one) in of_literals.iter_mut().zip(&of_distances) {
            *both -= one;
        }
        self.literals
            .build(literals, &of_literals, &LITERAL_ALPHABET)?;
        self.distances
            .build(distances, &of_distances, &DISTANCE_ALPHABET)
    }

    /// Builds the codes of fixed sub-blocks.
    pub(super) fn build_fixed(&mut self) -> Result<(), InflateError> {
        let mut lengths = [8; LITERAL_SYMBOLS + DISTANCE_SYMBOLS];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        lengths[LITERAL_SYMBOLS..].fill(5);
        let (literals, distances) = lengths.split_at(LITERAL_SYMBOLS);
        self.build(literals, distances, &count(&lengths))
    }

    /// Entry of the literal/length code that begins with the lowest of `bits`, if it is not [`LONG`].
    #[inline(always)]
    pub(super) fn literal(&self, bits: u32) -> u32 {
        self.literals.look_up(bits)
    }

    /// The same for an entry that may be: of a code of 15 bits at most.
    #[inline(always)]
    pub(super) fn long_literal(&self, entry: u32, bits: u32) -> u32 {
        if entry == literal_exception(LONG) {
            return self.literals.search(bits, &LITERAL_ALPHABET);
        }
        entry
    }

    /// Entry of the distance code that begins with the lowest of `bits`, if it is not [`LONG`].
    #[inline(always)]
    pub(super) fn distance(&self, bits: u32) -> u32 {
        self.distances.look_up(bits)
    }

    /// The same for an entry that may be: of a code of 15 bits at most.
    #[inline(always)]
    pub(super) fn long_distance(&self, entry: u32, bits: u32) -> u32 {
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, &DISTANCE_ALPHABET);
        }
        entry
    }
}

/// One code: a table indexed by the next bits of the stream, and what a search for longer codes needs.
#[derive(Clone, Debug)]
struct Code<const SIZE: usize, const SYMBOLS: usize> {
    table: [u32; SIZE],
    /// Symbols in the order of their codes, then what an earlier code left.
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

    /// Entry for the next bits of the stream, of which those above the index do not matter.
    #[inline(always)]
    fn look_up(&self, bits: u32) -> u32 {
        self.table[bits as usize & (SIZE - 1)]
    }

    fn build(
        &mut self,
        lengths: &[u8],
        counts: &Counts,
        alphabet: &Alphabet,
    ) -> Result<(), InflateError> {
        self.shape.assign(counts)?;
        self.shape.sort(lengths, &mut self.sorted);
        fill(&mut self.table, &self.sorted, counts, alphabet);
        Ok(())
    }

    /// Finds a code that is longer than the index.
    fn search(&self, bits: u32, alphabet: &Alphabet) -> u32 {
        let shortest = SIZE.trailing_zeros() as usize + 1;
        self.shape.search(bits, shortest, &self.sorted, alphabet)
    }
}

/// How a code shares its space.
#[derive(Clone, Debug)]
struct Shape {
    /// First code of each length; the one of the next length is where they end.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Where the symbols of each length begin among the sorted ones.
    offset: [u16; MAX_CODE_LENGTH + 1],
}

impl Shape {
    /// Lays out the code space by length.
    ///
    /// The code must be complete. Two exceptions, as zlib makes them: no code at all, and one code of one bit; the rest of
    /// the code space is then invalid.
    fn assign(&mut self, counts: &Counts) -> Result<(), InflateError> {
        let (mut code, mut offset) = (0, 0);
        for (length, &count) in counts.iter().enumerate().skip(1) {
            self.first[length] = code as u16;
            self.offset[length] = offset;
            code += u32::from(count) << (MAX_CODE_LENGTH - length);
            offset += count;
        }
        self.first[MAX_CODE_LENGTH + 1] = code as u16;
        match code {
            0 | SPACE => Ok(()),
            _ if code == SPACE / 2 && counts[1] == 1 => Ok(()),
            _ => Err(InflateError::Invalid),
        }
    }

    /// Sorts the symbols by code length, then by value.
    fn sort(&self, lengths: &[u8], sorted: &mut [u16]) {
        let mut next = self.offset;
        for (symbol, &length) in lengths.iter().enumerate() {
            if length == 0 {
                continue;
            }
            let next = &mut next[usize::from(length) % (MAX_CODE_LENGTH + 1)];
            if let Some(place) = sorted.get_mut(usize::from(*next)) {
                *place = symbol as u16;
            }
            *next += 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn search(&self, bits: u32, shortest: usize, sorted: &[u16], alphabet: &Alphabet) -> u32 {
        let (place, length) = find(bits, shortest, &self.first, &self.offset);
        let symbol = sorted.get(place).copied().unwrap_or_default();
        alphabet.entry(symbol.into(), length as u32)
    }
}

/// Enters all codes that the table's index can hold, and says of the rest what it is.
///
/// When the codes of one length are in, the part of the table they index is repeated behind itself: one more bit that does
/// not matter to them.
fn fill(table: &mut [u32], sorted: &[u16], counts: &Counts, alphabet: &Alphabet) {
    let index_bits = table.len().trailing_zeros();
    let mut symbols = sorted;
    let mut place = 0;
    let mut used = 0;
    for length in 1..=index_bits {
        let count = usize::from(counts[length as usize]);
        let Some((these, longer)) = symbols.split_at_checked(count) else {
            return;
        };
        symbols = longer;
        for &symbol in these {
            if let Some(entry) = table.get_mut(place) {
                *entry = alphabet.entry(symbol.into(), length);
            }
            place = after(place, length);
        }
        used += (count as u32) << (index_bits - length);
        if length < index_bits && used != 0 {
            table.copy_within(..1 << length, 1 << length);
        }
    }
    let has_longer = counts[index_bits as usize + 1..]
        .iter()
        .any(|count| *count != 0);
    let rest = match has_longer {
        true => alphabet.long,
        // As if it were one bit long, like the only code beside it.
        false => alphabet.invalid + 0x40,
    };
    for _ in used..1 << index_bits {
        table[place] = rest;
        place = after(place, index_bits);
    }
}

/// The table index of the code of `length` bits that follows the one with this index. The stream has
/// the first bit of a code lowest: it is counted upwards from the highest bit down. Nothing follows
/// the last code; its own index stands for that.
#[inline(always)]
fn after(index: usize, length: u32) -> usize {
    let mut bit = 1usize << (length - 1);
    while index & bit != 0 {
        bit >>= 1;
    }
    // All bits above the one that is set now were ones.
    index & bit.wrapping_sub(1) | bit
}

/// Counts the code lengths of each kind.
fn count(lengths: &[u8]) -> Counts {
    let mut counts = NO_CODES;
    for &length in lengths {
        counts[usize::from(length) % (MAX_CODE_LENGTH + 1)] += 1;
    }
    counts
}
