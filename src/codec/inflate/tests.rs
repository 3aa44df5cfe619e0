//! Both decoders against independent encoders and decoders, and against hostile input.

mod bit_writer;
mod hostile;
mod requests;
mod round_trips;
mod streams;

use std::vec;
use std::vec::Vec;

use super::{narrow, wide, Decoded, InflateError, Job};

/// Decodes with every decoder, alone and in either lane of a request, and returns what they agree on.
struct Decoders {
    wide: wide::Decoder,
    narrow: narrow::Decoder,
    /// A stream that is decoded beside the one in question, and what it yields.
    companion: (Vec<u8>, Vec<u8>),
}

impl Decoders {
    fn new() -> Self {
        let data = Random(7).text(3000);
        Self {
            wide: wide::Decoder::new(),
            narrow: narrow::Decoder::new(),
            companion: (libdeflate(&data, 9), data),
        }
    }

    /// Decodes a stream that yields at most `room` bytes.
    fn decode(&mut self, input: &[u8], room: usize) -> Result<(Decoded, Vec<u8>), InflateError> {
        // What lies behind the room must survive.
        let mut out = vec![0xa5; room + 64];
        let wide = self.wide.decode(input, &mut out[..room]);
        assert!(out[room..].iter().all(|&byte| byte == 0xa5));
        let mut other = vec![0x5a; room];
        let narrow = self.narrow.decode(input, &mut other);
        assert_eq!(wide, narrow);
        let written = wide.map_or(room, |decoded| decoded.written);
        if wide.is_ok() {
            assert_eq!(out[..written], other[..written]);
        }
        let expected = wide.map(|_| &out[..written]);
        for first in [true, false] {
            self.decode_beside(input, expected, room, first);
        }
        out.truncate(written);
        wide.map(|decoded| (decoded, out))
    }

    /// Decodes the stream in one lane and the companion in the other.
    fn decode_beside(
        &mut self,
        stream: &[u8],
        expected: Result<&[u8], InflateError>,
        room: usize,
        first: bool,
    ) {
        let (companion, companion_data) = &self.companion;
        let streams = if first {
            [stream, &companion[..]]
        } else {
            [&companion[..], stream]
        };
        let input = streams.concat();
        let split = streams[0].len() as u32;
        let size = expected.map_or(room, <[u8]>::len);
        let sizes = if first {
            [size, companion_data.len()]
        } else {
            [companion_data.len(), size]
        };
        let jobs = [
            Job {
                input: 0..split,
                output: 0..sizes[0] as u32,
            },
            Job {
                input: split..input.len() as u32,
                output: sizes[0] as u32..(sizes[0] + sizes[1]) as u32,
            },
        ];
        let mut out = vec![0; sizes[0] + sizes[1]];
        let decoded = self.wide.decode_many(&input, &jobs, &mut out);
        let (in_first, in_second) = out.split_at(sizes[0]);
        let (mine, its) = if first {
            (in_first, in_second)
        } else {
            (in_second, in_first)
        };
        match expected {
            Ok(data) => {
                assert_eq!(decoded, Ok(()));
                assert_eq!(mine, data);
            }
            Err(error) => assert_eq!(decoded, Err((usize::from(!first), error))),
        }
        if !first || expected.is_ok() {
            assert_eq!(its, companion_data);
        }
    }
}

/// A small deterministic generator (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }

    /// Words, tables, runs and noise in turn: something for every kind of match and code.
    fn text(&mut self, size: usize) -> Vec<u8> {
        let mut data: Vec<u8> = Vec::new();
        while data.len() < size {
            let length = 1 + self.below(60);
            match self.below(8) {
                0 => data.extend((0..length).map(|_| self.next() as u8)),
                1 => data.resize(data.len() + length * 6, self.below(4) as u8),
                2 | 3 if data.len() > 10 => {
                    let distance = 1 + self.below(data.len().min(30000));
                    for _ in 0..length * 2 {
                        data.push(data[data.len() - distance]);
                    }
                }
                4 => data.extend((0..length as u32).flat_map(|row| (row * 771).to_le_bytes())),
                _ => {
                    let skew = 2 + self.below(200);
                    data.extend(
                        (0..length)
                            .map(|_| (self.below(skew) * self.below(skew) / skew) as u8 + 40),
                    );
                }
            }
        }
        data.truncate(size);
        data
    }
}

fn libdeflate(data: &[u8], level: i32) -> Vec<u8> {
    let mut encoder =
        libdeflater::Compressor::new(libdeflater::CompressionLvl::new(level).unwrap());
    let mut stream = vec![0; encoder.deflate_compress_bound(data.len())];
    let size = encoder.deflate_compress(data, &mut stream).unwrap();
    stream.truncate(size);
    stream
}

fn zlib(data: &[u8], level: u32) -> Vec<u8> {
    use std::io::Write;
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
