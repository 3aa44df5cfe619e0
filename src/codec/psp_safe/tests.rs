//! The walker against other encoders' streams, another decoder's verdicts, and headers made by hand.
use super::{are_headers_psp_safe, is_psp_safe};
use crate::codec::samples::{amount, lifelike, Random};
use std::vec;
use std::vec::Vec;

/// What zlib says: whether `stream` is well formed up to the end of its final sub-block.
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
fn zlib_is_safe_and_the_others_are_not_always() {
    let mut random = Random(1);
    let mut unsafe_streams = [0; 3];
    for _ in 0..amount(600, 250) {
        let size = 1 + random.below(6000);
        let data = lifelike(&mut random, size);
        for level in [0, 1, 6, 9] {
            // zlib's codes have two codewords at least.
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
        "{unsafe_streams:?}"
    );
}

#[test]
fn large_streams() {
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
fn damaged_streams_are_judged_as_zlib_judges_them() {
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
        let well_formed = is_psp_safe(&stream).is_some();
        assert_eq!(well_formed, zlib_accepts(&stream), "{stream:02x?}");
        accepted += usize::from(well_formed);
    }
    assert!(accepted > rounds / 10, "{accepted}");
}

#[test]
fn noise_is_judged_as_zlib_judges_it() {
    let mut random = Random(4);
    for _ in 0..amount(30_000, 10_000) {
        let size = random.below(80);
        let mut stream = random.bytes(size, 256);
        if let Some(first) = stream.first_mut() {
            *first = *first & !7 | 0b101; // final and dynamic
        }
        assert_eq!(is_psp_safe(&stream).is_some(), zlib_accepts(&stream));
    }
}

#[test]
fn every_truncation_is_malformed() {
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

/// A stream written bit by bit.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

impl Bits {
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

    /// A final dynamic sub-block's header, whose code-length code gives the symbols 0, 1, 16 and 18 two bits each.
    fn header(literals: u32, distances: u32) -> Self {
        let mut bits = Bits::default();
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

    /// One symbol of the code-length code of `header`, with the value of its extra bits.
    fn length(&mut self, symbol: u32, extra: u32) -> &mut Self {
        match symbol {
            0 => self.put(0b00, 2),
            1 => self.put(0b10, 2),
            16 => self.put(0b01, 2).put(extra, 2),
            18 => self.put(0b11, 2).put(extra, 7),
            _ => unreachable!(),
        }
    }

    fn judged(&self) -> Option<bool> {
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

/// Literal/length lengths: symbols 255 and 256 have one bit each.
fn two_literals(distances: u32) -> Bits {
    let mut bits = Bits::header(257, distances);
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
    assert_eq!(bits.judged(), Some(true));
}

#[test]
fn incomplete_distance_codes_are_unsafe() {
    let mut none = two_literals(1);
    none.length(0, 0).put(1, 1);
    assert_eq!(none.judged(), Some(false));
    let mut single = two_literals(1);
    single.length(1, 0).put(1, 1);
    assert_eq!(single.judged(), Some(false));
}

#[test]
fn a_single_literal_codeword_is_unsafe() {
    let mut bits = Bits::header(257, 2);
    bits.length(18, 127).length(18, 107).length(1, 0);
    bits.length(1, 0).length(1, 0).put(0, 1);
    assert_eq!(bits.judged(), Some(false));
}

#[test]
fn zeros_across_the_boundary_are_unsafe() {
    // 258 literal/length lengths: the zero of symbol 257 and eleven zeros of distances in one repeat.
    let mut crossing = Bits::header(258, 13);
    crossing
        .length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0);
    crossing.length(18, 1).length(1, 0).length(1, 0).put(1, 1);
    assert_eq!(crossing.judged(), Some(false));

    let mut separate = Bits::header(258, 13);
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
    assert_eq!(separate.judged(), Some(true));
}

#[test]
fn a_repeat_that_copies_the_last_literal_length_is_unsafe() {
    // The lengths of symbols 255 and 256 are plain; the zero of symbol 257 is plain as well.
    let mut bits = Bits::header(258, 5);
    bits.length(18, 127)
        .length(18, 106)
        .length(1, 0)
        .length(1, 0)
        .length(0, 0);
    bits.length(16, 0).length(1, 0).length(1, 0).put(1, 1);
    assert_eq!(bits.judged(), Some(false));
}

#[test]
fn the_second_header_is_judged_too() {
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
