//! Tests that the decoders accept the streams of three other encoders: libdeflate, zlib-rs and
//! miniz_oxide.

use std::vec::Vec;

use super::{libdeflate, zlib, Decoders, InflateError, Random};

/// Returns the deflate streams that the three encoders create from `data`, one for each of their
/// compression levels.
fn encode(data: &[u8]) -> Vec<Vec<u8>> {
    let mut streams: Vec<Vec<u8>> = (0..=12).map(|level| libdeflate(data, level)).collect();
    streams.extend((0..=9).map(|level| zlib(data, level)));
    streams.extend((0..=10).map(|level| miniz_oxide::deflate::compress_to_vec(data, level)));
    streams
}

#[test]
fn streams_of_all_encoders_and_levels_decode() {
    let mut decoders = Decoders::new();
    for (seed, size) in [
        0, 1, 30, 2048, 2048, 2048, 2048, 8192, 8192, 16384, 16384, 65536,
    ]
    .into_iter()
    .enumerate()
    {
        let data = Random(seed as u64 + 11).mixed_data(size);
        for stream in encode(&data) {
            let (decoded, out) = decoders.decode(&stream, size).unwrap();
            assert!(out == data);
            assert_eq!(decoded.read, stream.len());
            if size > 0 {
                assert_eq!(
                    decoders.decode(&stream, size - 1),
                    Err(InflateError::OutputFull)
                );
            }
        }
    }
}

#[test]
fn a_stream_cut_at_any_byte_is_truncated() {
    let mut decoders = Decoders::new();
    let data = Random(99).mixed_data(2048);
    for stream in [
        libdeflate(&data, 12),
        zlib(&data, 9),
        zlib(&data, 0),
        miniz_oxide::deflate::compress_to_vec(&data, 1),
    ] {
        for size in 0..stream.len() {
            assert_eq!(
                decoders.decode(&stream[..size], data.len()),
                Err(InflateError::Truncated)
            );
        }
    }
}
