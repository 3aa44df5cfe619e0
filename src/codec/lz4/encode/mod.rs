//! LZ4 encoders for the compression levels 1 to 10. Levels 1 to 3 use the fast encoder of the crate
//! lz4_flex. The higher levels use [`OptimalLz4`], which searches for the smallest encoding.

mod check;
mod optimal;

pub(crate) use check::decodes_to;

use alloc::boxed::Box;
use core::sync::atomic::AtomicBool;
use optimal::OptimalLz4;

/// An LZ4 encoder for one compression level. It can encode any number of blocks.
pub(crate) enum Lz4Encoder {
    Fast,
    Optimal(Box<OptimalLz4>),
}

impl Lz4Encoder {
    /// Creates an encoder for blocks of up to `max_block` bytes. `level` is 1 to 10. Higher levels
    /// take more time and can make smaller blocks.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        let tree_depth = match level {
            0..=3 => return Lz4Encoder::Fast,
            4 => 16,
            5 => 64,
            // Levels 6 to 9 use the same depth, because a deeper search does not make small blocks
            // smaller.
            6..=9 => 1024,
            _ => 4096,
        };
        Lz4Encoder::Optimal(Box::new(OptimalLz4::new(tree_depth, max_block)))
    }

    /// Encodes `block` into `out` and returns the number of bytes written to `out`. Returns `None`
    /// if the encoded block does not fit into `out`. [`compress_bound`] returns a size of `out`
    /// that is always sufficient.
    ///
    /// `target` is the largest encoded size, in bytes, that is useful to the caller. If `target` is
    /// less than the size of `block`, levels 4 to 10 estimate the encoded size first. If the
    /// encoded block would probably be larger than `target`, they return `None`. The returned size
    /// can still be greater than `target`.
    ///
    /// Another thread can set `stop` to end the encoding early. Levels 4 to 10 then return `None`.
    /// Levels 1 to 3 ignore `target` and `stop`.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        target: usize,
        stop: &AtomicBool,
    ) -> Option<usize> {
        match self {
            Lz4Encoder::Fast => encode_fast(block, out),
            Lz4Encoder::Optimal(_)
                if target < block.len() && !may_reach_target(target, block, out) =>
            {
                None
            }
            Lz4Encoder::Optimal(optimal) => optimal.encode(block, out, stop),
        }
    }
}

fn encode_fast(block: &[u8], out: &mut [u8]) -> Option<usize> {
    lz4_flex::block::compress_into(block, out).ok()
}

/// Returns whether the smallest encoding of `block` may have at most `target` bytes. This is an
/// estimate: `block` is encoded with the fast encoder, and the smallest encoding is assumed to have
/// at least three quarters of that size. The smallest encoding of real data is 2 to 20 % smaller
/// than the fast encoding. Overwrites `out`.
fn may_reach_target(target: usize, block: &[u8], out: &mut [u8]) -> bool {
    encode_fast(block, out).is_none_or(|len| len / 4 * 3 <= target)
}

/// Returns a size of `out`, in bytes, with which [`Lz4Encoder::encode`] can encode any block of
/// `len` bytes.
pub(crate) fn compress_bound(len: usize) -> usize {
    lz4_flex::block::get_maximum_output_size(len)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{decode_with_both, text};
    use super::*;
    use crate::codec::samples::{lifelike, Random};
    use std::vec;

    #[test]
    fn blocks_of_every_level_decode() {
        let mut random = Random(41);
        let stop = AtomicBool::new(false);
        for level in 1..=10 {
            let mut encoder = Lz4Encoder::new(level, 8192);
            for round in 0..80 {
                let size = 1 + random.below(8192);
                let block = match round % 4 {
                    0 => random.bytes(size, 2 + round),
                    _ => lifelike(&mut random, size),
                };
                let mut out = vec![0; compress_bound(size)];
                let len = encoder.encode(&block, &mut out, size, &stop).unwrap();
                assert!(
                    decodes_to(&out[..len], &block),
                    "level {level}, {size} bytes"
                );
                let mut decoded = vec![0xAA; size];
                let count = decode_with_both(&out[..len], &mut decoded, size);
                assert_eq!(count, Ok(size));
                assert_eq!(decoded, block);
                decoded.fill(0x55);
                let count = lzzzz::lz4::decompress(&out[..len], &mut decoded).unwrap();
                assert_eq!((count, decoded), (size, block));
            }
        }
    }

    #[test]
    fn a_stopped_encoder_and_one_that_misses_its_target_return_none() {
        let block = text(2048);
        let mut out = vec![0; compress_bound(2048)];
        for level in 4..=10 {
            let mut encoder = Lz4Encoder::new(level, 2048);
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
}
