//! The header of a dynamic sub-block: code lengths, themselves coded.

use super::super::canonical::Counts;
use super::super::symbols::{CODE_LENGTH_ORDER, MAX_DISTANCES, MAX_LITERALS};
use super::super::InflateError;
use super::bits::Bits;
use super::code::NO_CODES;
use super::Decoder;

/// Most code lengths of a sub-block.
pub(super) const LENGTHS: usize = MAX_LITERALS + MAX_DISTANCES;
/// Longest code of a code length, in bits.
const INDEX_BITS: usize = 7;
pub(super) const TABLE_SIZE: usize = 1 << INDEX_BITS;

impl Decoder {
    /// Reads a header, from behind the sub-block's type, and builds its codes.
    pub(super) fn read_header(&mut self, bits: &mut Bits) -> Result<(), InflateError> {
        bits.need_once(14);
        let literals = 257 + bits.take(5) as usize;
        let distances = 1 + bits.take(5) as usize;
        let given = 4 + bits.take(4) as usize;
        if literals > MAX_LITERALS || distances > MAX_DISTANCES {
            return Err(InflateError::Invalid);
        }
        self.read_table(bits, given)?;
        let counts = self.read_lengths(bits, literals + distances)?;
        let Self { codes, lengths, .. } = self;
        let (literals, rest) = lengths.split_at(literals);
        let distances = &rest[..distances];
        codes.build(literals, distances, &counts)
    }

    /// Reads the lengths of the code lengths' codes and builds their table. An entry is a symbol above 3 bits of code length.
    fn read_table(&mut self, bits: &mut Bits, given: usize) -> Result<(), InflateError> {
        let mut lengths = [0; CODE_LENGTH_ORDER.len()];
        for symbols in CODE_LENGTH_ORDER[..given.min(CODE_LENGTH_ORDER.len())].chunks(8) {
            bits.need_once(3 * 8);
            for &symbol in symbols {
                lengths[symbol] = bits.take(3) as u8;
            }
        }
        let mut code = 0;
        for length in 1..=INDEX_BITS {
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
            if length < INDEX_BITS {
                self.table.copy_within(..1 << length, 1 << length);
            }
        }
        if code == TABLE_SIZE {
            Ok(())
        } else {
            Err(InflateError::Invalid)
        }
    }

    /// Reads `total` code lengths, both alphabets as one, and counts them.
    fn read_lengths(&mut self, bits: &mut Bits, total: usize) -> Result<Counts, InflateError> {
        let mut counts = NO_CODES;
        let lengths = self.lengths.get_mut(..total).ok_or(InflateError::Invalid)?;
        let mut previous = None;
        let mut at = 0;
        while at < total {
            // A code, and 7 bits of a run's length.
            if bits.count() < 14 {
                bits.need_once(14);
            }
            let entry = self.table[bits.peek() as usize & (TABLE_SIZE - 1)];
            bits.consume(u32::from(entry & 7));
            let symbol = entry >> 3;
            if symbol < 16 {
                lengths[at] = symbol;
                counts[usize::from(symbol)] += 1;
                previous = Some(symbol);
                at += 1;
                continue;
            }
            let run = match symbol {
                16 => 3 + bits.take(2),
                17 => 3 + bits.take(3),
                _ => 11 + bits.take(7),
            };
            let length = if symbol == 16 { previous } else { Some(0) };
            let (Some(length), Some(run)) = (length, lengths.get_mut(at..at + run as usize)) else {
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
