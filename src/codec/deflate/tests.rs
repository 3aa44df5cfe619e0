//! Tests of the deflate encoders. Each stream is decoded with three decoders of other projects.
//! Real PSP hardware cannot decode some valid streams. So the tests also check that each stream has
//! none of the properties with which the hardware fails.

use super::dynamic_codes::{CodeSearch, DynamicCodes};
use super::histogram::Histogram;
use super::length_trellis::LengthTrellis;
use super::optimal_deflater::OptimalDeflater;
use super::{encode_stored, Deflater};
use crate::codec::deflate_format::USABLE_LITERALS;
use crate::codec::inflate::Inflater;
use crate::codec::oracles::check_deflate;
use crate::codec::psp_safe::is_psp_safe;
use crate::codec::samples::{amount, blocks, lifelike, Random};
use core::sync::atomic::{AtomicBool, Ordering};
use std::vec;
use std::vec::Vec;

/// The compression levels at which the settings of this library's own encoder differ, in the order
/// from the fastest to the slowest. At levels 1 to 4, the encoder has the same settings as at level
/// 5.
const OWN_LEVELS: [u32; 6] = [5, 6, 7, 8, 9, 10];

static NEVER_STOP: AtomicBool = AtomicBool::new(false);

/// Returns a buffer that is large enough for every deflate stream that an encoder makes of `block`.
fn buffer_for(block: &[u8]) -> Vec<u8> {
    vec![0xaa; block.len() + 5 * (block.len() / 1000 + 2)]
}

/// Encodes `block` into a buffer that is large enough, checks that the stream decodes to `block`,
/// and returns the stream.
fn round_trip(encoder: &mut OptimalDeflater, block: &[u8]) -> Vec<u8> {
    let mut out = buffer_for(block);
    let size = encoder.encode(block, &mut out, &NEVER_STOP).unwrap();
    out.truncate(size);
    check_deflate(&out, block);
    out
}

fn round_trip_all_kinds(levels: &[u32], sizes: &[usize], seed: u64) {
    let mut random = Random(seed);
    for &size in sizes {
        let blocks = blocks(&mut random, size);
        for &level in levels {
            let mut encoder = OptimalDeflater::new(level, size);
            for block in &blocks {
                round_trip(&mut encoder, block);
            }
        }
    }
}

#[test]
fn blocks_of_1_to_8_kib_decode() {
    round_trip_all_kinds(&OWN_LEVELS, &[2048, 1000, 2049, 8191], 1);
}

#[test]
fn blocks_of_16_and_32_kib_decode() {
    let levels = &OWN_LEVELS[..amount(5, 2)];
    round_trip_all_kinds(levels, &[16384, 32769][..amount(2, 1)], 2);
}

#[test]
fn blocks_of_64_kib_decode() {
    round_trip_all_kinds(&OWN_LEVELS[..amount(2, 1)], &[65_535, 65_536], 3);
}

#[test]
fn blocks_of_several_pieces_decode() {
    let sizes = &[65_537, 300_000][..amount(2, 1)];
    round_trip_all_kinds(&OWN_LEVELS[..1], sizes, 4);
    let mut random = Random(5);
    let block = lifelike(&mut random, amount(1 << 17, 1 << 14));
    round_trip(&mut OptimalDeflater::new(9, 1 << 20), &block);
}

#[test]
fn a_block_of_16_mib_decodes() {
    let mut random = Random(6);
    let mut block = lifelike(&mut random, 1 << 18);
    block.resize(amount(15, 2) << 20, 7);
    block.extend(random.bytes(1 << 20, 256));
    round_trip(&mut OptimalDeflater::new(5, 1 << 24), &block);
}

#[test]
fn blocks_of_0_to_39_bytes_decode() {
    let mut random = Random(7);
    for level in OWN_LEVELS {
        let mut encoder = OptimalDeflater::new(level, 64);
        round_trip(&mut encoder, &[]);
        for size in (1..8).chain([13, 21, 39]) {
            for symbols in [1, 3, 256] {
                let block = random.bytes(size, symbols);
                round_trip(&mut encoder, &block);
            }
        }
    }
}

