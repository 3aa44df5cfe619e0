//! Decodes one deflate stream.
//!
//! The fast loop, which is the loop in [`Stream::decode_fast`], decodes literals and matches with
//! few checks. It stops before a symbol that requires more checks. [`Stream::decode_symbol`] then
//! decodes that symbol with all checks. Such a symbol is one of these:
//!
//! * the end of a deflate block
//! * an invalid symbol
//! * a symbol near the end of the output
//! * a symbol whose codeword has more bits than the index of the decoding table

use super::bits::Bits;
use super::code::Codes;
use super::copy::{copy_match, copy_short, SHORT};
use super::header::HeaderReader;
use crate::codec::deflate_format::MIN_MATCH;
use crate::codec::inflate::huffman::{
    code_length, distance_value, literal_value, DISTANCE_EXCEPTION, END, LITERAL, LITERAL_EXCEPTION,
};
use crate::codec::inflate::job::InflateError;
use core::ops::Range;

/// Number of bytes that the output must have left for one step of the fast loop, which is the loop
/// in `decode_fast`. One step writes up to 4 literals (bytes that are not part of a match), or up
/// to 2 literals and a match. A match of at most [`SHORT`] bytes is usually copied as `SHORT`
/// bytes. The space for a longer match is checked separately.
const MAX_STEP: usize = 4 + SHORT;

/// Memory for decoding a dynamic deflate block, which has its own Huffman codes: the two codes, and
/// the reader of the header.
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

/// The state of decoding one deflate stream. Positions are byte offsets in the slices `input` and
/// `out`, which the caller passes to the methods. Every call must get the same slices.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(crate) bits: Bits,
    /// Position in the output of the next decoded byte.
    pub(crate) at: usize,
    /// Position in the output of the first decoded byte of the stream. A match must not copy bytes
    /// before this position.
    pub(crate) start: usize,
    /// Position of the end (exclusive) of the output range of this stream.
    pub(crate) end: usize,
    /// Position in the output. If `at` is less than `fast_end`, the output has enough space for a
    /// step of the fast loop, which is the loop in `decode_fast`.
    fast_end: usize,
    /// Position in the output, at least `end`. The decoder may overwrite the bytes from `end` to
    /// `limit`, but must not write after `limit`.
    pub(crate) limit: usize,
    /// Position of the end (exclusive) of the input range of this stream.
    input_end: usize,
    /// Whether the current deflate block is the last one of the stream.
    last: bool,
    /// Whether the current deflate block is a fixed deflate block, whose codes the deflate format
    /// defines. If this is false, the header of the deflate block defines the codes.
    fixed: bool,
}

impl Stream {
    /// Creates the state for decoding one stream. The stream begins at the start of the range
    /// `input`, and is decoded to the range `output`. `limit` is a position in the output, at least
    /// `output.end`. The decoder may also overwrite the bytes from `output.end` to `limit`.
    pub(crate) fn new(input: Range<usize>, output: Range<usize>, limit: usize) -> Self {
        Self {
            bits: Bits::at(input.start),
            at: output.start,
            start: output.start,
            end: output.end,
            // A step of the fast loop may begin at a position if at least `MAX_STEP` bytes are left
            // from there to `limit`. The last such position is `limit - MAX_STEP`, and `fast_end`
            // is one more. If `limit` is less than `MAX_STEP`, no such position exists, and
            // `fast_end` is 0. If the 1 were added after the saturating subtraction, `fast_end`
            // would be 1.
            fast_end: (limit + 1).saturating_sub(MAX_STEP).min(output.end + 1),
            limit,
            input_end: input.end,
            last: false,
            fixed: false,
        }
    }

    /// Returns the position in the input of the first byte from which no bit was consumed.
    pub(crate) fn position(&self) -> usize {
        self.bits.position()
    }

