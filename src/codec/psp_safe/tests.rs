//! Tests of the functions that check whether a PSP can decode a deflate stream. The tests use
//! streams of other encoders, damaged streams, and headers that are written bit by bit. If a
//! function reports that a stream is valid or invalid, the tests compare this with the result of
//! zlib-rs.

use super::{are_headers_psp_safe, is_psp_safe};
use crate::codec::samples::{amount, lifelike, Random};
use std::vec;
use std::vec::Vec;

/// Returns whether zlib-rs can decode `stream` up to the end of its last deflate block. Bytes after
/// the stream are ignored.
fn zlib_accepts(stream: &[u8]) -> bool {
    let mut zlib = flate2::Decompress::new(false);
    let mut out = vec![0u8; 1 << 16];
    loop {
        let before = (zlib.total_in(), zlib.total_out());
        let rest = &stream[before.0 as usize..];
        match zlib.decompress(rest, &mut out, flate2::FlushDecompress::None) {
            Err(_) => return false,
            Ok(flate2::Status::StreamEnd) => return true,
            Ok(_) if before == (zlib.total_in(), zlib.total_out()) => return false,
            Ok(_) => {}
        }
    }
}

fn zlib_stream(data: &[u8], level: u32) -> Vec<u8> {
    let mut stream = Vec::with_capacity(data.len() * 2 + 1000);
    flate2::Compress::new(flate2::Compression::new(level), false)
        .compress_vec(data, &mut stream, flate2::FlushCompress::Finish)
        .unwrap();
    stream
}

fn libdeflate_stream(data: &[u8], level: i32) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(level).unwrap();
    let mut compressor = libdeflater::Compressor::new(level);
    let mut stream = vec![0; compressor.deflate_compress_bound(data.len())];
    let size = compressor.deflate_compress(data, &mut stream).unwrap();
    stream.truncate(size);
    stream
}

fn zopfli_stream(data: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    let format = zopfli::Format::Deflate;
    zopfli::compress(zopfli::Options::default(), format, data, &mut stream).unwrap();
    stream
}

#[test]
fn streams_of_zlib_are_safe_and_some_of_other_encoders_are_not() {
    let mut random = Random(1);
    let mut unsafe_streams = [0; 3];
    for _ in 0..amount(600, 250) {
        let size = 1 + random.below(6000);
        let data = lifelike(&mut random, size);
        for level in [0, 1, 6, 9] {
            // All streams of zlib are safe, because zlib gives every code at least two codewords.
            assert_eq!(is_psp_safe(&zlib_stream(&data, level)), Some(true));
        }
        let others = [
            libdeflate_stream(&data, 6),
            miniz_oxide::deflate::compress_to_vec(&data, 8),
        ];
        for (stream, count) in others.iter().zip(&mut unsafe_streams) {
            let safe = is_psp_safe(stream).unwrap();
            assert_eq!(are_headers_psp_safe(stream), safe);
            *count += usize::from(!safe);
        }
        if size % 50 == 0 {
            unsafe_streams[2] += usize::from(!is_psp_safe(&zopfli_stream(&data)).unwrap());
        }
    }
    assert!(
        unsafe_streams.iter().sum::<usize>() > 0,
        "unsafe streams of libdeflate, miniz_oxide and Zopfli: {unsafe_streams:?}"
    );
}

#[test]
fn streams_of_several_deflate_blocks_are_checked() {
    let mut random = Random(2);
    for size in [65_536, 300_000] {
        let data = lifelike(&mut random, size);
        assert_eq!(is_psp_safe(&zlib_stream(&data, 9)), Some(true));
        let stream = libdeflate_stream(&data, 12);
        assert_eq!(Some(are_headers_psp_safe(&stream)), is_psp_safe(&stream));
        let noise = random.bytes(size, 256);
        assert_eq!(is_psp_safe(&zlib_stream(&noise, 9)), Some(true));
        assert_eq!(is_psp_safe(&libdeflate_stream(&noise, 9)), Some(true));
    }
}

