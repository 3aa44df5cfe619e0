//! The decoder for 64-bit machines against lz4_flex, for the unit tests and for fuzzing.

use super::wide;
use std::vec;

/// Takes some bytes for the size of the output and for how much of it is wanted, the others for a
/// block. Fails unless the decoder makes of it what lz4_flex does, and of one that lz4_flex does not
/// decode what that makes of the shortest part that gives what is wanted.
pub(crate) fn any(data: &[u8]) {
    let Some((&[a, b, c], input)) = data.split_first_chunk() else {
        return;
    };
    let size = usize::from(u16::from_le_bytes([a, b]) & 0xFFF);
    let wanted = size * usize::from(c) / 255;
    let mut out = vec![0xAA; size];
    let given = wide::decode(input, &mut out, wanted);
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
}