    /// Returns the range of the input from the end of the stream to the end of the input range of
    /// this stream. Valid only after the whole stream is decoded.
    pub(crate) fn rest(&self) -> Range<usize> {
        self.position()..self.input_end
    }

    /// Returns the number of bytes that this stream has written to the output so far.
    pub(crate) fn written(&self) -> usize {
        self.at - self.start
    }

    /// Returns whether the output has enough space left for a step of the fast loop, which is the
    /// loop in `decode_fast`.
    #[inline(always)]
    pub(crate) fn is_fast(&self) -> bool {
        self.at < self.fast_end
    }

    /// Returns the codes of the current deflate block. If it is a fixed deflate block, returns
    /// `fixed`. If it is a dynamic deflate block, returns the codes in `tables`.
    #[inline(always)]
    pub(crate) fn codes<'a>(&self, tables: &'a BlockTables, fixed: &'a Codes) -> &'a Codes {
        if self.fixed {
            fixed
        } else {
            &tables.codes
        }
    }

    /// Reads the header of the next deflate block that has symbols. Stored deflate blocks have no
    /// symbols. The stored deflate blocks before that header are copied to `out`. Returns false if
    /// the stream has no further deflate block with symbols. The whole stream is then decoded.
    pub(crate) fn open_deflate_block(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        tables: &mut BlockTables,
    ) -> Result<bool, InflateError> {
        // The loop ends, because every deflate block consumes bits of the input, and the loop
        // returns an error once bits after `input_end` are consumed.
        while !self.last {
            let opened = self.read_deflate_block(input, out, tables);
            if self.position() > self.input_end {
                return Err(InflateError::Truncated);
            }
            if opened? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the header of a deflate block. If the deflate block is stored, also copies its bytes
    /// to `out` and returns false. If the deflate block is not stored, returns true, because
    /// symbols follow the header.
    fn read_deflate_block(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        tables: &mut BlockTables,
    ) -> Result<bool, InflateError> {
        self.bits.refill(input);
        self.last = self.bits.take(1) == 1;
        match self.bits.take(2) {
            0 => self.stored(input, out).map(|()| false),
            1 => {
                self.fixed = true;
                Ok(true)
            }
            2 => {
                self.fixed = false;
                tables
                    .header
                    .read(&mut self.bits, input, &mut tables.codes)
                    .map(|()| true)
            }
            _ => Err(InflateError::Invalid),
        }
    }

    /// Copies the bytes of a stored deflate block to the output. In the stream, two numbers of 16
    /// bits come before these bytes: the number of bytes, and its bitwise complement. Fails with
    /// `Invalid` if the second number is not the complement of the first number.
    fn stored(&mut self, input: &[u8], out: &mut [u8]) -> Result<(), InflateError> {
        let from = self.bits.position();
        let header = input
            .get(from..self.input_end)
            .and_then(|rest| rest.first_chunk());
        let Some(&[a, b, c, d]) = header else {
            return Err(InflateError::Truncated);
        };
        let length = u16::from_le_bytes([a, b]);
        if length != !u16::from_le_bytes([c, d]) {
            return Err(InflateError::Invalid);
        }
        let from = from + 4..from + 4 + usize::from(length);
        let to = self.at..self.at + usize::from(length);
        if from.end > self.input_end {
            return Err(InflateError::Truncated);
        }
        if to.end > self.end {
            return Err(InflateError::OutputFull);
        }
        let Some(source) = input.get(from.clone()) else {
            return Err(InflateError::Truncated);
        };
        let Some(target) = out.get_mut(to.clone()) else {
            return Err(InflateError::OutputFull);
        };
        target.copy_from_slice(source);
        self.bits = Bits::at(from.end);
        self.at = to.end;
        Ok(())
    }

    /// Decodes one symbol with all checks. The loop in `decode_fast` omits some of these checks. If
    /// the symbol is a match length, also decodes the distance and copies the match. Returns false
    /// if the symbol is the end of the deflate block, and true if it is a literal or a match
    /// length.
    #[inline(never)]
    pub(crate) fn decode_symbol(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        codes: &Codes,
    ) -> Result<bool, InflateError> {
        let more = self.checked_symbol(input, out, codes);
        if more != Ok(true) && self.position() > self.input_end {
            return Err(InflateError::Truncated);
        }
        more
    }

    fn checked_symbol(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        codes: &Codes,
    ) -> Result<bool, InflateError> {
        if self.at > self.end {
            return Err(InflateError::OutputFull);
        }
        self.bits.refill(input);
        let entry = codes.literal(self.bits.peek() as u32);
        let value = literal_value(entry);
        self.bits.consume(code_length(entry));
        if entry & LITERAL != 0 {
            if self.at >= self.end {
                return Err(InflateError::OutputFull);
            }
            let Some(byte) = out.get_mut(self.at) else {
                return Err(InflateError::OutputFull);
            };
            *byte = value as u8;
            self.at += 1;
            return Ok(true);
        }
        if entry & LITERAL_EXCEPTION != 0 {
            return if value == END {
                Ok(false)
            } else {
                Err(InflateError::Invalid)
            };
        }
        let extra = self.bits.take((entry >> 12 & 31) - code_length(entry));
        let length = MIN_MATCH + (value + extra) as usize;
        let entry = codes.distance(self.bits.peek() as u32);
        self.bits.consume(code_length(entry));
        if entry & DISTANCE_EXCEPTION != 0 {
            return Err(InflateError::Invalid);
        }
        let distance =
            (distance_value(entry) + self.bits.take((entry & 63) - code_length(entry))) as usize;
        if distance > self.at - self.start {
            return Err(InflateError::Invalid);
        }
        if length > self.end - self.at {
            return Err(InflateError::OutputFull);
        }
        let Some(out) = out.get_mut(..self.limit) else {
            return Err(InflateError::OutputFull);
        };
        copy_match(out, self.at, distance, length);
        self.at += length;
        Ok(true)
    }

    /// Decodes symbols with few checks. Stops before a symbol that requires more checks. The caller
    /// then decodes that symbol with [`decode_symbol`](Self::decode_symbol).
    #[inline(never)]
    pub(crate) fn decode_fast(&mut self, input: &[u8], out: &mut [u8], codes: &Codes) {
        let Some(out) = out.get_mut(..self.limit) else {
            return;
        };
        let mut fast = self.fast_state();
        while let Some(entry) = fast.begin_step::<1>(input, out, codes) {
            if !fast.finish_step(out, codes, entry, self.start as u32) {
                break;
            }
        }
        self.set_fast_state(fast);
    }

    /// Returns a copy of the part of the state that the loop in `decode_fast` changes.
    #[inline(always)]
    pub(crate) fn fast_state(&self) -> FastState {
        FastState {
            bits: self.bits,
            at: self.at as u32,
        }
    }

    /// Copies `fast` back to the state, after the loop in `decode_fast` has changed it.
    #[inline(always)]
    pub(crate) fn set_fast_state(&mut self, fast: FastState) {
        self.bits = fast.bits;
        self.at = fast.at as usize;
    }
}

/// The part of the state of a [`Stream`] that the loop in `decode_fast` changes. The loop keeps
/// this part in a local variable, so that the compiler can keep `bits` and `at` in registers.
#[derive(Clone, Copy)]
pub(super) struct FastState {
    bits: Bits,
    at: u32,
}

impl FastState {
    /// Does the first half of a step of the fast loop, which is the loop in `decode_fast`. Decodes
    /// the next symbols up to the first symbol that is not a literal, but at most `LITERALS`
    /// symbols. Returns the table entry of the symbol that follows, without consuming that symbol.
    /// After `LITERALS` literals, the symbol that follows may be a literal too. Returns `None` if
    /// the output has less than [`MAX_STEP`] bytes left.
    ///
    /// The loop in this function has no branch on the kind of the symbol. If an entry is not a
    /// literal, its lowest 6 bits and its highest bit are 0. In this case, no bits are consumed and
    /// `literals` does not change. The byte that was written to `target` is after the decoded
    /// bytes, where the next decoded byte is written later.
    #[inline(always)]
    pub(crate) fn begin_step<const LITERALS: usize>(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        codes: &Codes,
    ) -> Option<u32> {
        let target = out.get_mut(self.at as usize..self.at as usize + MAX_STEP)?;
        self.bits.refill(input);
        let mut entry = codes.literals.look_up(self.bits.peek() as usize);
        let mut literals = 0;
        for _ in 0..LITERALS {
            target[literals as usize] = (entry >> 23) as u8;
            literals += entry >> 31;
            self.bits.consume(entry);
            entry = codes.literals.look_up(self.bits.peek() as usize);
        }
        self.at += literals;
        Some(entry)
    }

    /// Does the second half of a step of the fast loop, which is the loop in `decode_fast`. `entry`
    /// is the result of [`begin_step`](Self::begin_step). If `entry` is a literal, writes the
    /// literal. If the next symbol is a literal too, also decodes the next symbol. If `entry` is a
    /// match length, decodes the distance and copies the match. `start` is the position in the
    /// output of the first byte of the stream.
    ///
    /// Returns false if the symbol of `entry` requires more checks, for example because the match
    /// is not valid. In this case, the symbol is not consumed.
    ///
    /// [`begin_step`](Self::begin_step) makes 56 bits available. 56 bits are enough for the two
    /// halves of a step. The longest step has two literals with codewords of 10 bits, a match
    /// length with a codeword of 10 bits and 5 extra bits, and a distance with a codeword of 8 bits
    /// and 13 extra bits.
    #[inline(always)]
    pub(crate) fn finish_step(
        &mut self,
        out: &mut [u8],
        codes: &Codes,
        entry: u32,
        start: u32,
    ) -> bool {
        if entry & LITERAL != 0 {
            let Some(target) = out.get_mut(self.at as usize..self.at as usize + 2) else {
                return false;
            };
            target[0] = (entry >> 23) as u8;
            self.at += 1;
            self.bits.consume(entry);
            let entry = codes.literals.look_up(self.bits.peek() as usize);
            if entry & LITERAL != 0 {
                target[1] = (entry >> 23) as u8;
                self.at += 1;
                self.bits.consume(entry);
            }
            return true;
        }
        entry & LITERAL_EXCEPTION == 0 && self.copy(out, codes, entry, start)
    }

    /// Decodes the distance of a match and copies the match. `entry` is the table entry of the
    /// match length. `start` is the position in the output of the first byte of the stream. Returns
    /// false if the match is not valid or requires more checks. In this case, no bits are consumed.
    #[inline(always)]
    fn copy(&mut self, out: &mut [u8], codes: &Codes, entry: u32, start: u32) -> bool {
        let mut bits = self.bits;
        let extra = (bits.peek() >> (entry >> 6 & 63)) as u32 & entry >> 18 & 31;
        let length = MIN_MATCH as u32 + (entry >> 23) + extra;
        bits.consume(entry >> 12);
        let entry = codes.distances.look_up(bits.peek() as usize);
        if entry & DISTANCE_EXCEPTION != 0 {
            return false;
        }
        let extra = (bits.peek() & !(u64::MAX << (entry & 63))) >> (entry >> 6 & 63);
        let distance = (entry >> 16) + extra as u32;
        bits.consume(entry);
        if distance > self.at - start {
            return false;
        }
        if length <= SHORT as u32 && distance >= length {
            copy_short(out, (self.at - distance) as usize, self.at as usize);
        } else {
            if length as usize > out.len() - self.at as usize {
                return false;
            }
            copy_match(out, self.at as usize, distance as usize, length as usize);
        }
        self.bits = bits;
        self.at += length;
        true
    }
}
