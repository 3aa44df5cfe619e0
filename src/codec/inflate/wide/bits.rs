//! The 64-bit bit buffer.

/// Bits taken from the input but not yet decoded, the next one lowest.
///
/// It reads ahead and, past the end of the input, reads zeros: whoever uses it asks [`Bits::read`] how far the bits that were
/// really consumed reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// Above the valid bits it may hold further bits of the input.
    buffer: u64,
    /// Valid bits in the buffer, 0 to 63; only the lowest byte counts, so that a whole entry can be subtracted.
    count: u32,
    /// Next byte of the input to load.
    next: u32,
}

impl Bits {
    /// Starts at a byte of the input.
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

    /// The next bits, of which those past the last refill do not count.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Drops as many bits as the lowest byte of `entry` says: less than 64 and no more than are available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Takes the next bits as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Bytes from the start of the input to the end of what was consumed, whole bytes.
    #[inline(always)]
    pub(crate) fn read(&self) -> usize {
        self.next.wrapping_sub(self.count >> 3 & 7) as usize
    }
}

/// Eight bytes of the input, zeros past its end.
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
