//! Streams made by hand: every kind of sub-block and every rule.

use std::vec;
use std::vec::Vec;

use super::bit_writer::BitWriter;
use super::{Decoders, InflateError, Random};

/// Decodes and compares; bytes behind the stream must not matter.
fn yields(stream: Vec<u8>, expected: &[u8]) {
    let mut decoders = Decoders::new();
    for padding in [0, 1, 20] {
        let mut input = stream.clone();
        input.resize(stream.len() + padding, 0xff);
        for room in [expected.len(), expected.len() + 1, expected.len() + 100] {
            let (decoded, out) = decoders.decode(&input, room).unwrap();
            assert_eq!(out, expected);
            assert_eq!(decoded.read, stream.len());
        }
        if !expected.is_empty() {
            assert_eq!(
                decoders.decode(&input, expected.len() - 1),
                Err(InflateError::OutputFull)
            );
        }
    }
    truncated(&stream, expected.len());
}

/// Without its last bytes a stream is truncated, wherever the cut is.
fn truncated(stream: &[u8], room: usize) {
    let mut decoders = Decoders::new();
    let step = 1 + stream.len() / 500;
    for size in (0..stream.len()).rev().step_by(step) {
        assert_eq!(
            decoders.decode(&stream[..size], room),
            Err(InflateError::Truncated),
            "{size}"
        );
    }
}

fn fails(stream: Vec<u8>, error: InflateError) {
    let mut input = stream;
    input.extend([0x55; 16]);
    assert_eq!(Decoders::new().decode(&input, 1000), Err(error));
}

/// Code lengths of a literal/length alphabet in which some symbols have codes.
fn lengths(codes: &[(usize, u8)]) -> Vec<u8> {
    let mut lengths = vec![0; 286];
    for &(symbol, length) in codes {
        lengths[symbol] = length;
    }
    lengths
}

#[test]
fn sizes() {
    assert!(size_of::<super::narrow::Decoder>() <= 5 << 10);
    assert!(size_of::<super::wide::Decoder>() <= 22 << 10);
}

#[test]
fn stored() {
    let data = Random(3).text(65535);
    yields(
        BitWriter::new().sub_block(true, 0).stored(&[]).finish(),
        &[],
    );
    yields(
        BitWriter::new().sub_block(true, 0).stored(b"x").finish(),
        b"x",
    );
    yields(
        BitWriter::new().sub_block(true, 0).stored(&data).finish(),
        &data,
    );
    let twice = BitWriter::new()
        .sub_block(false, 0)
        .stored(&data)
        .sub_block(true, 0)
        .stored(&data[..1])
        .finish();
    yields(twice, &[&data[..], &data[..1]].concat());
}

#[test]
fn stored_with_a_wrong_length() {
    let mut stream = BitWriter::new().sub_block(true, 0).stored(b"abc").finish();
    stream[3] ^= 0x10;
    fails(stream, InflateError::Invalid);
}

#[test]
fn fixed() {
    yields(BitWriter::new().sub_block(true, 1).fixed(256).finish(), &[]);
    let all = (0..256)
        .fold(BitWriter::new().sub_block(true, 1), BitWriter::fixed)
        .fixed(256)
        .finish();
    yields(all, &(0..=255).collect::<Vec<u8>>());
    // A run of 258 by a distance of 1.
    let run = BitWriter::new()
        .sub_block(true, 1)
        .fixed(97)
        .fixed(285)
        .code(0, 5)
        .fixed(256)
        .finish();
    yields(run, &[97; 259]);
}

