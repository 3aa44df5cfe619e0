//! LZ4 blocks: no frame, no length, but perhaps padding behind the end.

#[cfg(feature = "std")]
mod check;
#[cfg(any(target_pointer_width = "32", test))]
mod narrow;
#[cfg(feature = "std")]
mod optimal;

use crate::error::{ErrorKind, Result};
#[cfg(feature = "std")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
pub(crate) use check::gives;
#[cfg(feature = "std")]
use core::sync::atomic::AtomicBool;
#[cfg(feature = "std")]
use optimal::Optimal;

/// Decodes one LZ4 block into `out` and returns how many bytes it gave.
///
/// `wanted` is the fewest bytes that the block must give: of an input that goes on behind its
/// data, no more is decoded than it takes to give them.
#[cfg(target_pointer_width = "32")]
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    narrow::decode(input, out, wanted).ok_or(ErrorKind::BlockData.into())
}

/// Decodes one LZ4 block into `out` and returns how many bytes it gave.
///
/// `wanted` is the fewest bytes that the block must give: of an input that goes on behind its
/// data, no more is decoded than it takes to give them.
#[cfg(not(target_pointer_width = "32"))]
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    if let Ok(count) = lz4_flex::block::decompress_into(input, out) {
        return Ok(count);
    }
    // lz4_flex takes all its input for data. Padding is rare (images over 2 GiB), so only now is
    // it worth a walk over the sequences to find where the data may end.
    let end = data_end(input, wanted, out.len()).ok_or(ErrorKind::BlockData)?;
    lz4_flex::block::decompress_into(&input[..end], out).map_err(|_| ErrorKind::BlockData.into())
}

/// Where the first literals end that bring the output to `wanted` bytes or more, but to no more
/// than `full`. Every block ends in literals, if only in none, so the data does not end before.
#[cfg(not(target_pointer_width = "32"))]
fn data_end(input: &[u8], wanted: usize, full: usize) -> Option<usize> {
    let mut at = 0;
    let mut given = 0usize;
    loop {
        let (token, after_token) = byte(input, at)?;
        let (literals, after) = length(input, token >> 4, after_token)?;
        given = given.checked_add(literals)?;
        at = after.checked_add(literals)?;
        if at > input.len() || given > full {
            return None;
        }
        if given >= wanted {
            return Some(at);
        }
        let (copied, after) = length(input, token & 15, at + 2)?;
        given = given.checked_add(copied)?.checked_add(4)?;
        at = after;
    }
}

/// A length whose first four bits are `nibble`: the length, and where it ends.
#[cfg(not(target_pointer_width = "32"))]
fn length(input: &[u8], nibble: u8, mut at: usize) -> Option<(usize, usize)> {
    let mut length = usize::from(nibble);
    if nibble == 15 {
        loop {
            let (more, next) = byte(input, at)?;
            length = length.checked_add(usize::from(more))?;
            at = next;
            if more != 255 {
                break;
            }
        }
    }
    Some((length, at))
}

#[cfg(not(target_pointer_width = "32"))]
fn byte(input: &[u8], at: usize) -> Option<(u8, usize)> {
    input.get(at).map(|byte| (*byte, at + 1))
}

/// An encoder of one level, to be used for many blocks.
#[cfg(feature = "std")]
pub(crate) enum Encoder {
    Fast,
    Optimal(Box<Optimal>),
}

#[cfg(feature = "std")]
impl Encoder {
    /// An encoder for blocks of up to `max_block` bytes. `level` is 1 to 10.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        let depth = match level {
            0..=3 => return Encoder::Fast,
            4 => 16,
            5 => 64,
            // More than this changes nothing in a small block.
            6..=9 => 1024,
            _ => 4096,
        };
        Encoder::Optimal(Box::new(Optimal::new(depth, max_block)))
    }

    /// Encodes `block` into `out` and returns how many bytes that took. `None` where `out` is too
    /// small for what this encoder might write, where more than `target` bytes are likely if that
    /// is less than the block, or when `stop` says that nobody wants it any more.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        target: usize,
        stop: &AtomicBool,
    ) -> Option<usize> {
        match self {
            Encoder::Fast => fast(block, out),
            Encoder::Optimal(_) if target < block.len() && !may_reach(target, block, out) => None,
            Encoder::Optimal(optimal) => optimal.encode(block, out, stop),
        }
    }
}

#[cfg(feature = "std")]
fn fast(block: &[u8], out: &mut [u8]) -> Option<usize> {
    lz4_flex::block::compress_into(block, out).ok()
}

/// Whether the smallest encoding may have `target` bytes or less. Of real data it is 2 to 20 %
/// smaller than the fastest one.
#[cfg(feature = "std")]
fn may_reach(target: usize, block: &[u8], room: &mut [u8]) -> bool {
    fast(block, room).is_none_or(|len| len / 4 * 3 <= target)
}