#[test]
fn blocks_of_random_sizes_from_one_encoder_decode() {
    let mut random = Random(8);
    for level in OWN_LEVELS {
        let mut encoder = OptimalDeflater::new(level, 3000);
        for _ in 0..25 {
            let size = random.below(3001);
            let block = lifelike(&mut random, size);
            round_trip(&mut encoder, &block);
        }
    }
}

#[test]
fn a_block_above_the_maximum_size_is_refused() {
    let mut encoder = OptimalDeflater::new(6, 2048);
    let mut out = [0; 4096];
    assert_eq!(encoder.encode(&[0; 2049], &mut out, &NEVER_STOP), None);
    round_trip(&mut encoder, &[0; 2048]);
}

#[test]
fn an_encoder_with_maximum_size_0_encodes_an_empty_block() {
    let mut encoder = OptimalDeflater::new(6, 0);
    assert!(round_trip(&mut encoder, &[]).len() <= 2);
}

#[test]
fn the_size_of_the_buffer_does_not_change_the_stream() {
    let mut random = Random(9);
    for level in OWN_LEVELS {
        let mut encoder = OptimalDeflater::new(level, 2048);
        for size in [0, 1, 100, 2048] {
            for block in blocks(&mut random, size) {
                encoder.reset();
                let stream = round_trip(&mut encoder, &block);
                let mut exact = vec![0; stream.len()];
                encoder.reset();
                let size = encoder.encode(&block, &mut exact, &NEVER_STOP);
                assert_eq!(size, Some(stream.len()));
                assert_eq!(exact, stream);
                for size in [stream.len() - 1, stream.len() / 2, 0] {
                    encoder.reset();
                    let out = &mut exact[..size];
                    assert_eq!(encoder.encode(&block, out, &NEVER_STOP), None);
                }
            }
        }
    }
}

#[test]
fn a_block_that_does_not_fit_does_not_change_the_next_streams() {
    let mut random = Random(10);
    let first = lifelike(&mut random, 2048);
    let second = lifelike(&mut random, 2048);
    for level in OWN_LEVELS {
        let mut with_space = OptimalDeflater::new(level, 2048);
        round_trip(&mut with_space, &first);
        let expected = round_trip(&mut with_space, &second);
        let mut without_space = OptimalDeflater::new(level, 2048);
        let size = without_space.encode(&first, &mut [0; 10], &NEVER_STOP);
        assert_eq!(size, None);
        assert_eq!(round_trip(&mut without_space, &second), expected);
    }
}

#[test]
fn after_a_reset_streams_do_not_depend_on_earlier_blocks() {
    let mut random = Random(11);
    let before: Vec<_> = (0..5).map(|_| lifelike(&mut random, 2048)).collect();
    let after: Vec<_> = (0..5).map(|_| lifelike(&mut random, 2048)).collect();
    for level in OWN_LEVELS {
        let mut fresh = OptimalDeflater::new(level, 2048);
        let expected: Vec<_> = after
            .iter()
            .map(|block| round_trip(&mut fresh, block))
            .collect();
        let mut used = OptimalDeflater::new(level, 2048);
        for block in before.iter().chain(&after[..1]) {
            round_trip(&mut used, block);
        }
        used.reset();
        let streams: Vec<_> = after
            .iter()
            .map(|block| round_trip(&mut used, block))
            .collect();
        assert_eq!(streams, expected);
    }
}

#[test]
fn random_bytes_do_not_fit_into_fewer_bytes() {
    let mut random = Random(13);
    for size in [2048, 16384, 1 << 20] {
        let block = random.bytes(size, 256);
        let mut encoder = OptimalDeflater::new(5, size);
        let mut out = vec![0; size - 1];
        assert_eq!(encoder.encode(&block, &mut out, &NEVER_STOP), None);
    }
}

#[test]
fn each_level_makes_smaller_streams_than_the_level_below() {
    let mut random = Random(14);
    let blocks: Vec<_> = (0..40).map(|_| lifelike(&mut random, 2048)).collect();
    let total = |level| -> usize {
        let mut encoder = OptimalDeflater::new(level, 2048);
        blocks
            .iter()
            .map(|block| round_trip(&mut encoder, block).len())
            .sum()
    };
    let totals = OWN_LEVELS.map(total);
    assert!(
        totals.windows(2).all(|pair| pair[0] > pair[1]),
        "total sizes by level: {totals:?}"
    );
}

