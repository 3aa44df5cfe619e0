//! LZ4 decoder for 32-bit machines. Its code is small, because a PSP program has little memory. It
//! decodes one sequence after the other. A sequence has a token with the lengths, then literals,
//! then a match, which is a copy of earlier output.

use super::super::narrow_copy::{copy, copy_match};

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded, or `None` if the block is damaged. [`super::decode`]
/// explains `wanted`.
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
        // The last sequence of every block has no match, so a block that ends here is complete. Its
        // last sequence may have 0 literals.
        if block.read == input.len() {
            return Some(block.written);
        }
        // The output may already have `wanted` bytes. The rest of the input is then either a part
        // of the block or padding. Padding usually cannot be decoded. In this case, the block ends
        // here.
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

    /// Reads the rest of a length and returns the whole length: the number of literals of a
    /// sequence, or the number of bytes of its match minus 4. `nibble` is the part of the length in
    /// the four bits of the token. If `nibble` is 15, length bytes follow, which are added. Returns
    /// `None` if `input` ends too early.
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

    /// Copies the literals of a sequence from `input` to `out`. `nibble` is the high half of the
    /// sequence's token. Returns `None` if the literals extend past the end of `input` or `out`.
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

    /// Copies the match of a sequence within `out`. `nibble` is the low half of the sequence's
    /// token. Returns `None` if the distance is invalid, if the match extends past the end of
    /// `out`, or if `input` ends too early.
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