#[test]
fn every_length_and_distance() {
    let data = Random(5).text(33000);
    for (distance, slot, extra, extra_bits) in [
        (1, 0, 0, 0),
        (2, 1, 0, 0),
        (7, 5, 0, 1),
        (12, 6, 3, 2),
        (32768, 29, 8191, 13),
    ] {
        for length in 3..=258_u32 {
            let (symbol, value, bits) = length_symbol(length);
            let stream = BitWriter::new()
                .sub_block(false, 0)
                .stored(&data)
                .sub_block(true, 1)
                .fixed(symbol)
                .bits(value, bits)
                .code(slot, 5)
                .bits(extra, extra_bits)
                .fixed(256)
                .finish();
            let mut expected = data.clone();
            for _ in 0..length {
                expected.push(expected[expected.len() - distance]);
            }
            assert_eq!(
                Decoders::new()
                    .decode(&stream, expected.len() + length as usize)
                    .unwrap()
                    .1,
                expected
            );
        }
    }
}

/// Symbol, extra value and extra bits of a match length.
fn length_symbol(length: u32) -> (u32, u32, u32) {
    if length == 258 {
        return (285, 0, 0);
    }
    let mut first = 3;
    for symbol in 257.. {
        let bits = if symbol < 265 { 0 } else { (symbol - 261) / 4 };
        if length < first + (1 << bits) {
            return (symbol, length - first, bits);
        }
        first += 1 << bits;
    }
    unreachable!()
}

#[test]
fn many_sub_blocks() {
    let mut stream = BitWriter::new();
    let mut expected = Vec::new();
    for round in 0..50_u8 {
        stream = stream
            .sub_block(false, 0)
            .stored(&[round; 3])
            .sub_block(false, 1)
            .fixed(u32::from(round))
            .fixed(256);
        stream = stream
            .sub_block(false, 2)
            .header(&lengths(&[(65, 1), (256, 1)]), &[0])
            .code(0, 1)
            .code(1, 1);
        stream = stream
            .sub_block(false, 1)
            .fixed(256)
            .sub_block(false, 0)
            .stored(&[]);
        expected.extend([round, round, round, round, 65]);
    }
    yields(stream.sub_block(true, 1).fixed(256).finish(), &expected);
}

