//! Tests of both deflate decoders: with streams of other encoders, with streams that are written
//! bit by bit, and with damaged streams.

mod bit_writer;
mod damaged_streams;
mod inflater;
mod jobs;
mod other_encoders;
mod written_streams;

use std::vec;
use std::vec::Vec;

use super::differential::Decoders;
use super::job::{InflateError, InflateJob};
use super::{narrow, wide};

/// A generator of pseudo-random numbers with the algorithm xorshift*. The field is its state, which
/// must not be 0.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// Returns a pseudo-random number from 0 to `limit` (exclusive).
    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }

    /// Returns `size` bytes of mixed kinds, so that an encoder uses matches and codewords of many
    /// lengths. Some are random bytes, runs of one byte or copies of earlier bytes. Some are tables
    /// of numbers, or bytes of which small values are more frequent.
    fn mixed_data(&mut self, size: usize) -> Vec<u8> {
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
