//! The bit reader of the deflate decoder for 32-bit machines.

/// A reader of the bits of a deflate stream. After the last byte of the input, it reads bits that
/// are 0. [`Bits::overran`] returns whether such bits were consumed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    input: &'a [u8],
    /// The bytes of the input that have not been loaded to `buffer` yet.
    rest: &'a [u8],
    /// The next bits of the stream. The lowest bit is the first bit in the stream. Only the lowest
    /// `count` bits may be used. The higher bits are either bits of the input or 0.
    buffer: u32,
    /// Number of bits of `buffer` that may be used, 0 to 31.
    count: u32,
    /// Number of zero bytes that were loaded to `buffer` after the last byte of the input.
    past: usize,
}

impl<'a> Bits<'a> {
    #[inline(always)]
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            rest: input,
            buffer: 0,
            count: 0,
            past: 0,
        }
    }

    /// Loads bytes of the input to `buffer` so that at least `count` bits may be used. `count` must
    /// be at most 24.
    #[inline(always)]
    pub(crate) fn need(&mut self, count: u32) {
        if self.count >= count {
            return;
        }
        match self.rest.first_chunk() {
            Some(bytes) => {
                self.buffer |= u32::from_le_bytes(*bytes) << (self.count & 31);
                self.rest = &self.rest[missing(self.count)..];
            }
            None => {
                let (word, rest, past) = load_end(self.rest, self.count);
                self.buffer |= word;
                self.rest = rest;
                self.past += past;
            }
        }
        self.count |= 24;
    }

    /// Does the same as [`need`](Self::need), but is not inlined. Its calls take less code, so it
    /// is used where speed does not matter.
    #[inline(never)]
    pub(crate) fn need_once(&mut self, count: u32) {
        self.need(count);
    }

    /// Returns the number of loaded bits that have not been consumed.
    #[inline(always)]
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the next bits of the stream without consuming them. The lowest bit is the first bit
    /// in the stream. Only the lowest [`count`](Self::count) bits are valid.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u32 {
        self.buffer
    }

    /// Consumes the next `count` bits. `count` must be at most the number of loaded bits, which
    /// [`count`](Self::count) returns.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.buffer >>= count & 31;
        self.count = self.count.wrapping_sub(count);
    }

    /// Consumes the next `count` bits and returns them as a number. The lowest bit of the number is
    /// the first bit in the stream. `count` must be at most the number of loaded bits, which
    /// [`count`](Self::count) returns.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer & !(u32::MAX << (count & 31));
        self.consume(count);
        value
    }

    /// Returns the number of input bytes from which at least one bit was consumed. It is greater
    /// than the size of the input if bits after the end of the input were consumed.
    pub(crate) fn bytes_read(&self) -> usize {
        self.input.len() - self.rest.len() + self.past - (self.count as usize >> 3)
    }

    /// Returns whether bits after the end of the input were consumed. These bits are 0.
    pub(crate) fn overran(&self) -> bool {
        self.bytes_read() > self.input.len()
    }

    /// Skips the bits up to the next byte boundary, consumes `count` bytes and returns them.
    /// Returns `None` if fewer than `count` bytes of input are left.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let at = self.bytes_read();
        let (bytes, rest) = self.input.get(at..)?.split_at_checked(count)?;
        *self = Self {
            rest,
            ..Self::new(self.input)
        };
        Some(bytes)
    }
}

/// Returns the number of whole bytes that can be added to a buffer that already has `count` bits.
/// The buffer then has at most 31 bits.
#[inline(always)]
fn missing(count: u32) -> usize {
    ((count ^ 31) >> 3 & 3) as usize
}

/// Does the work of [`Bits::need`] if fewer than 4 bytes of the input are left. `rest` has the
/// bytes that are left, and `count` is the number of bits in the buffer.
///
/// Returns three values. The first has the new bits for the buffer, already shifted to their place.
/// The second has the bytes of `rest` that do not fit in the buffer. The third is the number of
/// zero bytes that are added because `rest` has too few bytes.
#[cold]
#[inline(never)]
fn load_end(rest: &[u8], count: u32) -> (u32, &[u8], usize) {
    let word = rest
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u32::from(byte));
    let wanted = missing(count);
    let given = wanted.min(rest.len());
    (word << (count & 31), &rest[given..], wanted - given)
}
