//! Reads the bits of a deflate stream. The lowest bit of each byte comes first.

/// A reader of single bits. All methods that return an `Option` return `None` if the input has too
/// few bits.
pub(super) struct BitReader<'a> {
    /// The bytes of the input that are not in `buffer` yet.
    input: &'a [u8],
    /// The next bits of the input. The lowest bit comes first. The lowest `count` bits are valid.
    /// [`refill`](BitReader::refill) loads 8 bytes, but may count only some of them as valid. So
    /// the bits above the valid bits are zeros, or are equal to the first bits of `input`. Once
    /// `input` is empty, they are zeros.
    buffer: u64,
    /// Number of valid bits in `buffer`.
    count: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        BitReader {
            input,
            buffer: 0,
            count: 0,
        }
    }

    /// Fills the buffer with at least 56 valid bits, or with all remaining bits if the input has
    /// fewer.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some((word, _)) = self.input.split_first_chunk::<8>() {
            let bytes = (63 - self.count) / 8;
            self.buffer |= u64::from_le_bytes(*word) << self.count;
            self.input = &self.input[bytes as usize..];
            self.count += bytes * 8;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        // Only the lowest `count` bits are valid, but `refill` may have set higher bits. Clear the
        // higher bits, because each new byte is added with a bitwise OR.
        self.buffer &= (1 << self.count) - 1;
        while self.count < 56 {
            let Some((&byte, rest)) = self.input.split_first() else {
                return;
            };
            self.buffer |= u64::from(byte) << self.count;
            self.count += 8;
            self.input = rest;
        }
    }

    /// Returns the next bits without removing them from the buffer. The lowest bit comes first.
    /// Immediately after [`refill`](BitReader::refill), at least the lowest 56 bits are valid. If
    /// the input has `n` bits left and `n` is less than 56, only the lowest `n` bits are valid.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.buffer
    }

    #[inline(always)]
    pub(super) fn drop_bits(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.buffer >>= count;
        Some(())
    }

    /// Fills the buffer, then removes the next `count` bits and returns them as a number. `count`
    /// is at most 16.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        self.refill();
        self.take_refilled(count)
    }

    /// Removes the next `count` bits from the buffer and returns them as a number. `count` is at
    /// most 16. The caller must have called [`refill`](BitReader::refill), so that the buffer has
    /// these bits.
    #[inline(always)]
    pub(super) fn take_refilled(&mut self, count: u32) -> Option<u32> {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.drop_bits(count)?;
        Some(value)
    }

    /// Removes 0 to 7 bits, so that the next bit is the first bit of a byte of the input.
    pub(super) fn align_to_byte(&mut self) {
        let partial = self.count % 8;
        self.buffer >>= partial;
        self.count -= partial;
    }

    /// Skips `bytes` whole bytes. The reader must be at a byte boundary of the input.
    pub(super) fn skip_bytes(&mut self, bytes: usize) -> Option<()> {
        let buffered = (self.count / 8) as usize;
        let from_buffer = bytes.min(buffered);
        self.buffer >>= from_buffer * 8;
        self.count -= from_buffer as u32 * 8;
        self.input = self.input.get(bytes - from_buffer..)?;
        if bytes > buffered {
            self.buffer = 0;
        }
        Some(())
    }
}
