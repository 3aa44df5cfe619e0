//! Reads the header of a dynamic deflate block, which has the code lengths of the literal/length
//! code and of the distance code.

use super::bits::Bits;
use super::code::Codes;
use crate::codec::deflate_format::{
    CODE_LENGTH_ORDER, CODE_LENGTH_SYMBOLS, MAX_CODE_LENGTH, MAX_CODE_LENGTH_CODE,
    MIN_CODE_LENGTHS_LISTED, MIN_DISTANCES_LISTED, MIN_LITERALS_LISTED, REPEATS, REPEAT_EXTRA,
    REPEAT_LENGTH, USABLE_DISTANCES, USABLE_LITERALS, ZEROS_SHORT,
};
use crate::codec::inflate::huffman::LengthCounts;
use crate::codec::inflate::job::InflateError;

/// Largest number of code lengths in the header of a dynamic deflate block.
const MAX_LENGTHS: usize = USABLE_LITERALS + USABLE_DISTANCES;

/// Number of entries in the decoding table of the code-length code. The code-length code encodes
/// the code lengths in the header of a dynamic deflate block.
const TABLE_SIZE: usize = 1 << MAX_CODE_LENGTH_CODE;

/// A reader of the headers of dynamic deflate blocks, with the memory that reading requires.
#[derive(Clone, Debug)]
pub(super) struct HeaderReader {
    /// The code lengths (numbers of bits of the codewords) of the literal/length symbols, directly
    /// followed by the code lengths of the distance symbols.
    lengths: [u8; MAX_LENGTHS],
    /// The decoding table of the code-length code, which encodes the code lengths in the header of
    /// a deflate block. The lowest 3 bits of an entry are the number of bits of the codeword. The
    /// higher bits are the symbol.
    table: [u8; TABLE_SIZE],
}

impl HeaderReader {
    pub(super) const fn new() -> Self {
        Self {
            lengths: [0; MAX_LENGTHS],
            table: [0; TABLE_SIZE],
        }
    }

    /// Reads the header of a dynamic deflate block, and builds `codes` from the code lengths in it.
    /// `bits` must be at the first bit after the 3 bits with the last-block flag and the type of
    /// the deflate block.
    pub(super) fn read(&mut self, bits: &mut Bits, codes: &mut Codes) -> Result<(), InflateError> {
        bits.need_once(14);
        let literals = MIN_LITERALS_LISTED + bits.take(5) as usize;
        let distances = MIN_DISTANCES_LISTED + bits.take(5) as usize;
        let listed = MIN_CODE_LENGTHS_LISTED + bits.take(4) as usize;
        if literals > USABLE_LITERALS || distances > USABLE_DISTANCES {
            return Err(InflateError::Invalid);
        }
        self.read_table(bits, listed)?;
        let counts = self.read_lengths(bits, literals + distances)?;
        let (literals, rest) = self.lengths.split_at(literals);
        let distances = &rest[..distances];
        codes.build(literals, distances, &counts)
    }

    /// Reads the code-length code, with which the other code lengths are encoded, and builds its
    /// table. The stream has the number of bits of `listed` codewords, 3 bits each, in the order of
    /// symbols [`CODE_LENGTH_ORDER`]. The other symbols have no codeword. Fails with `Invalid` if
    /// the codewords do not take all entries of the table exactly once.
    fn read_table(&mut self, bits: &mut Bits, listed: usize) -> Result<(), InflateError> {
        let mut lengths = [0; CODE_LENGTH_SYMBOLS];
        for symbols in CODE_LENGTH_ORDER[..listed.min(CODE_LENGTH_SYMBOLS)].chunks(8) {
            bits.need_once(3 * 8);
            for &symbol in symbols {
                lengths[usize::from(symbol)] = bits.take(3) as u8;
            }
        }
        let mut code = 0;
        for length in 1..=MAX_CODE_LENGTH_CODE {
            for (symbol, _) in lengths
                .iter()
                .enumerate()
                .filter(|(_, &other)| usize::from(other) == length)
            {
                if code >= TABLE_SIZE {
                    return Err(InflateError::Invalid);
                }
                self.table[usize::from((code as u8).reverse_bits() >> 1)] =
                    (symbol << 3 | length) as u8;
                code += TABLE_SIZE >> length;
            }
            if length < MAX_CODE_LENGTH_CODE {
                self.table.copy_within(..1 << length, 1 << length);
            }
        }
        if code == TABLE_SIZE {
            Ok(())
        } else {
            Err(InflateError::Invalid)
        }
    }

    /// Reads `total` code lengths into `self.lengths`. The code lengths of the literal/length code
    /// are first, and the code lengths of the distance code follow. Returns, for each code length,
    /// the number of symbols in both codes together that have this code length.
    fn read_lengths(
        &mut self,
        bits: &mut Bits,
        total: usize,
    ) -> Result<LengthCounts, InflateError> {
        let mut counts = [0; MAX_CODE_LENGTH + 1];
        let lengths = self.lengths.get_mut(..total).ok_or(InflateError::Invalid)?;
        let mut previous = None;
        let mut at = 0;
        while at < total {
            // 14 bits are enough for the longest codeword (7 bits) and for the most extra bits of a
            // repeat symbol (7 bits).
            if bits.count() < 14 {
                bits.need_once(14);
            }
            let entry = self.table[bits.peek() as usize & (TABLE_SIZE - 1)];
            bits.consume(u32::from(entry & 7));
            let symbol = usize::from(entry >> 3);
            if symbol < REPEAT_LENGTH {
                lengths[at] = symbol as u8;
                counts[symbol] += 1;
                previous = Some(symbol as u8);
                at += 1;
                continue;
            }
            let run = match symbol {
                REPEAT_LENGTH => REPEATS[0].0 + bits.take(REPEAT_EXTRA[0]) as usize,
                ZEROS_SHORT => REPEATS[1].0 + bits.take(REPEAT_EXTRA[1]) as usize,
                _ => REPEATS[2].0 + bits.take(REPEAT_EXTRA[2]) as usize,
            };
            let length = if symbol == REPEAT_LENGTH {
                previous
            } else {
                Some(0)
            };
            let (Some(length), Some(run)) = (length, lengths.get_mut(at..at + run)) else {
                return Err(InflateError::Invalid);
            };
            at += run.len();
            counts[usize::from(length & 15)] += run.len() as u16;
            run.fill(length);
            previous = Some(length);
        }
        Ok(counts)
    }
}
