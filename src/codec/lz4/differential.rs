//! Compares the LZ4 decoder for 64-bit machines with the decoder of the lz4_flex crate. A unit test
//! and a fuzz target call the comparison.

use super::wide;
use std::vec;
use std::vec::Vec;

/// Decodes any bytes as an LZ4 block with this library and with lz4_flex, and panics if the results
/// differ.
///
/// The first two bytes of `data` choose the size of the output, up to 4095 bytes. The third byte
/// chooses how many of the decoded bytes are wanted, from none (0) to all (255). The remaining
/// bytes are the block.
///
/// lz4_flex accepts no padding after a block. If it rejects the whole block, the expected result is
/// that of the shortest beginning of the block from which lz4_flex decodes the wanted number of
/// bytes. This library decodes the block alone, and also with other bytes after the block.
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

/// Decodes the block `input` with `following` more bytes after it, and with an output buffer of
/// `size + following` bytes. Returns the number of bytes decoded and the buffer. Panics if a byte
/// of the buffer changes that is more than [`wide::SLACK`] bytes after the first `size` bytes.
fn decode_with_following(
    input: &[u8],
    size: usize,
    wanted: usize,
    following: usize,
) -> (Option<usize>, Vec<u8>) {
    // As a part of the block, these bytes would be valid sequences. So the results differ if the
    // decoder uses them.
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

    /// Compares the decoders with intact, damaged and padded blocks. The output buffer has the size
    /// of the decoded block, or is up to 39 bytes larger or smaller.
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
