//! Tests of `Inflater` with raw deflate streams and with zlib streams.

use std::vec;
use std::vec::Vec;

use crate::codec::inflate::Inflater;
use crate::error::ErrorKind;

fn block() -> Vec<u8> {
    (0..2048u32).map(|i| (i * i / 97) as u8).collect()
}

fn zlib(block: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(block, 6)
}

#[test]
fn wrapped_and_raw_streams_decode_with_and_without_trailing_bytes() {
    let block = block();
    let mut wrapped = zlib(&block);
    let mut raw = miniz_oxide::deflate::compress_to_vec(&block, 6);
    for _ in 0..2 {
        for input in [&wrapped, &raw] {
            let mut out = vec![0; 2048];
            assert_eq!(Inflater::new().decode_zlib(input, &mut out), Ok(2048));
            assert_eq!(out, block);
        }
        wrapped.extend_from_slice(&[0; 9]);
        raw.extend_from_slice(&[0; 9]);
    }
}

#[test]
fn a_wrong_checksum_and_damaged_data_are_different_errors() {
    let block = block();
    let mut wrong = zlib(&block);
    *wrong.last_mut().unwrap() ^= 1;
    let cut = &zlib(&block)[..100];
    let without = &zlib(&block)[..zlib(&block).len() - 4];
    let kind = |input: &[u8]| {
        let mut out = vec![0; 2048];
        let error = Inflater::new().decode_zlib(input, &mut out).unwrap_err();
        error.kind()
    };
    assert_eq!(kind(&wrong), ErrorKind::Checksum);
    assert_eq!(kind(without), ErrorKind::Checksum);
    assert_eq!(kind(cut), ErrorKind::BlockData);
}

#[test]
fn an_output_that_is_too_small_is_an_error() {
    let input = zlib(&block());
    let mut out = vec![0; 2047];
    let error = Inflater::new().decode_zlib(&input, &mut out).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BlockData);
}