/// Room that [`Encoder::encode`] wants for `len` bytes.
#[cfg(feature = "std")]
pub(crate) fn bound(len: usize) -> usize {
    lz4_flex::block::get_maximum_output_size(len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn text(len: usize) -> Vec<u8> {
        (0..len)
            .map(|i| b"the sector and the block"[i * i % 23 % 24])
            .collect()
    }

    /// Both decoders, which must agree.
    fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
        let mut other = vec![0xAA; out.len()];
        let given = super::decode(input, out, wanted);
        assert_eq!(narrow::decode(input, &mut other, wanted), given.ok());
        if let Ok(given) = given {
            assert_eq!(out[..given], other[..given]);
        }
        given
    }

    /// Every level, read back by C lz4, by lz4_flex and by the check.
    #[cfg(feature = "std")]
    #[test]
    fn every_level_reads_back() {
        use crate::codec::samples::{lifelike, Random};
        let mut random = Random(41);
        let stop = AtomicBool::new(false);
        for level in 1..=10 {
            let mut encoder = Encoder::new(level, 8192);
            for round in 0..80 {
                let size = 1 + random.below(8192);
                let block = match round % 4 {
                    0 => random.bytes(size, 2 + round),
                    _ => lifelike(&mut random, size),
                };
                let mut out = vec![0; bound(size)];
                let len = encoder.encode(&block, &mut out, size, &stop).unwrap();
                assert!(gives(&out[..len], &block), "{level} {size}");
                let mut back = vec![0xAA; size];
                assert_eq!(decode(&out[..len], &mut back, size), Ok(size));
                assert_eq!(back, block);
                back.fill(0x55);
                let given = lzzzz::lz4::decompress(&out[..len], &mut back).unwrap();
                assert_eq!((given, back), (size, block));
            }
        }
    }

    #[cfg(feature = "std")]
    #[test]
    fn what_is_not_wanted_is_not_encoded() {
        let block = text(2048);
        let mut out = vec![0; bound(2048)];
        for level in 4..=10 {
            let mut encoder = Encoder::new(level, 2048);
            let mut encode = |target, stop| {
                let stop = AtomicBool::new(stop);
                encoder.encode(&block, &mut out, target, &stop)
            };
            let len = encode(2048, false).unwrap();
            assert_eq!(encode(len, false), Some(len));
            assert_eq!(encode(len / 2, false), None);
            assert_eq!(encode(2048, true), None);
            assert_eq!(encode(2048, false), Some(len));
        }
    }

    #[test]
    fn padding_behind_the_data_is_left_alone() {
        for len in [1, 5, 12, 13, 300, 2048] {
            let block = text(len);
            let data = lz4_flex::block::compress(&block);
            for padding in 0..70 {
                let mut padded = data.clone();
                padded.resize(data.len() + padding, 0);
                let mut out = vec![0xAA; len];
                assert_eq!(decode(&padded, &mut out, len), Ok(len), "{len} {padding}");
                assert_eq!(out, block);
            }
        }
    }

    #[test]
    fn a_short_last_block_may_be_followed_by_anything() {
        let block = text(700);
        let data = lz4_flex::block::compress(&block);
        for filler in [0x00, 0x01, 0x5A, 0xFF] {
            for padding in 0..300 {
                let mut padded = data.clone();
                padded.resize(data.len() + padding, filler);
                let mut out = vec![0xAA; 2048];
                let given = decode(&padded, &mut out, 700).unwrap();
                assert!(given >= 700, "{filler} {padding}");
                assert_eq!(out[..700], block);
            }
        }
    }

    #[test]
    fn damage_is_an_error() {
        let block = text(2048);
        let data = lz4_flex::block::compress(&block);
        let mut out = vec![0; 2048];
        for cut in 0..data.len() {
            match decode(&data[..cut], &mut out, 2048) {
                Ok(count) => assert!(count < 2048),
                Err(e) => assert_eq!(e.kind(), ErrorKind::BlockData),
            }
        }
        assert!(decode(&[0xFF; 600], &mut out, 2048).is_err());
    }

    #[test]
    fn the_decoders_agree_on_what_is_damaged() {
        let mut out = vec![0; 700];
        for distance in [1, 2, 3, 4, 5, 9, 40] {
            let block: Vec<u8> = (0..700).map(|i| (i % distance * 7) as u8).collect();
            let data = lz4_flex::block::compress(&block);
            assert_eq!(decode(&data, &mut out, 700), Ok(700));
            assert_eq!(out, block);
            for at in 0..data.len() {
                for value in [0, 1, 0x0F, 0x10, 0x7F, 0xF0, 0xFF] {
                    let mut damaged = data.clone();
                    damaged[at] = value;
                    for wanted in [0, 300, 700] {
                        let _ = decode(&damaged, &mut out, wanted);
                    }
                }
            }
        }
    }
}
