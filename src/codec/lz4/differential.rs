//! The decoder for 64-bit machines against lz4_flex, for the unit tests and for fuzzing.

use super::wide;
use std::vec;
use std::vec::Vec;

/// Takes some bytes for the size of the output and for how much of it is wanted, the others for a
/// block. Fails unless the decoder makes of it what lz4_flex does, and of one that lz4_flex does not
/// decode what that makes of the shortest part that gives what is wanted; alone and among others.
pub(crate) fn any(data: &[u8]) {
    let Some((&[a, b, c], input)) = data.split_first_chunk() else {
        return;
    };
    let size = usize::from(u16::from_le_bytes([a, b]) & 0xFFF);
    let wanted = size * usize::from(c) / 255;
    let mut out = vec![0xAA; size];
    let given = wide::decode(input, input.len(), &mut out, size, wanted);
    let mut expected = vec![0x55; size];
    let mut other =
        |end: usize| lz4_flex::block::decompress_into(&input[..end], &mut expected).ok();
    let right = other(input.len()).or_else(|| {
        (0..input.len())
            .filter_map(&mut other)
            .find(|count| *count >= wanted)
    });
    assert_eq!(given, right);
    let count = right.unwrap_or(0);
    assert_eq!(out[..count], expected[..count]);
    for behind in [1, wide::SLACK, 3 * wide::SLACK] {
        let (given, out) = decode_among(input, size, wanted, behind);
        assert_eq!(given, right, "{behind}");
        assert_eq!(out[..count], expected[..count], "{behind}");
    }
}

/// Decodes a block that has so many bytes of others behind it, in the input and in the output.
fn decode_among(
    input: &[u8],
    size: usize,
    wanted: usize,
    behind: usize,
) -> (Option<usize>, Vec<u8>) {
    // They would decode, if they were the block's.
    let longer = [input, &[0x11; 3 * wide::SLACK][..behind]].concat();
    let mut out = vec![0xA5; size + behind];
    let given = wide::decode(&longer, input.len(), &mut out, size, wanted);
    let rest = &out[size..];
    let untouched = &rest[wide::SLACK.min(rest.len())..];
    assert!(untouched.iter().all(|byte| *byte == 0xA5));
    (given, out)
}