#[test]
fn damaged_streams_are_valid_if_zlib_decodes_them() {
    let mut random = Random(3);
    let mut accepted = 0;
    let rounds = amount(10_000, 2000);
    for round in 0..rounds {
        let size = random.below(400);
        let data = lifelike(&mut random, size);
        let mut stream = match round % 4 {
            0 => zlib_stream(&data, 9),
            1 => libdeflate_stream(&data, 9),
            2 => libdeflate_stream(&data, 12),
            _ => zlib_stream(&data, 0),
        };
        match random.below(3) {
            0 => {
                let bit = random.below(stream.len() * 8);
                stream[bit / 8] ^= 1 << (bit % 8);
            }
            1 => {
                let at = random.below(stream.len().min(60));
                stream[at] = random.number() as u8;
            }
            _ => stream.truncate(random.below(stream.len())),
        }
        let is_valid = is_psp_safe(&stream).is_some();
        assert_eq!(is_valid, zlib_accepts(&stream), "{stream:02x?}");
        accepted += usize::from(is_valid);
    }
    assert!(
        accepted > rounds / 10,
        "{accepted} of {rounds} streams are valid"
    );
}

#[test]
fn random_bytes_are_valid_if_zlib_decodes_them() {
    let mut random = Random(4);
    for _ in 0..amount(30_000, 10_000) {
        let size = random.below(80);
        let mut stream = random.bytes(size, 256);
        if let Some(first) = stream.first_mut() {
            *first = *first & !7 | 0b101; // the last deflate block, dynamic
        }
        assert_eq!(is_psp_safe(&stream).is_some(), zlib_accepts(&stream));
    }
}

#[test]
fn truncated_streams_are_invalid_and_bytes_after_a_stream_are_ignored() {
    let data = lifelike(&mut Random(5), 3000);
    for stream in [zlib_stream(&data, 9), zlib_stream(&data, 0)] {
        for size in 0..stream.len() {
            assert_eq!(is_psp_safe(&stream[..size]), None);
        }
        let mut padded = stream.clone();
        padded.extend_from_slice(&[0xff; 9]);
        assert_eq!(is_psp_safe(&padded), Some(true));
    }
}

/// A deflate stream that a test writes bit by bit.
#[derive(Default)]
struct StreamBuilder {
    bytes: Vec<u8>,
    /// Number of bits that are already written.
    used: usize,
}

impl StreamBuilder {
    fn put(&mut self, value: u32, count: usize) -> &mut Self {
        for bit in 0..count {
            if self.used % 8 == 0 {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
        self
    }

    /// Returns the beginning of a stream: the first part of the header of a dynamic deflate block.
    /// This block is marked as the last block of the stream. The header announces `literals` code
    /// lengths for literals and match lengths, then `distances` code lengths for distances. The
    /// caller must add all these code lengths with [`length`](StreamBuilder::length).
    ///
    /// Code lengths are listed with the symbols 0, 1, 16 and 18, whose codewords have two bits
    /// each.
    fn header(literals: u32, distances: u32) -> Self {
        let mut bits = StreamBuilder::default();
        bits.put(0b101, 3)
            .put(literals - 257, 5)
            .put(distances - 1, 5);
        bits.put(18 - 4, 4);
        for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
            bits.put(
                if [0, 1, 16, 18].contains(&symbol) {
                    2
                } else {
                    0
                },
                3,
            );
        }
        bits
    }

    /// Adds one symbol to the list of code lengths. Symbol 0 stands for one code length of 0, and
    /// symbol 1 for one code length of 1. Symbol 16 repeats the last code length 3 + `extra` times.
    /// Symbol 18 stands for 11 + `extra` code lengths of 0. `extra` is ignored for symbols 0 and 1.
    fn length(&mut self, symbol: u32, extra: u32) -> &mut Self {
        match symbol {
            0 => self.put(0b00, 2),
            1 => self.put(0b10, 2),
            16 => self.put(0b01, 2).put(extra, 2),
            18 => self.put(0b11, 2).put(extra, 7),
            _ => unreachable!(),
        }
    }

    /// Returns the result of [`is_psp_safe`] for the stream. Panics if the stream is valid for only
    /// one of `is_psp_safe` and zlib-rs. Also panics if the stream is valid and
    /// [`are_headers_psp_safe`] returns another result than `is_psp_safe`.
    fn check(&self) -> Option<bool> {
        assert_eq!(
            is_psp_safe(&self.bytes).is_some(),
            zlib_accepts(&self.bytes)
        );
        let safe = is_psp_safe(&self.bytes);
        if let Some(safe) = safe {
            assert_eq!(are_headers_psp_safe(&self.bytes), safe);
        }
        safe
    }
}

/// Returns the beginning of a stream: a dynamic deflate block up to the code lengths of its
/// distance code. The caller must add `distances` code lengths, then the symbols of the block. In
/// the code for literals and match lengths, only the symbols 255 (a literal) and 256 (end of the
/// block) have codewords, of one bit each.
fn two_literals(distances: u32) -> StreamBuilder {
    let mut bits = StreamBuilder::header(257, distances);
    bits.length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0);
    bits
}

