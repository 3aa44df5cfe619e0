//! One stream on its way into its block.

use core::ops::Range;

use super::super::symbols::{
    code_length, distance_value, literal_value, DISTANCE_EXCEPTION, END, LITERAL,
    LITERAL_EXCEPTION, MIN_MATCH,
};
use super::super::InflateError;
use super::bits::Bits;
use super::copy::{copy_match, copy_short, SHORT};
use super::{Codes, Workspace};

/// Most bytes that a fast step stores past its starting point, long matches aside (they look for themselves): three literals
/// and a short match.
const STEP_ROOM: usize = 4 + SHORT;
/// The state of one stream. Positions are indices into the input and the output of the caller.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(crate) bits: Bits,
    /// Where the next byte goes.
    pub(crate) at: usize,
    /// Where the block begins: matches reach no further back.
    pub(crate) start: usize,
    /// Where the block ends.
    pub(crate) end: usize,
    /// Up to here a fast step may begin.
    pub(crate) fast_end: usize,
    /// Where the room ends: the block itself and what may be scribbled on behind it.
    pub(crate) limit: usize,
    input_end: usize,
    last: bool,
    fixed: bool,
}

impl Stream {
    /// A stream at `input` whose block is `output`, where bytes up to `limit` will be overwritten later anyway.
    pub(crate) fn new(input: Range<usize>, output: Range<usize>, limit: usize) -> Self {
        Self {
            bits: Bits::at(input.start),
            at: output.start,
            start: output.start,
            end: output.end,
            // One past what is right keeps the test simple: room for less than a step means none at all.
            fast_end: (limit + 1).saturating_sub(STEP_ROOM).min(output.end + 1),
            limit,
            input_end: input.end,
            last: false,
            fixed: false,
        }
    }

    /// Whole bytes of the input up to the end of what was consumed, counted from the start of the caller's input.
    pub(crate) fn read(&self) -> usize {
        self.bits.read()
    }

    /// What follows the stream, once that has ended.
    pub(crate) fn trailer(&self) -> Range<usize> {
        self.read()..self.input_end
    }

    /// Bytes of the block so far.
    pub(crate) fn written(&self) -> usize {
        self.at - self.start
    }

    /// Whether a fast step may begin here.
    #[inline(always)]
    pub(crate) fn is_fast(&self) -> bool {
        self.at < self.fast_end
    }

    /// The codes of the open sub-block.
    #[inline(always)]
    pub(crate) fn codes<'a>(&self, workspace: &'a Workspace, fixed: &'a Codes) -> &'a Codes {
        if self.fixed {
            fixed
        } else {
            &workspace.codes
        }
    }

    /// Goes on to the next sub-block with symbols; false when the stream has ended.
    pub(crate) fn open_sub_block(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        workspace: &mut Workspace,
    ) -> Result<bool, InflateError> {
        // Every turn consumes input, and none begins past its end.
        while !self.last {
            let opened = self.sub_block(input, out, workspace);
            if self.read() > self.input_end {
                return Err(InflateError::Truncated);
            }
            if opened? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads a sub-block's header, or all of a stored one; whether symbols follow.
    fn sub_block(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        workspace: &mut Workspace,
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
                workspace
                    .header
                    .read(&mut self.bits, input, &mut workspace.codes)
                    .map(|()| true)
            }
            _ => Err(InflateError::Invalid),
        }
    }

    /// Copies a stored sub-block.
    fn stored(&mut self, input: &[u8], out: &mut [u8]) -> Result<(), InflateError> {
        let from = self.bits.read();
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

    /// Decodes one symbol with all checks; false when it was the end of the sub-block.
    #[inline(never)]
    pub(crate) fn symbol(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        codes: &Codes,
    ) -> Result<bool, InflateError> {
        let more = self.checked_symbol(input, out, codes);
        if more != Ok(true) && self.read() > self.input_end {
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
            let Some(place) = out.get_mut(self.at) else {
                return Err(InflateError::OutputFull);
            };
            *place = value as u8;
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
        let Some(room) = out.get_mut(..self.limit) else {
            return Err(InflateError::OutputFull);
        };
        copy_match(room, self.at, distance, length);
        self.at += length;
        Ok(true)
    }

    /// Decodes fast until there is an exception or the room ends; the next symbol is for [`Stream::symbol`].
    #[inline(never)]
    pub(crate) fn run(&mut self, input: &[u8], out: &mut [u8], codes: &Codes) {
        let Some(out) = out.get_mut(..self.limit) else {
            return;
        };
        let mut step = self.step();
        while let Some(entry) = step.open::<1>(input, out, codes) {
            if !step.close(out, codes, entry, self.start as u32) {
                break;
            }
        }
        self.set_step(step);
    }

    #[inline(always)]
    pub(crate) fn step(&self) -> Step {
        Step {
            bits: self.bits,
            at: self.at as u32,
        }
    }

    #[inline(always)]
    pub(crate) fn set_step(&mut self, step: Step) {
        self.bits = step.bits;
        self.at = step.at as usize;
    }
}

/// What changes from symbol to symbol, apart from the rest so that it stays in registers.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(crate) bits: Bits,
    pub(crate) at: u32,
}

impl Step {
    /// First half of a step: refills, decodes a literal if there is one, and returns the entry after it. None when there is
    /// not room for a step.
    ///
    /// There is no branch. What is not a literal consumes no bits, and what was stored for it is overwritten.
    #[inline(always)]
    pub(crate) fn open<const OPTIONAL: usize>(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        codes: &Codes,
    ) -> Option<u32> {
        let room = out.get_mut(self.at as usize..self.at as usize + STEP_ROOM)?;
        self.bits.refill(input);
        let mut entry = codes.literals.look_up(self.bits.peek() as usize);
        let mut literals = 0;
        for _ in 0..OPTIONAL {
            room[literals as usize] = (entry >> 23) as u8;
            literals += entry >> 31;
            self.bits.consume(entry);
            entry = codes.literals.look_up(self.bits.peek() as usize);
        }
        self.at += literals;
        Some(entry)
    }

    /// Second half of a step: up to two literals or a match. False, with nothing consumed, at whatever needs more care.
    ///
    /// A refill lasts for a whole step: 56 bits are two codes of 10, a length of 15 and a distance of 21.
    #[inline(always)]
    pub(crate) fn close(&mut self, out: &mut [u8], codes: &Codes, entry: u32, start: u32) -> bool {
        if entry & LITERAL != 0 {
            let Some(room) = out.get_mut(self.at as usize..self.at as usize + 2) else {
                return false;
            };
            room[0] = (entry >> 23) as u8;
            self.at += 1;
            self.bits.consume(entry);
            let entry = codes.literals.look_up(self.bits.peek() as usize);
            if entry & LITERAL != 0 {
                room[1] = (entry >> 23) as u8;
                self.at += 1;
                self.bits.consume(entry);
            }
            return true;
        }
        entry & LITERAL_EXCEPTION == 0 && self.copy(out, codes, entry, start)
    }

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
