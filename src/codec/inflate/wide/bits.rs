//! The bit reader of the decoder for 64-bit machines.

/// A reader of the bits of a deflate stream. The next bit is the lowest one of `buffer`.
///
/// Past the end of the input, it reads zeros. If such zeros were consumed, the position that
/// [`Bits::read`] returns is past the end of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits {
    /// The next bits of the stream. Only the lowest `count` bits are available. The bits above them
    /// may be bits of the input or zeros.
    buffer: u64,
    /// Number of available bits in `buffer`, 0 to 63. Only the lowest 6 bits of this field count.
    /// The higher bits are meaningless, because a whole table entry, whose lowest 6 bits are the
    /// number of bits to consume, is subtracted without masking.
    count: u32,
    /// Position in the input of the next byte to load.
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

    /// Loads bytes of `input` until at least 56 bits are available.
    #[inline(always)]
    pub(crate) fn refill(&mut self, input: &[u8]) {
        self.buffer |= load(input, self.next as usize) << (self.count & 63);
        self.next = self.next.wrapping_add(7 - (self.count >> 3 & 7));
        self.count |= 56;
    }

    /// Returns the next bits without consuming them, the first one lowest. Only the available bits
    /// are valid.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u64 {
        self.buffer
    }

    /// Consumes as many bits as the lowest 6 bits of `entry` say. At least that number of bits must
    /// be available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, entry: u32) {
        self.buffer >>= entry & 63;
        self.count = self.count.wrapping_sub(entry);
    }

    /// Consumes `count` bits, which must be available, and returns them as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.consume(count);
        value
    }

    /// Returns the position in the input after the last byte of which at least one bit was
    /// consumed.
    #[inline(always)]
    pub(crate) fn read(&self) -> usize {
        self.next.wrapping_sub(self.count >> 3 & 7) as usize
    }
}

/// Returns the eight bytes at position `at` of the input as a number. Bytes past the end of the
/// input are zeros.
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
