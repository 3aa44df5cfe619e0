//! The 32-bit bit buffer.

/// Bits taken from the input but not yet decoded, the next one lowest.
///
/// Past the end of the input it reads zeros: whoever uses it asks [`Bits::overran`] whether that mattered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    input: &'a [u8],
    /// Above the valid bits it may hold further bits of the input.
    buffer: u32,
    /// Valid bits in the buffer, 0 to 31.
    count: u32,
    /// Next byte of the input to load.
    next: usize,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            buffer: 0,
            count: 0,
            next: 0,
        }
    }

    /// Makes at least `count` bits available, 24 at most.
    #[inline(always)]
    pub(crate) fn need(&mut self, count: u32) {
        if self.count < count {
            self.buffer |= load(self.input, self.next) << self.count;
            self.next += (31 - self.count as usize) >> 3;
            self.count |= 24;
        }
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
        self.next - (self.count as usize >> 3)
    }

    /// Whether more was consumed than there is.
    pub(crate) fn overran(&self) -> bool {
        self.read() > self.input.len()
    }

    /// Takes whole bytes from the next byte boundary on.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let at = self.read();
        let bytes = self.input.get(at..)?.get(..count)?;
        *self = Self {
            input: self.input,
            buffer: 0,
            count: 0,
            next: at + count,
        };
        Some(bytes)
    }
}

/// Four bytes of the input, zeros past its end.
#[inline(always)]
fn load(input: &[u8], at: usize) -> u32 {
    match input.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => u32::from_le_bytes(*bytes),
        None => load_end(input, at),
    }
}

#[cold]
#[inline(never)]
fn load_end(input: &[u8], at: usize) -> u32 {
    let rest = input.get(at..).unwrap_or_default();
    rest.iter()
        .take(4)
        .rev()
        .fold(0, |word, &byte| word << 8 | u32::from(byte))
}
