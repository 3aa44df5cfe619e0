//! Tests with streams that are written bit by bit. They have deflate blocks of every type. Some of
//! them break a rule of the format and must be rejected.

use std::vec;
use std::vec::Vec;

use super::bit_writer::BitWriter;
use super::{Decoders, InflateError, Random};

/// Checks that `stream` decodes to `expected`. The result must be the same if other bytes follow
/// the stream in the input, and if the output is larger than necessary. Decoding must fail if the
/// output is one byte too small or if the end of the stream is missing.
fn assert_decodes(stream: Vec<u8>, expected: &[u8]) {
    let mut decoders = Decoders::new();
    for padding in [0, 1, 20] {
        let mut input = stream.clone();
        input.resize(stream.len() + padding, 0xff);
        for size in [expected.len(), expected.len() + 1, expected.len() + 100] {
            let (decoded, out) = decoders.decode(&input, size).unwrap();
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
    assert_truncated_if_cut(&stream, expected.len());
}

/// Checks that decoding fails with `Truncated` if the end of the stream is missing. Streams of less
/// than 500 bytes are cut at every byte, and longer ones at up to 500 positions. `size` is the size
/// of the output in bytes.
fn assert_truncated_if_cut(stream: &[u8], size: usize) {
    let mut decoders = Decoders::new();
    let step = 1 + stream.len() / 500;
    for len in (0..stream.len()).rev().step_by(step) {
        assert_eq!(
            decoders.decode(&stream[..len], size),
            Err(InflateError::Truncated),
            "{len}"
        );
    }
}

fn assert_fails(stream: Vec<u8>, error: InflateError) {
    let mut input = stream;
    input.extend([0x55; 16]);
    assert_eq!(Decoders::new().decode(&input, 1000), Err(error));
}

/// Returns the code lengths of all 286 literal/length symbols. `codes` has pairs of a symbol and
/// its code length. All other symbols have the code length 0, so they have no codeword.
fn lengths(codes: &[(usize, u8)]) -> Vec<u8> {
    let mut lengths = vec![0; 286];
    for &(symbol, length) in codes {
        lengths[symbol] = length;
    }
    lengths
}

#[test]
fn the_decoders_have_their_documented_sizes() {
    assert!(size_of::<super::narrow::Decoder>() <= 5 << 10);
    assert!(size_of::<super::wide::Decoder>() <= 22 << 10);
}

#[test]
fn stored_blocks_decode() {
    let data = Random(3).mixed_data(65535);
    assert_decodes(
        BitWriter::new().deflate_block(true, 0).stored(&[]).finish(),
        &[],
    );
    assert_decodes(
        BitWriter::new()
            .deflate_block(true, 0)
            .stored(b"x")
            .finish(),
        b"x",
    );
    assert_decodes(
        BitWriter::new()
            .deflate_block(true, 0)
            .stored(&data)
            .finish(),
        &data,
    );
    let twice = BitWriter::new()
        .deflate_block(false, 0)
        .stored(&data)
        .deflate_block(true, 0)
        .stored(&data[..1])
        .finish();
    assert_decodes(twice, &[&data[..], &data[..1]].concat());
}

#[test]
fn a_stored_block_with_a_wrong_length_is_invalid() {
    let mut stream = BitWriter::new()
        .deflate_block(true, 0)
        .stored(b"abc")
        .finish();
    stream[3] ^= 0x10;
    assert_fails(stream, InflateError::Invalid);
}

#[test]
fn fixed_blocks_decode() {
    assert_decodes(
        BitWriter::new().deflate_block(true, 1).fixed(256).finish(),
        &[],
    );
    let all = (0..256)
        .fold(BitWriter::new().deflate_block(true, 1), BitWriter::fixed)
        .fixed(256)
        .finish();
    assert_decodes(all, &(0..=255).collect::<Vec<u8>>());
    // The stream has the literal 97, then a match of 258 bytes (symbol 285, the greatest length)
    // with a distance of 1 byte.
    let run = BitWriter::new()
        .deflate_block(true, 1)
        .fixed(97)
        .fixed(285)
        .code(0, 5)
        .fixed(256)
        .finish();
    assert_decodes(run, &[97; 259]);
}

#[test]
fn matches_of_every_length_decode() {
    let data = Random(5).mixed_data(33000);
    for (distance, distance_symbol, extra, extra_bits) in [
        (1, 0, 0, 0),
        (2, 1, 0, 0),
        (7, 5, 0, 1),
        (12, 6, 3, 2),
        (32768, 29, 8191, 13),
    ] {
        for length in 3..=258_u32 {
            let (symbol, value, bits) = length_symbol(length);
            let stream = BitWriter::new()
                .deflate_block(false, 0)
                .stored(&data)
                .deflate_block(true, 1)
                .fixed(symbol)
                .bits(value, bits)
                .code(distance_symbol, 5)
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

/// Returns how a match of `length` bytes is encoded: the literal/length symbol, the value of its
/// extra bits, and the number of extra bits.
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
fn many_deflate_blocks_decode() {
    let mut stream = BitWriter::new();
    let mut expected = Vec::new();
    for round in 0..50_u8 {
        stream = stream
            .deflate_block(false, 0)
            .stored(&[round; 3])
            .deflate_block(false, 1)
            .fixed(u32::from(round))
            .fixed(256);
        stream = stream
            .deflate_block(false, 2)
            .header(&lengths(&[(65, 1), (256, 1)]), &[0])
            .code(0, 1)
            .code(1, 1);
        stream = stream
            .deflate_block(false, 1)
            .fixed(256)
            .deflate_block(false, 0)
            .stored(&[]);
        expected.extend([round, round, round, round, 65]);
    }
    assert_decodes(stream.deflate_block(true, 1).fixed(256).finish(), &expected);
}

#[test]
fn a_distance_code_may_have_no_codeword_or_one_of_one_bit() {
    let two = lengths(&[(65, 2), (256, 2), (257, 1)]);
    // The distance code has a single codeword, which is the bit 0. A match whose distance begins
    // with the bit 1 is invalid.
    let one = |bit| {
        BitWriter::new()
            .deflate_block(true, 2)
            .header(&two, &[1])
            .code(2, 2)
            .code(0, 1)
            .bits(bit, 1)
            .code(3, 2)
            .finish()
    };
    assert_decodes(one(0), &[65; 4]);
    assert_fails(one(1), InflateError::Invalid);
    // The distance code has no codeword. Such a deflate block is valid if it has no match.
    let none = |code, bits| {
        BitWriter::new()
            .deflate_block(true, 2)
            .header(&two, &[0])
            .code(2, 2)
            .code(code, bits)
            .code(3, 2)
            .finish()
    };
    assert_decodes(none(2, 2), &[65; 2]);
    assert_fails(none(0, 1), InflateError::Invalid);
    // These distance codes are invalid. The first has one codeword of 2 bits and the second has
    // three, which are too few for a complete code. The third has three codewords of 1 bit, which
    // are too many.
    for distances in [&[2][..], &[2, 2, 2], &[1, 1, 1]] {
        assert_fails(
            BitWriter::new()
                .deflate_block(true, 2)
                .header(&two, distances)
                .code(3, 2)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn a_literal_code_may_have_only_the_end_of_block() {
    let only_end = lengths(&[(256, 1)]);
    assert_decodes(
        BitWriter::new()
            .deflate_block(true, 2)
            .header(&only_end, &[0])
            .bits(0, 1)
            .finish(),
        &[],
    );
    assert_fails(
        BitWriter::new()
            .deflate_block(true, 2)
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
        assert_fails(
            BitWriter::new()
                .deflate_block(true, 2)
                .header(&lengths(codes), &[1, 1])
                .bits(0, 9)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn codewords_of_up_to_15_bits_decode() {
    // Each of the two codes has one codeword of each length from 1 to 14 bits, and two codewords of
    // 15 bits.
    let mut literals: Vec<(usize, u8)> = (1..15)
        .map(|length| (usize::from(length) + 65, length))
        .collect();
    literals.extend([(257, 15), (256, 15)]);
    let distances: Vec<u8> = (1..=15).chain([15]).collect();
    let mut stream = BitWriter::new()
        .deflate_block(true, 2)
        .header(&lengths(&literals), &distances);
    let mut expected = Vec::new();
    let code = |length: u32| (1 << length) - 2;
    for round in 0..40 {
        let length = 1 + round * 5 % 14;
        stream = stream.code(code(length), length);
        expected.push(65 + length as u8);
        if expected.len() > 4 {
            // The match has a length of 3 bytes. This is symbol 257, whose codeword 0x7fff is the
            // second one of 15 bits. The distances of 1 to 4 bytes have codewords of 1 to 4 bits.
            let distance = 1 + round % 4;
            stream = stream.code(0x7fff, 15).code(code(distance), distance);
            for _ in 0..3 {
                expected.push(expected[expected.len() - distance as usize]);
            }
        }
    }
    // The last match is invalid. Its distance symbol 15 stands for distances from 193 on, and has
    // the codeword 0x7fff. The 6 extra bits have the value 1, so the distance is 194 bytes, but
    // fewer bytes have been decoded.
    stream = stream.code(0x7fff, 15).code(0x7fff, 15).bits(1, 6);
    assert!(expected.len() < 194);
    assert_fails(stream.finish(), InflateError::Invalid);
}

#[test]
fn reserved_types_and_symbols_are_invalid() {
    assert_fails(
        BitWriter::new().deflate_block(true, 3).finish(),
        InflateError::Invalid,
    );
    for symbol in [286, 287] {
        assert_fails(
            BitWriter::new()
                .deflate_block(true, 1)
                .fixed(97)
                .fixed(symbol)
                .code(0, 5)
                .fixed(256)
                .finish(),
            InflateError::Invalid,
        );
    }
    for distance in [30, 31] {
        assert_fails(
            BitWriter::new()
                .deflate_block(true, 1)
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
fn more_code_lengths_than_usable_symbols_are_invalid() {
    for (literals, distances) in [(30, 0), (31, 0), (0, 30), (0, 31)] {
        assert_fails(
            BitWriter::new()
                .deflate_block(true, 2)
                .bits(literals, 5)
                .bits(distances, 5)
                .finish(),
            InflateError::Invalid,
        );
    }
}

#[test]
fn invalid_repeats_and_code_length_codes_are_invalid() {
    let start = || {
        BitWriter::new()
            .deflate_block(true, 2)
            .bits(0, 5)
            .bits(0, 5)
    };
    // These two headers are invalid. Their code lengths are encoded with a code of two codewords:
    // the bit 0 is symbol 16 (copy the previous code length), and the bit 1 is symbol 18 (a run of
    // zeros). The first header begins with symbol 16, but there is no previous code length. The
    // second has more zeros than there are code lengths.
    assert_fails(
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
    assert_fails(
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
    // A code for encoding the code lengths must be complete. These three are not: a code without
    // codewords, a code with one codeword of 1 bit, and a code with three codewords of 1 bit.
    for lengths in [[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 1, 0]] {
        let stream = lengths
            .into_iter()
            .fold(start().bits(0, 4), |stream, length| stream.bits(length, 3));
        assert_fails(stream.bits(0, 32).finish(), InflateError::Invalid);
    }
}

#[test]
fn distances_before_the_output_are_invalid() {
    assert_fails(
        BitWriter::new()
            .deflate_block(true, 1)
            .fixed(97)
            .fixed(257)
            .code(1, 5)
            .fixed(256)
            .finish(),
        InflateError::Invalid,
    );
    assert_fails(
        BitWriter::new()
            .deflate_block(true, 1)
            .fixed(257)
            .code(0, 5)
            .fixed(256)
            .finish(),
        InflateError::Invalid,
    );
}

#[test]
fn streams_of_only_empty_blocks_end() {
    let mut decoders = Decoders::new();
    for byte in 0..=255 {
        assert!(decoders.decode(&[byte; 4096], 100).is_err());
    }
    let endless = (0..3000)
        .fold(BitWriter::new(), |stream, _| {
            stream.deflate_block(false, 1).fixed(256)
        })
        .finish();
    assert_eq!(decoders.decode(&endless, 100), Err(InflateError::Truncated));
}