#[test]
fn level_6_makes_no_larger_streams_than_level_12_of_libdeflate() {
    let mut random = Random(15);
    let level = libdeflater::CompressionLvl::best();
    let mut libdeflate = libdeflater::Compressor::new(level);
    let mut out = vec![0; 4096];
    let (mut ours, mut theirs) = (0, 0);
    let mut encoder = OptimalDeflater::new(6, 2048);
    for _ in 0..60 {
        let block = lifelike(&mut random, 2048);
        ours += round_trip(&mut encoder, &block).len();
        theirs += libdeflate.deflate_compress(&block, &mut out).unwrap();
    }
    assert!(ours <= theirs, "ours: {ours}, libdeflate: {theirs}");
}

/// The data in this test is unlike real files, and the settings of the levels were not chosen for
/// such data. So the streams may be larger than those of libdeflate, but by at most 1 percent.
#[test]
fn streams_of_extreme_data_are_at_most_1_percent_larger_than_those_of_libdeflate() {
    const SIZE: usize = 16384;
    // Number of blocks that are made of each kind of random data.
    const BLOCKS: usize = 32;
    let mut random = Random(16);
    let mut libdeflate = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut sparse = vec![0; BLOCKS * SIZE];
    for _ in 0..BLOCKS * SIZE / 64 {
        sparse[random.below(BLOCKS * SIZE)] = random.number() as u8;
    }
    let two_symbols = random.bytes(BLOCKS * SIZE, 2);
    let four_symbols = random.bytes(BLOCKS * SIZE, 4);
    let mut kinds = vec![sparse, two_symbols, four_symbols, vec![0; SIZE]];
    for period in [2, 3, 17, 333, 1000] {
        let pattern = random.bytes(period, 256);
        kinds.push(pattern.iter().copied().cycle().take(SIZE).collect());
    }
    for &level in &OWN_LEVELS[..2] {
        for data in &kinds[amount(0, 3)..] {
            let mut encoder = OptimalDeflater::new(level, SIZE);
            let (mut ours, mut theirs) = (0, 0);
            for block in data.chunks(SIZE) {
                ours += round_trip(&mut encoder, block).len();
                let size = libdeflate.deflate_compress(block, &mut buffer_for(block));
                theirs += size.unwrap();
            }
            let start = &data[..20];
            assert!(
                ours <= theirs + theirs / 100,
                "ours: {ours}, libdeflate: {theirs}, level {level}, data {start:?}"
            );
        }
    }
}

/// Returns random symbol counts. In the literal/length counts, symbols with small numbers occur
/// more often than others. In the distance counts, symbols with large numbers occur more often than
/// others.
fn skewed_histogram(random: &mut Random) -> Histogram {
    let mut histogram = Histogram::EMPTY;
    let used = 1 + random.below(USABLE_LITERALS);
    for _ in 0..random.below(3000) {
        let symbol = random.below(used).min(random.below(used));
        histogram.literal[symbol] += 1;
    }
    for _ in 0..random.below(300) {
        histogram.distance[random.below(28).max(random.below(28))] += 1;
    }
    histogram.literal[256] = 1;
    histogram
}

#[test]
fn code_lengths_from_the_trellis_form_complete_codes() {
    let mut random = Random(17);
    let mut trellis = LengthTrellis::new();
    for _ in 0..500 {
        let histogram = skewed_histogram(&mut random);
        let codes = DynamicCodes::of(&histogram, CodeSearch::Quick);
        let alphabets = [
            (&histogram.literal[..286], &codes.lengths.literal[..286]),
            (&histogram.distance[..30], &codes.lengths.distance[..30]),
        ];
        for (counts, lengths) in alphabets {
            let mut lengths = lengths.to_vec();
            if trellis.improve(counts, &codes.header, &mut lengths) {
                let space = |&length: &u8| 1 << 15 >> length;
                let used = lengths.iter().filter(|&&length| length != 0);
                assert_eq!(used.map(space).sum::<u32>(), 1 << 15);
                let has_codeword = |(&count, &length): (&u32, &u8)| count == 0 || length != 0;
                assert!(counts.iter().zip(&lengths).all(has_codeword));
            }
        }
    }
}

