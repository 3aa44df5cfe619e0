//! Writes bits into a byte slice in the order of the deflate format. The first bit of each byte is
//! its lowest bit.

/// Writes bits into a slice of fixed size. Bytes that do not fit into the slice are counted but not
/// stored. If there were such bytes, [`finish`](BitWriter::finish) returns `None`.
pub(crate) struct BitWriter<'a> {
    out: &'a mut [u8],
    /// Number of whole bytes written so far. Bytes that did not fit into `out` are included.
    position: usize,
    /// The bits that are not written to `out` yet. The lowest bit comes first in the stream.
    buffer: u64,
    /// Number of valid bits in `buffer`. It is at most 7 after each call of `flush`.
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

    /// Appends the lowest `count` bits of `value` to the bit buffer and writes nothing to the
    /// slice. The other bits of `value` must be zero. The caller may add at most 56 bits before it
    /// calls [`flush`](BitWriter::flush).
    #[inline(always)]
    pub(crate) fn add(&mut self, value: u32, count: u32) {
        self.buffer |= u64::from(value) << self.count;
        self.count += count;
    }

    /// Moves all whole bytes from the bit buffer to the slice. Up to 7 bits remain in the bit
    /// buffer.
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

    /// Appends the lowest `count` bits of `value` to the stream. The other bits of `value` must be
    /// zero.
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        self.add(value, count);
        self.flush();
    }

    /// Appends zero bits to the stream until its length is a whole number of bytes.
    pub(crate) fn align_to_byte(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Appends `bytes` to the stream. The stream must end at a byte boundary before the call.
    pub(crate) fn copy(&mut self, bytes: &[u8]) {
        if let Some(target) = self.out.get_mut(self.position..self.position + bytes.len()) {
            target.copy_from_slice(bytes);
        }
        self.position += bytes.len();
    }

    /// Ends the stream and fills its last byte with zero bits. Returns the size of the stream in
    /// bytes, or `None` if the stream does not fit into the slice.
    pub(crate) fn finish(mut self) -> Option<usize> {
        self.align_to_byte();
        (self.position <= self.out.len()).then_some(self.position)
    }
}
