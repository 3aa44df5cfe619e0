//! Verifies that encoded LZ4 blocks decode to the original blocks. The decoder in this file writes
//! no output, but compares each literal and each match with the original block. It shares no code
//! with the encoders, so that it does not repeat their errors.

/// Returns whether the whole `input` is an LZ4 block that decodes to `block` and obeys the format's
/// rules for the end of a block. If there are matches, the last one must end at least 5 bytes
/// before the end of `block` and must begin at least 12 bytes before the end of `block`.
pub(crate) fn decodes_to(input: &[u8], block: &[u8]) -> bool {
    let comparison = Comparison {
        input,
        block,
        done: 0,
    };
    comparison.run() == Some(true)
}

/// Smallest number of bytes from the end of the last match to the end of the block.
const LAST_LITERALS: usize = 5;
/// Smallest number of bytes from the beginning of the last match to the end of the block.
const LAST_MATCH: usize = 12;

/// A comparison of an encoded block (`input`) with the original block (`block`).
struct Comparison<'a> {
    /// The bytes of the encoded block that have not been read yet.
    input: &'a [u8],
    block: &'a [u8],
    /// Number of bytes at the start of `block` that have been compared so far.
    done: usize,
}

impl Comparison<'_> {
    /// Returns whether `input` decodes to `block` and obeys the rules for the end of a block.
    /// Returns `None` instead of `Some(false)` if `input` ends too early, decodes to more bytes
    /// than `block` has, or has a match that copies bytes from before the start of `block`.
    fn run(mut self) -> Option<bool> {
        let mut last_match = 0;
        let mut last_match_end = 0;
        loop {
            let token = self.byte()?;
            let count = self.length(token >> 4)?;
            let (literals, rest) = self.input.split_at_checked(count)?;
            self.input = rest;
            if literals != self.next(count)? {
                return Some(false);
            }
            self.done += count;
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

    /// Returns whether the next `length` bytes of the block are equal to the `length` bytes that
    /// begin `distance` bytes earlier. Returns `None` if one of the two byte ranges is not within
    /// the block.
    fn is_copy(&self, distance: usize, length: usize) -> Option<bool> {
        let from = self.done.checked_sub(distance)?;
        Some(self.next(length)? == &self.block[from..from + length])
    }

    /// Returns the next `count` bytes of the block, or `None` if the block has fewer bytes left.
    fn next(&self, count: usize) -> Option<&[u8]> {
        self.block.get(self.done..)?.get(..count)
    }

    /// Reads the next byte of the input. Returns `None` at the end of the input.
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.input.split_first()?;
        self.input = rest;
        Some(*byte)
    }

    /// Returns the number of literals of a sequence, or the length of its match minus 4. `nibble`
    /// is the value of the four bits that the token has for this number. If `nibble` is 15, length
    /// bytes are read from the input and added. Returns `None` if the input ends before the last
    /// length byte.
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

    fn encode_with_c_lz4(block: &[u8]) -> Vec<u8> {
        let mut out = vec![0; block.len() + block.len() / 100 + 64];
        let len = lzzzz::lz4::compress(block, &mut out, 1).unwrap();
        out.truncate(len);
        out
    }

    #[test]
    fn blocks_of_c_lz4_are_accepted() {
        let mut random = Random(31);
        for size in [1, 4, 12, 13, 14, 40, 300, 2048, 70_000] {
            for _ in 0..20 {
                let block = lifelike(&mut random, size);
                let encoded = encode_with_c_lz4(&block);
                assert!(decodes_to(&encoded, &block), "{size} bytes");
            }
            let zeros = vec![0; size];
            let encoded = encode_with_c_lz4(&zeros);
            assert!(decodes_to(&encoded, &zeros), "{size} zeros");
        }
    }

    #[test]
    fn damaged_blocks_are_accepted_only_if_lz4_flex_decodes_them_to_the_block() {
        let mut random = Random(32);
        let mut accepted = 0;
        for _ in 0..300 {
            let block = lifelike(&mut random, 600);
            let intact = encode_with_c_lz4(&block);
            for _ in 0..30 {
                let mut data = intact.clone();
                let at = random.below(data.len());
                data[at] ^= 1 << random.below(8);
                data.truncate(data.len() - random.below(2));
                let mut decoded = vec![0; 600];
                let count = lz4_flex::block::decompress_into(&data, &mut decoded);
                let expected = count.ok() == Some(600) && decoded == block;
                assert_eq!(decodes_to(&data, &block), expected);
                accepted += u32::from(expected);
            }
        }
        // Some damaged blocks still decode to the original block, so they must be accepted. For
        // example, a changed distance can lead to another occurrence of the same bytes.
        assert!(accepted > 0);
        assert!(!decodes_to(&[], b"x"));
        assert!(!decodes_to(&[0xFF; 40], &[0xFF; 600]));
    }

    #[test]
    fn a_match_in_the_last_twelve_bytes_is_refused() {
        // `late_match` has seven literals, a match of four bytes and five literals. The match
        // begins nine bytes before the end of the block, which is too late. `early_match` has nine
        // literals after the match, so the match begins 13 bytes before the end, which is allowed.
        let block = *b"abcdefgdefgX____YZ12";
        let late_match = [
            0x70, b'a', b'b', b'c', b'd', b'e', b'f', b'g', 4, 0, 0x50, b'X',
        ];
        let late_match = [&late_match[..], b"____"].concat();
        assert!(!decodes_to(&late_match, &block[..16]));
        let mut early_match = late_match.clone();
        early_match[10] = 0x90;
        early_match.extend_from_slice(b"YZ12");
        assert!(decodes_to(&early_match, &block));
    }
}
