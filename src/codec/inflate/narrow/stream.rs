//! One stream on its way into its block.

use super::super::super::narrow_copy::copy_match;
use super::super::symbols::{
    code_length, distance_value, literal_value, DISTANCE_EXCEPTION, END, LITERAL,
    LITERAL_EXCEPTION, MIN_MATCH,
};
use super::super::InflateError;
use super::bits::Bits;
use super::code::{DISTANCE_BIT, LITERAL_INDEX};
use super::Decoder;

/// The state of one stream; its block is all of `out`.
pub(super) struct Stream<'a> {
    bits: Bits<'a>,
    out: &'a mut [u8],
    /// Where the next byte goes.
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

    /// Whole bytes of the input that were consumed.
    pub(crate) fn read(&self) -> usize {
        self.bits.read()
    }

    /// Bytes of the block so far.
    pub(crate) fn written(&self) -> usize {
        self.at
    }

    /// Decodes all sub-blocks.
    pub(crate) fn decode(&mut self, decoder: &mut Decoder) -> Result<(), InflateError> {
        loop {
            // Every turn consumes input, and none begins past its end.
            let last = self.sub_block(decoder);
            if self.bits.overran() {
                return Err(InflateError::Truncated);
            }
            if last? {
                return Ok(());
            }
        }
    }

    /// Decodes a sub-block; whether it was the last one.
    fn sub_block(&mut self, decoder: &mut Decoder) -> Result<bool, InflateError> {
        self.bits.need_once(3);
        let last = self.bits.take(1) == 1;
        match self.bits.take(2) {
            0 => self.stored()?,
            1 => {
                decoder.codes.build_fixed()?;
                self.symbols(decoder)?;
            }
            2 => {
                decoder.read_header(&mut self.bits)?;
                self.symbols(decoder)?;
            }
            _ => return Err(InflateError::Invalid),
        }
        Ok(last)
    }

    /// Copies a stored sub-block.
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

    /// Decodes symbols up to the end of the sub-block.
    fn symbols(&mut self, decoder: &Decoder) -> Result<(), InflateError> {
        let mut bits = self.bits;
        let mut at = self.at;
        let end = symbols(&mut bits, self.out, &mut at, decoder);
        self.bits = bits;
        self.at = at;
        end
    }
}

/// Decodes symbols up to the end of the sub-block. `stream` and `position` are written when it is over.
#[inline(always)]
fn symbols(
    stream: &mut Bits,
    out: &mut [u8],
    position: &mut usize,
    decoder: &Decoder,
) -> Result<(), InflateError> {
    let codes = &decoder.codes;
    let mut bits = *stream;
    let mut at = *position;
    let result = loop {
        bits.need(LITERAL_INDEX);
        let mut entry = codes.literal(bits.peek());
        if entry & LITERAL == 0 {
            // The longest code, and 5 extra bits of a length.
            bits.need(20);
            if entry & LITERAL_EXCEPTION != 0 {
                entry = codes.long_literal(entry, bits.peek());
            }
        }
        if entry & LITERAL != 0 {
            bits.consume(entry & 31);
            let Some(place) = out.get_mut(at) else {
                break Err(InflateError::OutputFull);
            };
            *place = (entry >> 23) as u8;
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
        // A code that the table holds, and 13 extra bits.
        bits.need(20);
        let mut entry = codes.distance(bits.peek());
        if entry & DISTANCE_EXCEPTION != 0 {
            entry = codes.long_distance(entry, bits.peek());
            bits.consume(code_length(entry));
            if entry & DISTANCE_EXCEPTION != 0 {
                break Err(InflateError::Invalid);
            }
            // Its extra bits come by themselves.
            bits.need(13);
            entry -= code_length(entry) * DISTANCE_BIT;
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
