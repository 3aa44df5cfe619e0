//! Tests with damaged streams and with random bytes. The decoders must accept the same streams as
//! zlib-rs, and none that libdeflate rejects.

use std::vec;
use std::vec::Vec;

use crate::codec::inflate::differential::compare;

use super::{libdeflate, zlib, Decoders, Random};

/// The number of rounds of each test is divided by this number. The tests for MIPS and s390x run in
/// an emulator, which is slow, so they have fewer rounds.
const DIVISOR: usize = if cfg!(any(target_arch = "mips", target_arch = "s390x")) {
    5
} else {
    1
};

fn mutate(stream: &mut Vec<u8>, random: &mut Random) {
    let size = stream.len();
    match random.below(6) {
        0 => stream[random.below(size)] ^= 1 << random.below(8),
        1 => stream[random.below(size.min(80))] ^= 1 << random.below(8),
        2 => stream[random.below(size)] = random.next() as u8,
        3 => stream.truncate(random.below(size)),
        4 => {
            for _ in 0..3 {
                stream[random.below(size)] ^= 1 << random.below(8);
            }
        }
        _ => {
            let at = random.below(size);
            for byte in stream.iter_mut().skip(at).take(8) {
                *byte = random.next() as u8;
            }
        }
    }
}

#[test]
fn damaged_streams_are_accepted_or_rejected_like_by_other_decoders() {
    let rounds =
        std::env::var("INFLATE_MUTATIONS").map_or(40_000 / DIVISOR, |value| value.parse().unwrap());
    let mut random = Random(31);
    let mut decoders = Decoders::new();
    let mut accepted = 0;
    let mut streams: Vec<(Vec<u8>, usize)> = vec![];
    for _ in 0..60 {
        let size = [200, 600, 2048][random.below(3)];
        let data = random.mixed_data(size);
        streams.push((libdeflate(&data, 1 + random.below(12) as i32), size));
        streams.push((zlib(&data, 1 + random.below(9) as u32), size));
    }
    for round in 0..rounds {
        let (stream, size) = &streams[round % streams.len()];
        let mut stream = stream.clone();
        mutate(&mut stream, &mut random);
        accepted += usize::from(compare(&mut decoders, &stream, *size));
    }
    // A changed literal does not make a stream invalid, so many of the damaged streams are
    // accepted. If few were accepted, the test would compare few decoded bytes.
    assert!(accepted > rounds / 10, "{accepted}");
}

#[test]
fn random_bytes_are_accepted_or_rejected_like_by_other_decoders() {
    let mut random = Random(32);
    let mut decoders = Decoders::new();
    for round in 0..20_000 / DIVISOR {
        let mut stream: Vec<u8> = (0..random.below(200))
            .map(|_| random.next() as u8)
            .collect();
        if let Some(first) = stream.first_mut() {
            // Three of four streams begin with the bits of a last deflate block with dynamic codes.
            // Most of the code of a decoder is for such deflate blocks.
            *first = if round % 4 == 0 {
                *first
            } else {
                *first & !7 | 5
            };
        }
        compare(&mut decoders, &stream, 500);
    }
}
