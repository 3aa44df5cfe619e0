//! The bit reader of the deflate decoder for 64-bit machines.

/// A reader of the bits of a deflate stream. After the last byte of the input, it reads bits that
/// are 0. If such bits were consumed, [`Bits::read`] returns a position after the end of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// The next bits of the stream. The first of them is the lowest bit. Only the lowest `count`
    /// bits may be used. The bits above them are either bits of the input or 0.
    buffer: u64,
    /// Number of bits of `buffer` that may be used, 0 to 63. Only the lowest 6 bits of this field
    /// have a meaning. The reason is that [`Bits::consume`] subtracts whole table entries, which
    /// have other data above their lowest 6 bits.
    count: u32,
    /// Position in the input of the next byte to load, in bytes.
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

    /// Loads bytes of `input`, so that at least 56 bits may be consumed.
    #[inline(always)]
    pub(crate) fn refill(&mut self, input: &[u8]) {
        self.buffer |= load(input, self.next as usize) << (self.count & 63);
        self.next = self.next.wrapping_add(7 - (self.count >> 3 & 7));
        self.count |= 56;
    }

    /// Returns the next bits of the stream without consuming them. The first of them is the lowest
    /// bit. After a call of [`refill`](Self::refill), all 64 bits are valid, but only 56 of them
    /// may be consumed before the next call.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Consumes bits. Their number is in the lowest 6 bits of `entry`, and must be at most the
    /// number of loaded bits. The other bits of `entry` are ignored, so a whole table entry can be
    /// passed.
    #[inline(always)]
    pub(crate) fn consume(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Consumes the next `count` bits and returns them as a number. The first of them is the lowest
    /// bit of the number. `count` must be at most 31, and at most the number of loaded bits.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Returns the number of bytes from the start of the input to the next bit. If some bits of a
    /// byte were consumed, the whole byte is counted.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.next.wrapping_sub(self.count >> 3 & 7) as usize
    }
}

/// Returns the eight bytes of `input` from position `at` on as one number. The first byte is the
/// lowest one. Bytes after the end of the input are 0.
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
