//! Decodes one deflate stream, one symbol at a time.

use super::bits::Bits;
use super::code::{Codes, DISTANCE_PER_BIT, LITERAL_INDEX};
use super::header::HeaderReader;
use crate::codec::deflate_format::MIN_MATCH;
use crate::codec::inflate::huffman::{
    code_length, distance_value, literal_value, DISTANCE_EXCEPTION, END, LITERAL, LITERAL_EXCEPTION,
};
use crate::codec::inflate::job::InflateError;
use crate::codec::narrow_copy::copy_match;

/// The decoding tables of the current deflate block, and the memory for reading its header.
#[derive(Clone, Debug)]
pub(super) struct BlockTables {
    codes: Codes,
    header: HeaderReader,
}

impl BlockTables {
    pub(super) const fn new() -> Self {
        Self {
            codes: Codes::new(),
            header: HeaderReader::new(),
        }
    }
}

/// The state of decoding one deflate stream.
pub(super) struct Stream<'a> {
    bits: Bits<'a>,
    out: &'a mut [u8],
    /// Position in `out` of the next decoded byte.
    at: usize,
}

impl<'a> Stream<'a> {
    pub(crate) fn new(input: &'a [u8], out: &'a mut [u8]) -> Self {
        Self {
            bits: Bits::new(input),
            out,
            at: 0,
        }
    }

    /// Returns the number of input bytes from which at least one bit was consumed.
    pub(crate) fn bytes_read(&self) -> usize {
        self.bits.bytes_read()
    }

    /// Returns the number of bytes that the stream has been decoded to so far.
    pub(crate) fn written(&self) -> usize {
        self.at
    }

    /// Decodes all deflate blocks of the stream. The contents of `tables` before the call have no
    /// effect.
    pub(crate) fn decode(&mut self, tables: &mut BlockTables) -> Result<(), InflateError> {
        // The loop ends, because every deflate block consumes input, and decoding fails once bits
        // after the end of the input are consumed.
        loop {
            let last = self.deflate_block(tables);
            if self.bits.overran() {
                return Err(InflateError::Truncated);
            }
            if last? {
                return Ok(());
            }
        }
    }

    /// Decodes one deflate block. Returns whether this block is the last block of the stream.
    fn deflate_block(&mut self, tables: &mut BlockTables) -> Result<bool, InflateError> {
        self.bits.need_once(3);
        let last = self.bits.take(1) == 1;
        match self.bits.take(2) {
            0 => self.stored()?,
            1 => {
                tables.codes.build_fixed()?;
                self.symbols(&tables.codes)?;
            }
            2 => {
                tables.header.read(&mut self.bits, &mut tables.codes)?;
                self.symbols(&tables.codes)?;
            }
            _ => return Err(InflateError::Invalid),
        }
        Ok(last)
    }

    /// Copies the bytes of a stored deflate block to the output. The stream has
    /// the length of the block in bytes, followed by the bitwise complement of the length. Fails
    /// with `Invalid` if the complement does not match the length.
    fn stored(&mut self) -> Result<(), InflateError> {
        let Some(&[a, b, c, d]) = self.bits.bytes(4) else {
            return Err(InflateError::Truncated);
        };
        let length = u16::from_le_bytes([a, b]);
        if length != !u16::from_le_bytes([c, d]) {
            return Err(InflateError::Invalid);
        }
        let source = self
            .bits
            .bytes(usize::from(length))
            .ok_or(InflateError::Truncated)?;
        let target = self
            .out
            .get_mut(self.at..self.at + source.len())
            .ok_or(InflateError::OutputFull)?;
        target.copy_from_slice(source);
        self.at += source.len();
        Ok(())
    }

    /// Decodes the symbols of a deflate block that is not stored, up to and including the
    /// end-of-block symbol.
    fn symbols(&mut self, codes: &Codes) -> Result<(), InflateError> {
        let mut bits = self.bits;
        let mut at = self.at;
        let end = symbols(&mut bits, self.out, &mut at, codes);
        self.bits = bits;
        self.at = at;
        end
    }
}

/// Decodes the symbols of a deflate block with `codes`, up to and including the end-of-block
/// symbol. `position` is the position in `out` of the next decoded byte.
///
/// Copies `stream` and `position` to local variables at the start and back at the end, so that the
/// compiler can keep them in registers in the loop.
#[inline(always)]
fn symbols(
    stream: &mut Bits,
    out: &mut [u8],
    position: &mut usize,
    codes: &Codes,
) -> Result<(), InflateError> {
    let mut bits = *stream;
    let mut at = *position;
    let result = loop {
        bits.need(LITERAL_INDEX);
        let mut entry = codes.literal(bits.peek());
        if entry & LITERAL == 0 {
            // 20 bits are enough for the longest literal/length codeword (15 bits) and for the most
            // extra bits of a match length (5 bits).
            bits.need(20);
            if entry & LITERAL_EXCEPTION != 0 {
                entry = codes.long_literal(entry, bits.peek());
            }
        }
        if entry & LITERAL != 0 {
            bits.consume(entry & 31);
            let Some(byte) = out.get_mut(at) else {
                break Err(InflateError::OutputFull);
            };
            *byte = (entry >> 23) as u8;
            at += 1;
            continue;
        }
        if entry & LITERAL_EXCEPTION != 0 {
            bits.consume(code_length(entry));
            break match literal_value(entry) {
                END => Ok(()),
                _ => Err(InflateError::Invalid),
            };
        }
        let extra = bits.peek() >> code_length(entry) & entry >> 18 & 31;
        bits.consume(entry >> 12 & 31);
        let length = MIN_MATCH + (literal_value(entry) + extra) as usize;
        // 20 bits are enough for a distance codeword that is in the table (7 bits) and for the most
        // extra bits of a distance (13 bits).
        bits.need(20);
        let mut entry = codes.distance(bits.peek());
        if entry & DISTANCE_EXCEPTION != 0 {
            entry = codes.long_distance(entry, bits.peek());
            bits.consume(code_length(entry));
            if entry & DISTANCE_EXCEPTION != 0 {
                break Err(InflateError::Invalid);
            }
            // A codeword that is not in the table has been consumed here, and only its extra bits
            // are left. The number of bits in `entry` includes the bits of the codeword. The number
            // of codeword bits is subtracted, so that only the extra bits are taken below.
            bits.need(13);
            entry -= code_length(entry) * DISTANCE_PER_BIT;
        }
        let extra = bits.take(entry & 31) >> code_length(entry);
        let distance = (distance_value(entry) + extra) as usize;
        if distance > at {
            break Err(InflateError::Invalid);
        }
        if length > out.len() - at {
            break Err(InflateError::OutputFull);
        }
        copy_match(out, at, distance, length);
        at += length;
    };
    *stream = bits;
    *position = at;
    result
}
