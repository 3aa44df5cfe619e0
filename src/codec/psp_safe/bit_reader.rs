//! Reads the bits of a deflate stream: the lowest bit of each byte comes first.

/// A reader of bits. The methods that return an `Option` return `None` if the input has too few
/// bits.
pub(super) struct BitReader<'a> {
    /// Bytes that are not in `buffer` yet.
    input: &'a [u8],
    /// The next bits, beginning with the lowest. After the end of the input, the bits above `count`
    /// are zeros.
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

    /// Fills the buffer with at least 56 bits, or with all remaining bits of the input.
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
        // `refill` leaves bits of the next byte above `count`.
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

    /// Returns the next bits without taking them, beginning with the lowest. They are valid up to
    /// the number of bits that the last refill left in the buffer.
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

    /// Refills the buffer and takes up to 16 bits.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        self.refill();
        self.take_refilled(count)
    }

    /// Takes up to 16 bits from the buffer. The caller must have called
    /// [`refill`](BitReader::refill).
    #[inline(always)]
    pub(super) fn take_refilled(&mut self, count: u32) -> Option<u32> {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.drop_bits(count)?;
        Some(value)
    }

    /// Skips the bits before the next byte boundary.
    pub(super) fn align_to_byte(&mut self) {
        let partial = self.count % 8;
        self.buffer >>= partial;
        self.count -= partial;
    }

    /// Skips whole bytes. The reader must be at a byte boundary.
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
