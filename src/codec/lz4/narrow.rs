//! LZ4 decoder for 32-bit machines. It is small, because a PSP program has little space for code.
//! It decodes one sequence at a time: a token with the lengths, the literals and a match.

use super::super::narrow_copy::{copy, copy_match};

/// Decodes the block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. The meaning of `wanted`
/// is that of [`super::decode`].
#[inline]
pub(super) fn decode(
    input: &[u8],
    len: usize,
    out: &mut [u8],
    size: usize,
    wanted: usize,
) -> Option<usize> {
    decode_exactly(&input[..len], &mut out[..size], wanted)
}

fn decode_exactly(input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut block = Lz4Decoder {
        input,
        out,
        read: 0,
        written: 0,
    };
    let mut enough = None;
    while let Some(token) = block.byte() {
        if block.literals(token >> 4).is_none() {
            break;
        }
        // Every block ends after the literals of a sequence that has no match. The number of these
        // literals may be 0.
        if block.read == input.len() {
            return Some(block.written);
        }
        // If the output already has `wanted` bytes, the rest of the input may be padding. If it
        // cannot be decoded, the block is taken to end here.
        if enough.is_none() && block.written >= wanted {
            enough = Some(block.written);
        }
        if block.copy(token & 15).is_none() {
            break;
        }
    }
    enough
}

/// The state of decoding one LZ4 block.
struct Lz4Decoder<'a> {
    input: &'a [u8],
    out: &'a mut [u8],
    /// Number of bytes read from the input.
    read: usize,
    /// Number of bytes written to the output.
    written: usize,
}

impl Lz4Decoder<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.read)?;
        self.read += 1;
        Some(byte)
    }

    /// Returns a number of literals or the length of a match minus 4. `nibble` is its four bits in
    /// the token. Reads the length bytes if `nibble` is 15. Returns `None` if the input ends too
    /// early.
    #[inline(always)]
    fn length(&mut self, nibble: u8) -> Option<usize> {
        match nibble {
            15 => self.long_length(),
            _ => Some(nibble.into()),
        }
    }

    #[inline(never)]
    fn long_length(&mut self) -> Option<usize> {
        let mut length = 15usize;
        loop {
            let more = self.byte()?;
            length = length.checked_add(more.into())?;
            if more != 255 {
                return Some(length);
            }
        }
    }

    /// Copies the literals of a sequence. Returns `None` if they exceed the input or the output.
    #[inline(always)]
    fn literals(&mut self, nibble: u8) -> Option<()> {
        let length = self.length(nibble)?;
        let from = self.input.get(self.read..)?.get(..length)?;
        let to = self.out.get_mut(self.written..)?.get_mut(..length)?;
        copy(from, to);
        self.read += length;
        self.written += length;
        Some(())
    }

    /// Copies the match of a sequence. Returns `None` if its distance is invalid or if it exceeds
    /// the output.
    #[inline(always)]
    fn copy(&mut self, nibble: u8) -> Option<()> {
        let distance = usize::from(self.byte()?) | usize::from(self.byte()?) << 8;
        let length = self.length(nibble)?.checked_add(4)?;
        if distance == 0 || distance > self.written || length > self.out.len() - self.written {
            return None;
        }
        copy_match(self.out, self.written, distance, length);
        self.written += length;
        Some(())
    }
}
