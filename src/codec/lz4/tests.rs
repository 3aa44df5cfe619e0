//! Tests of the LZ4 decoders. On 64-bit machines, most blocks are decoded with the decoder for
//! 64-bit machines and with the decoder for 32-bit machines.

use super::*;
use std::vec;
use std::vec::Vec;

/// Returns `len` bytes of text that can be compressed, because it repeats words.
pub(super) fn text(len: usize) -> Vec<u8> {
    (0..len)
        .map(|i| b"the sector and the block"[i * i % 23 % 24])
        .collect()
}

/// Decodes the block `input` to `out` with the decoder that this machine uses and with the decoder
/// for 32-bit machines. Returns the result, and panics if the results of the two decoders differ.
/// `wanted` is the number of decoded bytes after which the rest of `input` may be padding.
pub(super) fn decode_with_both(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    let mut other = vec![0xAA; size];
    let count = decode(input, out, wanted);
    let other_count = narrow::decode(input, len, &mut other, size, wanted);
    assert_eq!(other_count, count.ok());
    if let Ok(count) = count {
        assert_eq!(out[..count], other[..count]);
    }
    count
}

#[test]
fn padding_after_the_data_is_ignored() {
    for len in [1, 5, 12, 13, 300, 2048] {
        let block = text(len);
        let data = lz4_flex::block::compress(&block);
        for padding in 0..70 {
            let mut padded = data.clone();
            padded.resize(data.len() + padding, 0);
            let mut out = vec![0xAA; len];
            let count = decode_with_both(&padded, &mut out, len);
            assert_eq!(count, Ok(len), "{len} bytes, {padding} bytes of padding");
            assert_eq!(out, block);
        }
    }
}

#[test]
fn any_bytes_may_follow_a_block_shorter_than_the_output() {
    let block = text(700);
    let data = lz4_flex::block::compress(&block);
    for filler in [0x00, 0x01, 0x5A, 0xFF] {
        for padding in 0..300 {
            let mut padded = data.clone();
            padded.resize(data.len() + padding, filler);
            let mut out = vec![0xAA; 2048];
            let count = decode_with_both(&padded, &mut out, 700).unwrap();
            assert!(count >= 700, "{padding} bytes of {filler:#x}");
            assert_eq!(out[..700], block);
        }
    }
}

#[test]
fn truncated_and_invalid_blocks_fail_or_decode_to_fewer_bytes() {
    let block = text(2048);
    let data = lz4_flex::block::compress(&block);
    let mut out = vec![0; 2048];
    for cut in 0..data.len() {
        match decode_with_both(&data[..cut], &mut out, 2048) {
            Ok(count) => assert!(count < 2048),
            Err(e) => assert_eq!(e.kind(), ErrorKind::BlockData),
        }
    }
    assert!(decode_with_both(&[0xFF; 600], &mut out, 2048).is_err());
}

#[test]
fn bytes_after_a_block_do_not_change_the_result() {
    let block = text(700);
    let mut data = lz4_flex::block::compress(&block);
    let whole = data.len();
    data.extend_from_slice(&[0; 100]);
    for cut in 0..=whole {
        for (size, wanted) in [(700, 700), (700, 300), (500, 500)] {
            let mut alone = vec![0xAA; size];
            let mut with_slack = vec![0x55; size + 100];
            let expected = decode_with_both(&data[..cut], &mut alone, wanted);
            let count = decode_with_slack(&data, cut, &mut with_slack, size, wanted);
            assert_eq!(count, expected, "{cut} of {whole} bytes, {wanted} wanted");
            let count = expected.unwrap_or(0);
            assert_eq!(with_slack[..count], alone[..count]);
        }
    }
}

/// Decodes blocks of 80 literals, a match and `literals` more literals. The decoders have several
/// ways to copy a match. The distance and the length of the match decide which one is used. The
/// number of literals after the match decides whether the fast loop has enough space. The expected
/// bytes are computed one by one.
#[test]
fn every_match_copies_like_a_byte_by_byte_loop() {
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
                let count = decode_with_both(&data, &mut out, block.len());
                assert_eq!(count, Ok(block.len()));
                assert_eq!(
                    out, block,
                    "distance {distance}, length {length}, then {literals} literals"
                );
            }
        }
    }
}

#[test]
fn both_decoders_agree_on_damaged_blocks() {
    let mut out = vec![0; 700];
    for distance in [1, 2, 3, 4, 5, 9, 40] {
        let block: Vec<u8> = (0..700).map(|i| (i % distance * 7) as u8).collect();
        let data = lz4_flex::block::compress(&block);
        assert_eq!(decode_with_both(&data, &mut out, 700), Ok(700));
        assert_eq!(out, block);
        for at in 0..data.len() {
            for value in [0, 1, 0x0F, 0x10, 0x7F, 0xF0, 0xFF] {
                let mut damaged = data.clone();
                damaged[at] = value;
                for wanted in [0, 300, 700] {
                    // A damaged block may be accepted or rejected, so the result is ignored. The
                    // call panics if the results of the two decoders differ.
                    let _ = decode_with_both(&damaged, &mut out, wanted);
                }
            }
        }
    }
}
