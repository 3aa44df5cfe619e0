//! LZ4 decoder for 32-bit machines. Its code is small, because a PSP program has little space for
//! code. The decoder decodes one sequence at a time. A sequence consists of a token with two
//! lengths, of literals, and of a match.

use super::super::narrow_copy::{copy, copy_match};

/// Decodes the block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. If at least `wanted`
/// bytes are decoded before an error, the rest of the block is taken for padding and the error is
/// ignored.
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
    // Number of bytes to return if the input cannot be decoded to its end. It is `None` until at
    // least `wanted` bytes are decoded.
    let mut enough = None;
    while let Some(token) = block.byte() {
        if block.literals(token >> 4).is_none() {
            break;
        }
        // The last sequence of a block has no match. So the block is complete if the input ends
        // after the literals. The last sequence may have 0 literals.
        if block.read == input.len() {
            return Some(block.written);
        }
        // Once `wanted` bytes are decoded, the rest of the input may be padding or a part of the
        // block. So the loop continues. If the rest cannot be decoded, it is padding and the block
        // ends here.
        if enough.is_none() && block.written >= wanted {
            enough = Some(block.written);
        }
        if block.copy(token & 15).is_none() {
            break;
        }
    }
    enough
}

/// An LZ4 block that is being decoded from `input` to `out`.
struct Lz4Decoder<'a> {
    input: &'a [u8],
    out: &'a mut [u8],
    /// Number of bytes read from `input` so far.
    read: usize,
    /// Number of bytes written to `out` so far.
    written: usize,
}

impl Lz4Decoder<'_> {
    /// Reads the next byte of the input. Returns `None` at the end of the input.
    #[inline(always)]
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.read)?;
        self.read += 1;
        Some(byte)
    }

    /// Returns the number of literals of a sequence, or the length of its match minus 4. `nibble`
    /// is the value of the four bits that the token has for this number. If `nibble` is 15, length
    /// bytes are read from the input and added. Returns `None` if the input ends before the last
    /// length byte.
    #[inline(always)]
    fn length(&mut self, nibble: u8) -> Option<usize> {
        match nibble {
            15 => self.long_length(),
            _ => Some(nibble.into()),
        }
    }

    /// Reads length bytes and returns their sum plus 15. The last length byte is the first one that
    /// is not 255. Returns `None` if the input ends before it.
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

    /// Copies the literals of a sequence from the input to the output. `nibble` is the value of the
    /// upper four bits of the token: the number of literals, or 15 if length bytes follow. Returns
    /// `None` if the input has fewer bytes left, or if the output has too little space left.
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

    /// Copies the match of a sequence within the output. `nibble` is the value of the lower four
    /// bits of the token. If it is less than 15, the length of the match is `nibble + 4`. If it is
    /// 15, length bytes follow. Returns `None` if the input ends too early or if the output has too
    /// little space left. Also returns `None` if the distance is 0 or greater than the number of
    /// bytes written.
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
