//! The bit reader of the decoder for 64-bit machines.

/// A bit reader. The next bit is the lowest one of the buffer.
///
/// It reads zeros past the end of the input. The position that [`Bits::read`] returns is past the
/// end if such bits were consumed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// The bits above the available ones may be bits of the input or 0.
    buffer: u64,
    /// Number of available bits in the buffer, 0 to 63, in the lowest byte. The other bits are
    /// ignored, so that a whole table entry can be subtracted without a mask.
    count: u32,
    /// Position of the next byte of the input to load.
    next: u32,
}

impl Bits {
    /// Creates a reader that begins at byte `next` of the input.
    #[inline(always)]
    pub(crate) fn at(next: usize) -> Self {
        Self {
            buffer: 0,
            count: 0,
            next: next as u32,
        }
    }

    /// Makes at least 56 bits available.
    #[inline(always)]
    pub(crate) fn refill(&mut self, input: &[u8]) {
        self.buffer |= load(input, self.next as usize) << (self.count & 63);
        self.next = self.next.wrapping_add(7 - (self.count >> 3 & 7));
        self.count |= 56;
    }

    /// Returns the next bits. Only the available ones are valid.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Consumes the number of bits that is in the lowest byte of `entry`: less than 64, and not
    /// more than are available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Consumes `count` available bits and returns them as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Returns the position in the input after the last byte of which a bit was consumed.
    #[inline(always)]
    pub(crate) fn read(&self) -> usize {
        self.next.wrapping_sub(self.count >> 3 & 7) as usize
    }
}

/// Returns the eight bytes of the input at position `at`, with zeros past its end.
#[inline(always)]
fn load(input: &[u8], at: usize) -> u64 {
    match input.get(at..at + 8).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => load_end(input, at),
    }
}

#[cold]
#[inline(never)]
fn load_end(input: &[u8], at: usize) -> u64 {
    let rest = input.get(at..).unwrap_or_default();
    let mut bytes = [0; 8];
    for (byte, &source) in bytes.iter_mut().zip(rest) {
        *byte = source;
    }
    u64::from_le_bytes(bytes)
}