#[test]
fn degenerate_distance_codes() {
    let two = lengths(&[(65, 2), (256, 2), (257, 1)]);
    // One code of one bit: 0 is it, 1 is nothing.
    let one = |bit| {
        BitWriter::new()
            .sub_block(true, 2)
            .header(&two, &[1])
            .code(2, 2)
            .code(0, 1)
            .bits(bit, 1)
            .code(3, 2)
            .finish()
    };
    yields(one(0), &[65; 4]);
    fails(one(1), InflateError::Invalid);
    // None at all is well as long as none is used.
    let none = |code, bits| {
        BitWriter::new()
            .sub_block(true, 2)
            .header(&two, &[0])
            .code(2, 2)
            .code(code, bits)
            .code(3, 2)
            .finish()
    };
    yields(none(2, 2), &[65; 2]);
    fails(none(0, 1), InflateError::Invalid);
    // One code of two bits, three codes of two bits, and three of one.
    for distances in [&[2][..], &[2, 2, 2], &[1, 1, 1]] {
        fails(
            BitWriter::new()
                .sub_block(true, 2)
                .header(&two, distances)
                .code(3, 2)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn degenerate_literal_codes() {
    let only_end = lengths(&[(256, 1)]);
    yields(
        BitWriter::new()
            .sub_block(true, 2)
            .header(&only_end, &[0])
            .bits(0, 1)
            .finish(),
        &[],
    );
    fails(
        BitWriter::new()
            .sub_block(true, 2)
            .header(&only_end, &[0])
            .bits(1, 1)
            .finish(),
        InflateError::Invalid,
    );
    for codes in [
        &[(256, 2)][..],
        &[(65, 1)],
        &[(65, 1), (66, 1)],
        &[(65, 1), (66, 1), (256, 1)],
        &[(65, 2), (256, 2)],
    ] {
        fails(
            BitWriter::new()
                .sub_block(true, 2)
                .header(&lengths(codes), &[1, 1])
                .bits(0, 9)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn long_codes() {
    // One code of each length up to 15 bits, in both alphabets.
    let mut literals: Vec<(usize, u8)> = (1..15)
        .map(|length| (usize::from(length) + 65, length))
        .collect();
    literals.extend([(257, 15), (256, 15)]);
    let distances: Vec<u8> = (1..=15).chain([15]).collect();
    let mut stream = BitWriter::new()
        .sub_block(true, 2)
        .header(&lengths(&literals), &distances);
    let mut expected = Vec::new();
    let code = |length: u32| (1 << length) - 2;
    for round in 0..40 {
        let length = 1 + round * 5 % 14;
        stream = stream.code(code(length), length);
        expected.push(65 + length as u8);
        if expected.len() > 4 {
            // Symbol 257 is the second code of 15 bits; a distance of 1 to 4 has a code as long.
            let distance = 1 + round % 4;
            stream = stream.code(0x7fff, 15).code(code(distance), distance);
            for _ in 0..3 {
                expected.push(expected[expected.len() - distance as usize]);
            }
        }
    }
    // Distance symbols 14 and 15 have codes of 15 bits and 6 extra bits each: 129 and 193 at least.
    stream = stream.code(0x7fff, 15).code(0x7fff, 15).bits(1, 6);
    assert!(expected.len() < 194);
    fails(stream.finish(), InflateError::Invalid);
}

#[test]
fn reserved_symbols() {
    fails(
        BitWriter::new().sub_block(true, 3).finish(),
        InflateError::Invalid,
    );
    for symbol in [286, 287] {
        fails(
            BitWriter::new()
                .sub_block(true, 1)
                .fixed(97)
                .fixed(symbol)
                .code(0, 5)
                .fixed(256)
                .finish(),
            InflateError::Invalid,
        );
    }
    for distance in [30, 31] {
        fails(
            BitWriter::new()
                .sub_block(true, 1)
                .fixed(97)
                .fixed(257)
                .code(distance, 5)
                .fixed(256)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn too_many_symbols() {
    for (literals, distances) in [(30, 0), (31, 0), (0, 30), (0, 31)] {
        fails(
            BitWriter::new()
                .sub_block(true, 2)
                .bits(literals, 5)
                .bits(distances, 5)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn code_lengths_out_of_order() {
    let start = || BitWriter::new().sub_block(true, 2).bits(0, 5).bits(0, 5);
    // 16 and 18 with one bit each: a run of nothing, and runs over the end.
    fails(
        start()
            .bits(0, 4)
            .bits(1, 3)
            .bits(0, 3)
            .bits(1, 3)
            .bits(0, 3)
            .bits(0, 12)
            .finish(),
        InflateError::Invalid,
    );
    fails(
        start()
            .bits(0, 4)
            .bits(1, 3)
            .bits(0, 3)
            .bits(1, 3)
            .bits(0, 3)
            .bits(0xff_ffff, 24)
            .finish(),
        InflateError::Invalid,
    );
    // No code, one code, and three codes of one bit for the code lengths.
    for lengths in [[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 0]] {
        let stream = lengths
            .into_iter()
            .fold(start().bits(0, 4), |stream, length| stream.bits(length, 3));
        fails(stream.bits(0, 32).finish(), InflateError::Invalid);
    }
}

#[test]
fn too_far_back() {
    fails(
        BitWriter::new()
            .sub_block(true, 1)
            .fixed(97)
            .fixed(257)
            .code(1, 5)
            .fixed(256)
            .finish(),
        InflateError::Invalid,
    );
    fails(
        BitWriter::new()
            .sub_block(true, 1)
            .fixed(257)
            .code(0, 5)
            .fixed(256)
            .finish(),
        InflateError::Invalid,
    );
}

#[test]
fn empty_sub_blocks_without_end() {
    let mut decoders = Decoders::new();
    for byte in 0..=255 {
        assert!(decoders.decode(&[byte; 4096], 100).is_err());
    }
    let endless = (0..3000)
        .fold(BitWriter::new(), |stream, _| {
            stream.sub_block(false, 1).fixed(256)
        })
        .finish();
    assert_eq!(decoders.decode(&endless, 100), Err(InflateError::Truncated));
}
