//! Compares the LZ4 decoder for 64-bit machines with the decoder of the crate lz4_flex. The unit
//! tests and a fuzz target use this module.

use super::wide;
use std::vec;
use std::vec::Vec;

/// Decodes arbitrary bytes as an LZ4 block with the decoder for 64-bit machines and with lz4_flex.
/// Panics if the results differ.
///
/// The first two bytes of `data` select the size of the output, up to 4095 bytes. The third byte
/// selects how many of these bytes are wanted, from none (0) to all (255). The rest of `data` is
/// the block.
///
/// If lz4_flex decodes the whole block, its result is the expected one. Otherwise, the end of the
/// block may be padding, which lz4_flex does not accept. So lz4_flex then decodes the first 0, 1,
/// 2, ... bytes of the block, until the output has at least the wanted number of bytes. This is the
/// expected result.
///
/// The decoder for 64-bit machines decodes the block several times: without other bytes after the
/// block, and with 1, 32 and 96 other bytes. These other bytes must not change the result.
pub(crate) fn compare_with_lz4_flex(data: &[u8]) {
    let Some((&[a, b, c], input)) = data.split_first_chunk() else {
        return;
    };
    let size = usize::from(u16::from_le_bytes([a, b]) & 0xFFF);
    let wanted = size * usize::from(c) / 255;
    let mut out = vec![0xAA; size];
    let decoded = wide::decode(input, input.len(), &mut out, size, wanted);
    let mut expected_out = vec![0x55; size];
    let mut decode_prefix =
        |end: usize| lz4_flex::block::decompress_into(&input[..end], &mut expected_out).ok();
    let expected = decode_prefix(input.len()).or_else(|| {
        (0..input.len())
            .filter_map(&mut decode_prefix)
            .find(|count| *count >= wanted)
    });
    assert_eq!(decoded, expected);
    let count = expected.unwrap_or(0);
    assert_eq!(out[..count], expected_out[..count]);
    for following in [1, wide::SLACK, 3 * wide::SLACK] {
        let (decoded, out) = decode_with_following(input, size, wanted, following);
        assert_eq!(decoded, expected, "{following} bytes after the block");
        let (out, expected_out) = (&out[..count], &expected_out[..count]);
        assert_eq!(out, expected_out, "{following} bytes after the block");
    }
}

/// Decodes the block `input` to an output of `size` bytes. The buffers of the input and of the
/// output each have `following` more bytes. Returns the result of the decoder and the whole output
/// buffer. The decoder may change the next [`wide::SLACK`] bytes after the output. Panics if it
/// changes later bytes.
fn decode_with_following(
    input: &[u8],
    size: usize,
    wanted: usize,
    following: usize,
) -> (Option<usize>, Vec<u8>) {
    // The block is followed by bytes with the value 0x11, which is a token with one literal. If the
    // decoder read past the end of the block, it would decode this literal and return a wrong
    // result.
    let longer = [input, &[0x11; 3 * wide::SLACK][..following]].concat();
    let mut out = vec![0xA5; size + following];
    let decoded = wide::decode(&longer, input.len(), &mut out, size, wanted);
    let rest = &out[size..];
    let untouched = &rest[wide::SLACK.min(rest.len())..];
    assert!(untouched.iter().all(|byte| *byte == 0xA5));
    (decoded, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::samples::{amount, lifelike, Random};

    /// Compares the decoders for intact, damaged and padded blocks. The output has the same size as
    /// the decoded block, or is up to 39 bytes larger or smaller.
    #[test]
    fn the_decoder_for_64_bit_machines_agrees_with_lz4_flex() {
        let mut random = Random(43);
        for _ in 0..amount(600, 60) {
            let size = 1 + random.below(2500);
            let block = lifelike(&mut random, size);
            let data = lz4_flex::block::compress(&block);
            for out_size in [
                size,
                size + random.below(40),
                size - random.below(size.min(40)),
            ] {
                let mut case = (out_size as u16).to_le_bytes().to_vec();
                // The third byte of `case` selects how many bytes are wanted. It is made from two
                // random numbers, so that it is close to 255 in most cases. If it is small, most
                // damage is taken for padding.
                case.push(random.number() as u8 | random.number() as u8);
                case.extend_from_slice(&data);
                compare_with_lz4_flex(&case);
                for _ in 0..3 {
                    let at = 2 + random.below(case.len() - 2);
                    case[at] ^= 1 << random.below(8);
                    compare_with_lz4_flex(&case);
                }
                case.resize(case.len() + random.below(60), random.number() as u8);
                compare_with_lz4_flex(&case);
            }
        }
    }
}
