//! The reader of single bits from a deflate stream, for 64-bit machines.

/// A reader of the bits of a deflate stream. After the last byte of the input, the reader returns
/// bits that are 0. If any bits after the end of the input were consumed, [`Bits::position`]
/// returns a position after the end of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// The next bits of the stream. The first bit of the stream is the lowest bit of `buffer`. Only
    /// the lowest `count` bits may be consumed. The bits above the lowest `count` bits are either
    /// the bits of the input that follow, or 0.
    buffer: u64,
    /// Number of bits of `buffer` that may be consumed, 0 to 63. The number is in the lowest 6 bits
    /// of this field. The higher bits of this field have no meaning, because [`Bits::consume`]
    /// subtracts whole table entries, which have other data above their lowest 6 bits.
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

    /// Loads bytes of `input` into the bit buffer. At least 56 bits may then be consumed before the
    /// next call.
    #[inline(always)]
    pub(crate) fn refill(&mut self, input: &[u8]) {
        self.buffer |= load(input, self.next as usize) << (self.count & 63);
        // 8 bytes were copied to `buffer`, but only `7 - count / 8` bytes are counted as loaded.
        // `count` thus becomes `56 + count % 8`. The next refill copies the remaining bits again,
        // which does not change them.
        self.next = self.next.wrapping_add(7 - (self.count >> 3 & 7));
        self.count |= 56;
    }

    /// Returns the next bits of the stream without consuming them. The next bit of the stream is
    /// the lowest bit of the result. Directly after a call of [`refill`](Self::refill), all 64 bits
    /// of the result are valid, but only 56 bits may be consumed before `refill` is called again.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Consumes as many bits as the lowest 6 bits of `entry` say. This number must be at most the
    /// number of loaded bits. The higher bits of `entry` are ignored, so a whole table entry can be
    /// passed.
    #[inline(always)]
    pub(crate) fn consume(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Consumes the next `count` bits of the stream and returns them as a number. The first
    /// consumed bit is the lowest bit of the number. `count` must be at most 31, and at most the
    /// number of loaded bits.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Returns the position in the input, in bytes, of the first byte from which no bit was
    /// consumed yet.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.next.wrapping_sub(self.count >> 3 & 7) as usize
    }
}

/// Returns the eight bytes of `input` from position `at` on as one number. The first byte is the
/// lowest byte of the number. If fewer than eight bytes are left, the missing bytes are 0.
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
