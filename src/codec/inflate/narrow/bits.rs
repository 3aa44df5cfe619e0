//! The 32-bit bit buffer.

/// Bits taken from the input but not yet decoded, the next one lowest.
///
/// Past the end of the input it reads zeros: whoever uses it asks [`Bits::overran`] whether that mattered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    input: &'a [u8],
    /// What of the input is still to be loaded.
    rest: &'a [u8],
    /// Above the valid bits it may hold further bits of the input.
    buffer: u32,
    /// Valid bits in the buffer, 0 to 31.
    count: u32,
    /// Bytes that were read past the end.
    past: usize,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            rest: input,
            buffer: 0,
            count: 0,
            past: 0,
        }
    }

    /// Makes at least `count` bits available, 24 at most.
    #[inline(always)]
    pub(crate) fn need(&mut self, count: u32) {
        if self.count >= count {
            return;
        }
        match self.rest.first_chunk() {
            Some(bytes) => {
                self.buffer |= u32::from_le_bytes(*bytes) << (self.count & 31);
                self.rest = &self.rest[missing(self.count)..];
            }
            None => {
                let (word, rest, past) = load_end(self.rest, self.count);
                self.buffer |= word;
                self.rest = rest;
                self.past += past;
            }
        }
        self.count |= 24;
    }

    /// The same where size matters and speed does not.
    #[inline(never)]
    pub(crate) fn need_once(&mut self, count: u32) {
        self.need(count);
    }

    /// Bits that are available.
    #[inline(always)]
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The next bits, of which those not asked for do not count.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u32 {
        self.buffer
    }

    /// Drops bits that are available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.buffer >>= count & 31;
        self.count = self.count.wrapping_sub(count);
    }

    /// Takes bits that are available as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer & !(u32::MAX << (count & 31));
        self.consume(count);
        value
    }

    /// Bytes of the input up to the end of what was consumed, whole bytes.
    pub(crate) fn read(&self) -> usize {
        self.input.len() - self.rest.len() + self.past - (self.count as usize >> 3)
    }

    /// Whether more was consumed than there is.
    pub(crate) fn overran(&self) -> bool {
        self.read() > self.input.len()
    }

    /// Takes whole bytes from the next byte boundary on.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let at = self.read();
        let (bytes, rest) = self.input.get(at..)?.split_at_checked(count)?;
        *self = Self {
            rest,
            ..Self::new(self.input)
        };
        Some(bytes)
    }
}

/// Whole bytes that a buffer of `count` bits has room for, 31 bits in all.
#[inline(always)]
fn missing(count: u32) -> usize {
    ((count ^ 31) >> 3 & 3) as usize
}

/// What a buffer of `count` bits gets of the last bytes of the input, the bytes that remain, and how
/// many more than there were.
#[cold]
#[inline(never)]
fn load_end(rest: &[u8], count: u32) -> (u32, &[u8], usize) {
    let word = rest
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u32::from(byte));
    let wanted = missing(count);
    let given = wanted.min(rest.len());
    (word << (count & 31), &rest[given..], wanted - given)
}