#[test]
fn complete_codes_with_separate_repeats_are_safe() {
    let mut bits = two_literals(2);
    bits.length(1, 0).length(1, 0).put(0, 1).put(1, 1);
    assert_eq!(bits.check(), Some(true));
}

#[test]
fn incomplete_distance_codes_are_unsafe() {
    let mut none = two_literals(1);
    none.length(0, 0).put(1, 1);
    assert_eq!(none.check(), Some(false));
    let mut single = two_literals(1);
    single.length(1, 0).put(1, 1);
    assert_eq!(single.check(), Some(false));
}

#[test]
fn a_single_literal_codeword_is_unsafe() {
    let mut bits = StreamBuilder::header(257, 2);
    bits.length(18, 127).length(18, 107).length(1, 0);
    bits.length(1, 0).length(1, 0).put(0, 1);
    assert_eq!(bits.check(), Some(false));
}

#[test]
fn a_repeat_of_zeros_in_both_parts_is_unsafe() {
    // One repeat symbol stands for 12 code lengths of 0. The first of these lengths belongs to
    // symbol 257 of the code for literals and match lengths. The other eleven lengths belong to the
    // code for distances. A PSP cannot decode such a repeat symbol. In `separate`, two symbols
    // stand for the same 12 code lengths.
    let mut crossing = StreamBuilder::header(258, 13);
    crossing
        .length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0);
    crossing.length(18, 1).length(1, 0).length(1, 0).put(1, 1);
    assert_eq!(crossing.check(), Some(false));

    let mut separate = StreamBuilder::header(258, 13);
    separate
        .length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0);
    separate
        .length(0, 0)
        .length(18, 0)
        .length(1, 0)
        .length(1, 0)
        .put(1, 1);
    assert_eq!(separate.check(), Some(true));
}

#[test]
fn a_repeat_that_copies_the_last_literal_length_is_unsafe() {
    // Symbol 257 is the last symbol of the code for literals and match lengths. Its code length is
    // 0. Symbol 16 then copies this length three times to the code lengths for distances, which a
    // PSP cannot decode.
    let mut bits = StreamBuilder::header(258, 5);
    bits.length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0)
        .length(0, 0);
    bits.length(16, 0).length(1, 0).length(1, 0).put(1, 1);
    assert_eq!(bits.check(), Some(false));
}

#[test]
fn an_unsafe_header_of_a_later_deflate_block_is_found() {
    let data = vec![b'a'; 100];
    let mut zlib = flate2::Compress::new(flate2::Compression::new(9), false);
    let mut stream = Vec::with_capacity(1000);
    zlib.compress_vec(&data, &mut stream, flate2::FlushCompress::Full)
        .unwrap();
    let mut single = two_literals(1);
    single.length(1, 0).put(1, 1);
    stream.extend_from_slice(&single.bytes);
    assert!(zlib_accepts(&stream));
    assert_eq!(is_psp_safe(&stream), Some(false));
    assert!(!are_headers_psp_safe(&stream));
}
