//! Whether an LZ4 block gives what it was made from: a decoder that writes nothing, but looks at
//! what should be there already. It has nothing in common with any encoder.

/// Whether `input`, all of it, is an LZ4 block that gives `block`, and ends as the format wants it:
/// with five literals or more, and without a match that begins in the last twelve bytes.
pub(crate) fn gives(input: &[u8], block: &[u8]) -> bool {
    let walk = Walk {
        input,
        block,
        done: 0,
    };
    walk.run() == Some(true)
}

const LAST_LITERALS: usize = 5;
const LAST_MATCH: usize = 12;

struct Walk<'a> {
    /// What was not looked at yet.
    input: &'a [u8],
    block: &'a [u8],
    /// So much of the block was given.
    done: usize,
}

impl Walk<'_> {
    /// `None` where the input ends too soon or gives too much.
    fn run(mut self) -> Option<bool> {
        let mut last_match = 0;
        let mut last_match_end = 0;
        loop {
            let token = self.byte()?;
            let literals = self.length(token >> 4)?;
            let (given, rest) = self.input.split_at_checked(literals)?;
            self.input = rest;
            if given != self.next(literals)? {
                return Some(false);
            }
            self.done += literals;
            if self.input.is_empty() {
                let n = self.block.len();
                let ends_well = last_match_end == 0
                    || last_match_end + LAST_LITERALS <= n && last_match + LAST_MATCH <= n;
                return Some(self.done == n && ends_well);
            }
            let distance = usize::from(self.byte()?) | usize::from(self.byte()?) << 8;
            let length = self.length(token & 15)?.checked_add(4)?;
            last_match = self.done;
            if distance == 0 || !self.is_copy(distance, length)? {
                return Some(false);
            }
            self.done += length;
            last_match_end = self.done;
        }
    }

    /// Whether the next bytes of the block are those so far before them.
    fn is_copy(&self, distance: usize, length: usize) -> Option<bool> {
        let from = self.done.checked_sub(distance)?;
        Some(self.next(length)? == &self.block[from..from + length])
    }

    fn next(&self, count: usize) -> Option<&[u8]> {
        self.block.get(self.done..)?.get(..count)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.input.split_first()?;
        self.input = rest;
        Some(*byte)
    }

    fn length(&mut self, nibble: u8) -> Option<usize> {
        let mut length = usize::from(nibble);
        if nibble == 15 {
            loop {
                let more = self.byte()?;
                length = length.checked_add(usize::from(more))?;
                if more != 255 {
                    break;
                }
            }
        }
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::samples::{lifelike, Random};
    use std::vec;
    use std::vec::Vec;

    fn packed(block: &[u8]) -> Vec<u8> {
        let mut out = vec![0; block.len() + block.len() / 100 + 64];
        let len = lzzzz::lz4::compress(block, &mut out, 1).unwrap();
        out.truncate(len);
        out
    }

    #[test]
    fn what_c_lz4_makes_is_right() {
        let mut random = Random(31);
        for size in [1, 4, 12, 13, 14, 40, 300, 2048, 70_000] {
            for _ in 0..20 {
                let block = lifelike(&mut random, size);
                assert!(gives(&packed(&block), &block), "{size}");
            }
            assert!(gives(&packed(&vec![0; size]), &vec![0; size]), "{size}");
        }
    }

    /// As the other decoder has it: it gives the block, or it does not.
    #[test]
    fn it_agrees_with_a_decoder_on_what_is_damaged() {
        let mut random = Random(32);
        let mut rights = 0;
        for _ in 0..300 {
            let block = lifelike(&mut random, 600);
            let good = packed(&block);
            for _ in 0..30 {
                let mut data = good.clone();
                let at = random.below(data.len());
                data[at] ^= 1 << random.below(8);
                data.truncate(data.len() - random.below(2));
                let mut back = vec![0; 600];
                let given = lz4_flex::block::decompress_into(&data, &mut back);
                let right = given.ok() == Some(600) && back == block;
                assert_eq!(gives(&data, &block), right);
                rights += u32::from(right);
            }
        }
        // A match may come from somewhere else with the same bytes.
        assert!(rights > 0);
        assert!(!gives(&[], b"x"));
        assert!(!gives(&[0xFF; 40], &[0xFF; 600]));
    }

    #[test]
    fn an_end_that_old_decoders_cannot_read_is_wrong() {
        // Seven literals, four copied bytes, and then five or four literals.
        let twelve = *b"abcdefgdefgX____";
        let block = |n: usize| twelve[..n].to_vec();
        let early = [
            0x70, b'a', b'b', b'c', b'd', b'e', b'f', b'g', 4, 0, 0x50, b'X',
        ];
        let early = [&early[..], b"____"].concat();
        assert!(!gives(&early, &block(16)), "a match in the last twelve");
        let block = *b"abcdefgdefgX____YZ12";
        let mut good = early.clone();
        good[10] = 0x90;
        good.extend_from_slice(b"YZ12");
        assert!(gives(&good, &block));
    }
}
