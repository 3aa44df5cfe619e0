//! A writer of bits, the lowest of each byte first, into a room of fixed size.

pub(crate) struct BitWriter<'a> {
    out: &'a mut [u8],
    /// Whole bytes written to `out`, or wanted: it goes past the room when that is too small.
    position: usize,
    buffer: u64,
    /// Bits of `buffer` in use, below 8 between calls of `flush`.
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

    /// Adds bits, at most 56 between two flushes; those of `value` above `count` must be zero.
    #[inline(always)]
    pub(crate) fn add(&mut self, value: u32, count: u32) {
        self.buffer |= u64::from(value) << self.count;
        self.count += count;
    }

    /// Moves whole bytes from the buffer to the room.
    #[inline(always)]
    pub(crate) fn flush(&mut self) {
        let bytes = self.buffer.to_le_bytes();
        let whole = (self.count / 8) as usize;
        let rest = self.out.get_mut(self.position..).unwrap_or_default();
        if let Some(place) = rest.first_chunk_mut::<8>() {
            *place = bytes;
        } else {
            for (place, byte) in rest.iter_mut().zip(&bytes[..whole]) {
                *place = *byte;
            }
        }
        self.position += whole;
        self.buffer >>= self.count & !7;
        self.count &= 7;
    }

    pub(crate) fn put(&mut self, value: u32, count: u32) {
        self.add(value, count);
        self.flush();
    }

    pub(crate) fn align_to_byte(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Copies whole bytes; the writer must stand at the start of one.
    pub(crate) fn copy(&mut self, bytes: &[u8]) {
        if let Some(place) = self.out.get_mut(self.position..self.position + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        self.position += bytes.len();
    }

    /// Fills the last byte up with zeros; how many bytes were written, or `None` if they do not fit.
    pub(crate) fn finish(mut self) -> Option<usize> {
        self.align_to_byte();
        (self.position <= self.out.len()).then_some(self.position)
    }
}
