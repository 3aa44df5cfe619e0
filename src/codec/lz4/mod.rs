//! LZ4 blocks: no frame, no length, but perhaps padding behind the end.

#[cfg(feature = "std")]
mod check;
#[cfg(all(test, feature = "std", not(target_pointer_width = "32")))]
mod differential;
#[cfg(any(target_pointer_width = "32", test))]
mod narrow;
#[cfg(feature = "std")]
mod optimal;
#[cfg(not(target_pointer_width = "32"))]
mod wide;

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
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    decode_among(input, len, out, size, wanted)
}

/// Decodes the LZ4 block of `len` bytes at the start of `input` to the first `size` bytes of `out`, as
/// [`decode`] does. What lies behind those in `out` may change: it is faster where there is something
/// behind both.
#[inline]
pub(crate) fn decode_among(
    input: &[u8],
    len: usize,
    out: &mut [u8],
    size: usize,
    wanted: usize,
) -> Result<usize> {
    #[cfg(target_pointer_width = "32")]
    let given = narrow::decode(&input[..len], &mut out[..size], wanted);
    #[cfg(not(target_pointer_width = "32"))]
    let given = wide::decode(input, len, out, size, wanted);
    given.ok_or(ErrorKind::BlockData.into())
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
    fn what_lies_behind_a_block_is_no_part_of_it() {
        let block = text(700);
        let mut data = lz4_flex::block::compress(&block);
        let whole = data.len();
        data.extend_from_slice(&[0; 100]);
        for cut in 0..=whole {
            for (size, wanted) in [(700, 700), (700, 300), (500, 500)] {
                let mut alone = vec![0xAA; size];
                let mut among = vec![0x55; size + 100];
                let right = decode(&data[..cut], &mut alone, wanted);
                let given = decode_among(&data, cut, &mut among, size, wanted);
                assert_eq!(given, right, "{cut} {size} {wanted}");
                let count = right.unwrap_or(0);
                assert_eq!(among[..count], alone[..count]);
            }
        }
    }

    /// Blocks of all kinds, whole and damaged, into room that is right, too small and too large.
    #[cfg(all(feature = "std", not(target_pointer_width = "32")))]
    #[test]
    fn it_decodes_what_others_do() {
        use crate::codec::samples::{amount, lifelike, Random};
        let mut random = Random(43);
        for _ in 0..amount(600, 60) {
            let size = 1 + random.below(2500);
            let block = lifelike(&mut random, size);
            let data = lz4_flex::block::compress(&block);
            for wanted in [
                size,
                size + random.below(40),
                size - random.below(size.min(40)),
            ] {
                let mut case = (wanted as u16).to_le_bytes().to_vec();
                case.push(random.number() as u8 | random.number() as u8);
                case.extend_from_slice(&data);
                differential::any(&case);
                for _ in 0..3 {
                    let at = 2 + random.below(case.len() - 2);
                    case[at] ^= 1 << random.below(8);
                    differential::any(&case);
                }
                case.resize(case.len() + random.below(60), random.number() as u8);
                differential::any(&case);
            }
        }
    }

    /// Every distance and length that is copied in a way of its own, with all amounts of room.
    #[test]
    fn every_match_copies_as_byte_by_byte() {
        for distance in 1..80 {
            for length in 4..100 {
                for literals in [0, 1, 7, 40, 60] {
                    let mut block: Vec<u8> = (0..80).map(|i| i * 3 + 1).collect();
                    let mut data = vec![0xF0 | 15.min(length - 4) as u8, 80 - 15];
                    data.extend_from_slice(&block);
                    data.extend_from_slice(&(distance as u16).to_le_bytes());
                    if length >= 19 {
                        data.push((length - 19) as u8);
                    }
                    for _ in 0..length {
                        block.push(block[block.len() - distance]);
                    }
                    data.push(15.min(literals as u8) << 4);
                    if literals >= 15 {
                        data.push(literals as u8 - 15);
                    }
                    data.extend(0..literals as u8);
                    block.extend(0..literals as u8);
                    let mut out = vec![0xAA; block.len()];
                    assert_eq!(decode(&data, &mut out, block.len()), Ok(block.len()));
                    assert_eq!(out, block, "{distance} {length} {literals}");
                }
            }
        }
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
