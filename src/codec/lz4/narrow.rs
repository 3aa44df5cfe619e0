//! Decoder for 32-bit machines: one pass over the input, small enough for one that has little room
//! for code.

use super::super::words::{copy, copy_match};

/// Decodes one block into `out`; the rules are those of [`decode`](super::decode). `None` if it is
/// damaged.
pub(super) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Option<usize> {
    let mut block = Block {
        input,
        out,
        at: 0,
        given: 0,
    };
    let mut enough = None;
    while let Some(token) = block.byte() {
        if block.literals(token >> 4).is_none() {
            break;
        }
        // Every block ends in literals, if only in none.
        if block.at == input.len() {
            return Some(block.given);
        }
        // What follows is data or padding: if it does not decode, it is padding.
        if enough.is_none() && block.given >= wanted {
            enough = Some(block.given);
        }
        if block.copy(token & 15).is_none() {
            break;
        }
    }
    enough
}

/// A block that is being decoded: input up to `at` is used, output up to `given` is there.
struct Block<'a> {
    input: &'a [u8],
    out: &'a mut [u8],
    at: usize,
    given: usize,
}

impl Block<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// A length that begins with these four bits.
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

    #[inline(always)]
    fn literals(&mut self, nibble: u8) -> Option<()> {
        let length = self.length(nibble)?;
        let from = self.input.get(self.at..)?.get(..length)?;
        let to = self.out.get_mut(self.given..)?.get_mut(..length)?;
        copy(from, to);
        self.at += length;
        self.given += length;
        Some(())
    }

    #[inline(always)]
    fn copy(&mut self, nibble: u8) -> Option<()> {
        let distance = usize::from(self.byte()?) | usize::from(self.byte()?) << 8;
        let length = self.length(nibble)?.checked_add(4)?;
        if distance == 0 || distance > self.given || length > self.out.len() - self.given {
            return None;
        }
        copy_match(self.out, self.given, distance, length);
        self.given += length;
        Some(())
    }
}
