//! Canonical Huffman codes and the tables that decode them.

use super::super::canonical::{find, Counts, SPACE};
use super::super::symbols::{
    distance_entry, distance_exception, literal_entry, literal_exception, DISTANCES,
    DISTANCE_SYMBOLS, END_OF_SUB_BLOCK, INVALID, LITERALS, LITERAL_SYMBOLS, LONG, MAX_CODE_LENGTH,
};
use super::super::InflateError;
use super::sort::sort;

/// First place of each code length in [`Code::sorted`]; that at 0 is behind all places taken.
pub(super) type Places = [u16; MAX_CODE_LENGTH + 1];

/// Both codes of a sub-block. `L` and `D` are the sizes of the two tables: powers of two.
#[derive(Clone, Debug)]
pub(super) struct Codes<const L: usize, const D: usize> {
    pub(crate) literals: Code<L, { LITERAL_SYMBOLS + 1 }>,
    pub(crate) distances: Code<D, { DISTANCE_SYMBOLS + 1 }>,
}

impl<const L: usize, const D: usize> Codes<L, D> {
    pub(crate) const fn new() -> Self {
        Self {
            literals: Code::new(),
            distances: Code::new(),
        }
    }

    /// Builds the codes of a dynamic sub-block from the code lengths of each alphabet and how often each length occurs.
    #[inline]
    pub(crate) fn build(
        &mut self,
        literals: &[u8],
        literal_counts: &Counts,
        distances: &[u8],
        distance_counts: &Counts,
    ) -> Result<(), InflateError> {
        if literals
            .get(END_OF_SUB_BLOCK)
            .is_none_or(|&length| length == 0)
        {
            return Err(InflateError::Invalid);
        }
        self.literals.build(
            literals,
            literal_counts,
            literal_exception,
            |symbol, length| {
                literal_entry(LITERALS.get(symbol).copied().unwrap_or_default(), length)
            },
        )?;
        self.distances.build(
            distances,
            distance_counts,
            distance_exception,
            |symbol, length| distance_entry(DISTANCES[symbol & (DISTANCE_SYMBOLS - 1)], length),
        )
    }

    /// Builds the codes of fixed sub-blocks.
    pub(crate) fn build_fixed(&mut self) -> Result<(), InflateError> {
        let mut literals = [8; LITERAL_SYMBOLS];
        literals[144..256].fill(9);
        literals[256..280].fill(7);
        let mut literal_counts = [0; MAX_CODE_LENGTH + 1];
        (literal_counts[7], literal_counts[8], literal_counts[9]) = (24, 152, 112);
        let mut distance_counts = [0; MAX_CODE_LENGTH + 1];
        distance_counts[5] = DISTANCE_SYMBOLS as u16;
        self.build(
            &literals,
            &literal_counts,
            &[5; DISTANCE_SYMBOLS],
            &distance_counts,
        )
    }

    /// Entry of the literal/length code that begins with the lowest of `bits`, however long: 15 bits at most.
    pub(crate) fn literal(&self, bits: u32) -> u32 {
        self.long_literal(self.literals.look_up(bits as usize), bits)
    }

    /// The same from the table's entry for these bits.
    #[inline(always)]
    pub(crate) fn long_literal(&self, entry: u32, bits: u32) -> u32 {
        if entry != literal_exception(LONG) {
            return entry;
        }
        self.literals.search(bits, |symbol, length| {
            literal_entry(LITERALS.get(symbol).copied().unwrap_or_default(), length)
        })
    }

    /// Entry of the distance code that begins with the lowest of `bits`, however long: 15 bits at most.
    #[inline(always)]
    pub(crate) fn distance(&self, bits: u32) -> u32 {
        let entry = self.distances.look_up(bits as usize);
        if entry == distance_exception(LONG) {
            return self.distances.search(bits, |symbol, length| {
                distance_entry(DISTANCES[symbol & (DISTANCE_SYMBOLS - 1)], length)
            });
        }
        entry
    }
}

