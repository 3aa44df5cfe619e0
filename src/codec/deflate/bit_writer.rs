//! Writes bits into a byte slice in deflate's order: the first bit goes to the lowest bit of a
//! byte.

/// A bit writer over a slice of fixed size. Bits past the end of the slice are counted but not
/// stored, and [`finish`](BitWriter::finish) then reports that the stream did not fit.
pub(crate) struct BitWriter<'a> {
    out: &'a mut [u8],
    /// Number of whole bytes written so far. Exceeds the length of `out` if the stream does not
    /// fit.
    position: usize,
    buffer: u64,
    /// Number of valid bits in `buffer`. It is 0 to 7 after each call of `flush`.
    count: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut [u8]) -> Self {
        BitWriter {
            out,
            position: 0,
            buffer: 0,
            count: 0,
        }
    }

    /// Appends the lowest `count` bits of `value` to the bit buffer. The other bits of `value` must
    /// be zero. The caller must call [`flush`](BitWriter::flush) before it adds more than 56 bits.
    #[inline(always)]
    pub(crate) fn add(&mut self, value: u32, count: u32) {
        self.buffer |= u64::from(value) << self.count;
        self.count += count;
    }

    /// Moves all whole bytes from the bit buffer to the slice.
    #[inline(always)]
    pub(crate) fn flush(&mut self) {
        let bytes = self.buffer.to_le_bytes();
        let whole = (self.count / 8) as usize;
        let rest = self.out.get_mut(self.position..).unwrap_or_default();
        if let Some(target) = rest.first_chunk_mut::<8>() {
            *target = bytes;
        } else {
            for (target, byte) in rest.iter_mut().zip(&bytes[..whole]) {
                *target = *byte;
            }
        }
        self.position += whole;
        self.buffer >>= self.count & !7;
        self.count &= 7;
    }

    /// Writes the lowest `count` bits of `value`. The other bits of `value` must be zero.
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        self.add(value, count);
        self.flush();
    }

    /// Pads with zero bits to the next byte boundary.
    pub(crate) fn align_to_byte(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Writes whole bytes. The writer must be at a byte boundary.
    pub(crate) fn copy(&mut self, bytes: &[u8]) {
        if let Some(target) = self.out.get_mut(self.position..self.position + bytes.len()) {
            target.copy_from_slice(bytes);
        }
        self.position += bytes.len();
    }

    /// Pads the last byte with zero bits and returns the number of bytes written, or `None` if they
    /// do not fit into the slice.
    pub(crate) fn finish(mut self) -> Option<usize> {
        self.align_to_byte();
        (self.position <= self.out.len()).then_some(self.position)
    }
}
