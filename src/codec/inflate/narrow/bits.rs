//! The bit reader of the decoder for 32-bit machines.

/// A reader of the bits of a deflate stream. The next bit is the lowest one of `buffer`.
///
/// Past the end of the input, it reads zeros. [`Bits::overran`] returns whether such zeros were
/// consumed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    input: &'a [u8],
    /// The bytes of the input that are not in `buffer` yet.
    rest: &'a [u8],
    /// The next bits of the stream. Only the lowest `count` bits are available. The bits above them
    /// may be bits of the input or zeros.
    buffer: u32,
    /// Number of available bits in `buffer`, 0 to 31.
    count: u32,
    /// Number of zero bytes that were loaded past the end of the input.
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

    /// Makes at least `count` bits available. `count` must not be greater than 24.
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

    /// Does the same as [`need`](Self::need), but is not inlined. It makes the code small in places
    /// that are not critical for speed.
    #[inline(never)]
    pub(crate) fn need_once(&mut self, count: u32) {
        self.need(count);
    }

    /// Returns the number of available bits.
    #[inline(always)]
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the next bits without consuming them. The lowest bit is the first one. Only the
    /// lowest [`count`](Self::count) bits are valid.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u32 {
        self.buffer
    }

    /// Consumes `count` bits, which must be available.
    #[inline(always)]
    pub(crate) fn consume(&mut self, count: u32) {
        self.buffer >>= count & 31;
        self.count = self.count.wrapping_sub(count);
    }

    /// Consumes `count` bits, which must be available, and returns them as a number.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let value = self.buffer & !(u32::MAX << (count & 31));
        self.consume(count);
        value
    }

    /// Returns the number of input bytes of which at least one bit was consumed.
    pub(crate) fn read(&self) -> usize {
        self.input.len() - self.rest.len() + self.past - (self.count as usize >> 3)
    }

    /// Returns whether bits past the end of the input were consumed.
    pub(crate) fn overran(&self) -> bool {
        self.read() > self.input.len()
    }

    /// Skips to the next byte boundary, consumes `count` bytes and returns them. Returns `None` if
    /// the input has fewer bytes left.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let at = self.read();
        let (bytes, rest) = self.input.get(at..)?.split_at_checked(count)?;
        *self = Self {
            rest,
            ..Self::new(self.input)
        };
        Some(bytes)
    }
}

/// Returns the number of whole bytes that can be added to a buffer of `count` bits without
/// exceeding 31 bits.
#[inline(always)]
fn missing(count: u32) -> usize {
    ((count ^ 31) >> 3 & 3) as usize
}

/// Does the work of [`Bits::need`] at the end of the input. `count` is the number of bits in the
/// buffer, and `rest` is the last 0 to 3 bytes of the input. Returns the bits to add to the buffer,
/// the bytes of `rest` that do not fit, and the number of zero bytes that are added because `rest`
/// has too few bytes.
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