/// One code: a table indexed by the next bits of the stream, and what a search for longer codes needs.
#[derive(Clone, Debug)]
pub(super) struct Code<const SIZE: usize, const PLACES: usize> {
    table: [u32; SIZE],
    /// Symbols in the order of their codes, from place 1 on: one place more than there are symbols.
    sorted: [u16; PLACES],
    /// First code of each length; the one of the next length is where they end.
    first: [u16; MAX_CODE_LENGTH + 2],
    /// Where the symbols of each length begin in `sorted`.
    offset: Places,
}

impl<const SIZE: usize, const PLACES: usize> Code<SIZE, PLACES> {
    /// Bits that index the table.
    const BITS: usize = SIZE.trailing_zeros() as usize;
    const REVERSED: &'static [u16; SIZE] = &reversed();

    const fn new() -> Self {
        Self {
            table: [0; SIZE],
            sorted: [0; PLACES],
            first: [0; MAX_CODE_LENGTH + 2],
            offset: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Entry for the next bits of the stream, of which those above the index do not matter.
    #[inline(always)]
    pub(crate) fn look_up(&self, bits: usize) -> u32 {
        self.table[bits & (SIZE - 1)]
    }

    /// Where in the table a code goes.
    #[inline(always)]
    fn index(code: u32) -> usize {
        usize::from(Self::REVERSED[code as usize >> (MAX_CODE_LENGTH - Self::BITS) & (SIZE - 1)])
            & (SIZE - 1)
    }

    /// Builds the table from a code length for each symbol (0: none).
    ///
    /// The code must be complete. Two exceptions, as zlib makes them: no code at all, and one code of one bit; the rest of
    /// the code space is then invalid.
    #[inline(always)]
    fn build(
        &mut self,
        lengths: &[u8],
        counts: &Counts,
        exception: impl Fn(u32) -> u32,
        entry: impl Fn(usize, u32) -> u32,
    ) -> Result<(), InflateError> {
        let used = self.assign(counts);
        if used > SPACE || (used < SPACE && used != 0 && (used != SPACE / 2 || counts[1] != 1)) {
            return Err(InflateError::Invalid);
        }
        sort(&mut self.sorted, &self.offset, lengths);
        let code = self.fill(counts, entry);
        let rest = if used < SPACE {
            exception(INVALID) + 0x40
        } else {
            exception(LONG)
        };
        for code in (code..SPACE).step_by(1 << (MAX_CODE_LENGTH - Self::BITS)) {
            self.table[Self::index(code)] = rest;
        }
        Ok(())
    }

    /// Lays out the code space by length and returns how much of it is used.
    #[inline(always)]
    fn assign(&mut self, counts: &Counts) -> u32 {
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

    /// Enters all codes that the index can hold and returns the code after them.
    ///
    /// When the codes of one length are in, the part of the table they index is repeated behind itself: one more bit that
    /// does not matter to them.
    #[inline(always)]
    fn fill(&mut self, counts: &Counts, entry: impl Fn(usize, u32) -> u32) -> u32 {
        let mut code = 0;
        let mut symbols = self.sorted.iter().skip(1);
        for (length, &count) in counts.iter().enumerate().take(Self::BITS + 1).skip(1) {
            for _ in 0..count {
                let symbol = symbols.next().map_or(0, |&symbol| usize::from(symbol));
                self.table[Self::index(code)] = entry(symbol, length as u32);
                code += SPACE >> length;
            }
            if length < Self::BITS && code > 0 {
                self.table.copy_within(..1 << length, 1 << length);
            }
        }
        code
    }

    /// Finds a code that is longer than the index.
    #[cold]
    #[inline(never)]
    fn search(&self, bits: u32, entry: impl Fn(usize, u32) -> u32) -> u32 {
        let (place, length) = find(bits, Self::BITS + 1, &self.first, &self.offset);
        let symbol = self
            .sorted
            .get(place)
            .map_or(0, |&symbol| usize::from(symbol));
        entry(symbol, length as u32)
    }
}

/// Table index of each code that a table of this size can hold: its bits in the order in which the stream has them.
const fn reversed<const SIZE: usize>() -> [u16; SIZE] {
    let mut reversed = [0; SIZE];
    let mut code = 0;
    while code < SIZE {
        reversed[code] = (code as u16).reverse_bits() >> (16 - SIZE.trailing_zeros());
        code += 1;
    }
    reversed
}