#[test]
fn code_lengths_from_the_trellis_save_bits() {
    let mut random = Random(18);
    let mut trellis = LengthTrellis::new();
    let (mut before, mut after) = (0, 0);
    for _ in 0..100 {
        let histogram = skewed_histogram(&mut random);
        let mut codes = DynamicCodes::of(&histogram, CodeSearch::Thorough);
        before += codes.bits;
        let largest = codes.bits;
        codes.improve_lengths(&histogram, &mut trellis);
        assert!(codes.bits <= largest);
        after += codes.bits;
    }
    assert!(
        after < before - before / 2000,
        "bits before: {before}, after: {after}"
    );
}

/// Returns blocks of `size` bytes each. They contain every kind of data that has caused defects in
/// encoders.
fn corpus(size: usize) -> Vec<Vec<u8>> {
    let mut random = Random(size as u64);
    (0..amount(1 << 16, 1 << 12) / size)
        .chain([0])
        .flat_map(|_| blocks(&mut random, size))
        .collect()
}

#[test]
fn every_stream_of_every_level_is_psp_safe_and_decodes() {
    for size in [300, 2048, 8192, 16384, 70_000] {
        let corpus = corpus(size);
        for level in 1..=10 {
            if size > 2048 && level == 10 || size > 16384 && level > 5 {
                continue;
            }
            let mut encoder = Deflater::new(level, size);
            let mut stream = vec![0; size - 1];
            let mut compressed = 0;
            for block in &corpus {
                if let Some(len) = encoder.encode(block, &mut stream, &NEVER_STOP) {
                    check_deflate(&stream[..len], block);
                    compressed += 1;
                }
            }
            // At least half of the blocks are compressible, because the only incompressible kind of
            // data is random bytes.
            assert!(
                compressed >= corpus.len() / 2,
                "compressed {compressed} of {} blocks",
                corpus.len()
            );
        }
    }
}

#[test]
fn libdeflate_makes_unsafe_streams_of_the_corpus() {
    let level = libdeflater::CompressionLvl::new(6).unwrap();
    let mut libdeflate = libdeflater::Compressor::new(level);
    let mut stream = vec![0; 4096];
    let mut is_unsafe = |block: &&Vec<u8>| {
        let len = libdeflate.deflate_compress(block, &mut stream).unwrap();
        is_psp_safe(&stream[..len]) == Some(false)
    };
    assert!(corpus(300).iter().filter(&mut is_unsafe).count() > 1);
}

#[test]
fn a_stopped_encoder_returns_none_and_can_be_used_again() {
    let block = lifelike(&mut Random(3), 100_000);
    for level in [5, 6, 9, 10] {
        let mut encoder = Deflater::new(level, 100_000);
        let mut fresh = Deflater::new(level, 100_000);
        let (mut out, mut other) = (vec![0; 99_999], vec![0; 99_999]);
        let stop = AtomicBool::new(true);
        assert_eq!(encoder.encode(&block, &mut out, &stop), None);
        stop.store(false, Ordering::Relaxed);
        encoder.reset();
        let size = encoder.encode(&block[..3000], &mut out, &stop);
        assert_eq!(size, fresh.encode(&block[..3000], &mut other, &NEVER_STOP));
        assert_eq!(out[..size.unwrap()], other[..size.unwrap()]);
    }
}

#[test]
fn large_blocks_are_encoded_by_an_encoder_that_can_be_stopped() {
    for level in 1..=10 {
        assert!(Deflater::new(level, 16 << 20).is_own());
    }
    assert!(!Deflater::new(4, 16 << 10).is_own());
}

#[test]
fn a_stream_that_does_not_fit_is_refused() {
    let mut encoder = Deflater::new(10, 2048);
    let mut out = [0; 8];
    let block = &corpus(2048)[0];
    assert_eq!(encoder.encode(block, &mut out, &NEVER_STOP), None);
    assert_eq!(encode_stored(&[1, 2, 3, 4], &mut out), None);
}

#[test]
fn stored_streams_decode() {
    for len in [1, 2048, 0xFFFF, 0x1_0000, 0x2_0001] {
        let block: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
        let mut stream = vec![0; len + 100];
        let size = encode_stored(&block, &mut stream).unwrap();
        check_deflate(&stream[..size], &block);
        let mut out = vec![0; len];
        assert_eq!(Inflater::new().decode(&stream[..size], &mut out), Ok(len));
        assert_eq!(out, block);
    }
}
