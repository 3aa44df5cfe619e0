//! What the encoder writes, read back by three decoders and walked for traits that real PSP hardware fails on.
use super::codes::{Codes, Search};
use super::tables::USABLE_LITERALS;
use super::token::Histogram;
use super::trellis::Trellis;
use super::{Effort, Encoder};
use crate::codec::oracles::check_deflate;
use crate::codec::samples::{amount, blocks, lifelike, Random};
use std::vec;
use std::vec::Vec;

const EFFORTS: [Effort; 6] = [
    Effort::Swift,
    Effort::Normal,
    Effort::High,
    Effort::Higher,
    Effort::Highest,
    Effort::Max,
];

/// Room for any block: as it is, with its stored sub-blocks' headers.
fn room(block: &[u8]) -> Vec<u8> {
    vec![0xaa; block.len() + 5 * (block.len() / 1000 + 2)]
}

/// Encodes with ample room and checks the stream.
fn round_trip(encoder: &mut Encoder, block: &[u8]) -> Vec<u8> {
    let mut out = room(block);
    let size = encoder.encode(block, &mut out).unwrap();
    out.truncate(size);
    check_deflate(&out, block);
    out
}

fn all_kinds(efforts: &[Effort], sizes: &[usize], seed: u64) {
    let mut random = Random(seed);
    for &size in sizes {
        let blocks = blocks(&mut random, size);
        for &effort in efforts {
            let mut encoder = Encoder::new(effort, size);
            for block in &blocks {
                round_trip(&mut encoder, block);
            }
        }
    }
}

#[test]
fn small_blocks() {
    all_kinds(&EFFORTS, &[2048, 1000, 2049, 8191], 1);
}

#[test]
fn middle_blocks() {
    all_kinds(&EFFORTS[..amount(5, 2)], &[16384, 32769][..amount(2, 1)], 2);
}

#[test]
fn blocks_of_64_kib() {
    all_kinds(&EFFORTS[..amount(2, 1)], &[65_535, 65_536], 3);
}

#[test]
fn large_blocks() {
    all_kinds(&EFFORTS[..1], &[65_537, 300_000][..amount(2, 1)], 4);
    let mut random = Random(5);
    let block = lifelike(&mut random, amount(1 << 17, 1 << 14));
    round_trip(&mut Encoder::new(Effort::Highest, 1 << 20), &block);
}

#[test]
fn the_largest_block() {
    let mut random = Random(6);
    let mut block = lifelike(&mut random, 1 << 18);
    block.resize(amount(15, 2) << 20, 7);
    block.extend(random.bytes(1 << 20, 256));
    round_trip(&mut Encoder::new(Effort::Swift, 1 << 24), &block);
}

#[test]
fn tiny_blocks() {
    let mut random = Random(7);
    for effort in EFFORTS {
        let mut encoder = Encoder::new(effort, 64);
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
fn blocks_of_all_sizes_through_one_encoder() {
    let mut random = Random(8);
    for effort in EFFORTS {
        let mut encoder = Encoder::new(effort, 3000);
        for _ in 0..25 {
            let size = random.below(3001);
            let block = lifelike(&mut random, size);
            round_trip(&mut encoder, &block);
        }
    }
}

#[test]
fn a_block_that_is_too_long_is_refused() {
    let mut encoder = Encoder::new(Effort::Normal, 2048);
    assert_eq!(encoder.encode(&[0; 2049], &mut [0; 4096]), None);
    round_trip(&mut encoder, &[0; 2048]);
}

#[test]
fn an_encoder_of_no_bytes() {
    let mut encoder = Encoder::new(Effort::Normal, 0);
    assert!(round_trip(&mut encoder, &[]).len() <= 2);
}

#[test]
fn the_room_decides_only_whether_it_fits() {
    let mut random = Random(9);
    for effort in EFFORTS {
        let mut encoder = Encoder::new(effort, 2048);
        for size in [0, 1, 100, 2048] {
            for block in blocks(&mut random, size) {
                encoder.reset();
                let stream = round_trip(&mut encoder, &block);
                let mut exact = vec![0; stream.len()];
                encoder.reset();
                assert_eq!(encoder.encode(&block, &mut exact), Some(stream.len()));
                assert_eq!(exact, stream);
                for room in [stream.len() - 1, stream.len() / 2, 0] {
                    encoder.reset();
                    assert_eq!(encoder.encode(&block, &mut exact[..room]), None);
                }
            }
        }
    }
}

#[test]
fn a_failed_block_does_not_disturb_the_next_ones() {
    let mut random = Random(10);
    let first = lifelike(&mut random, 2048);
    let second = lifelike(&mut random, 2048);
    for effort in EFFORTS {
        let mut ample = Encoder::new(effort, 2048);
        round_trip(&mut ample, &first);
        let expected = round_trip(&mut ample, &second);
        let mut tight = Encoder::new(effort, 2048);
        assert_eq!(tight.encode(&first, &mut [0; 10]), None);
        assert_eq!(round_trip(&mut tight, &second), expected);
    }
}

#[test]
fn after_a_reset_only_what_follows_matters() {
    let mut random = Random(11);
    let before: Vec<_> = (0..5).map(|_| lifelike(&mut random, 2048)).collect();
    let after: Vec<_> = (0..5).map(|_| lifelike(&mut random, 2048)).collect();
    for effort in EFFORTS {
        let mut fresh = Encoder::new(effort, 2048);
        let expected: Vec<_> = after
            .iter()
            .map(|block| round_trip(&mut fresh, block))
            .collect();
        let mut used = Encoder::new(effort, 2048);
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
fn noise_does_not_fit_into_less_than_itself() {
    let mut random = Random(13);
    for size in [2048, 16384, 1 << 20] {
        let block = random.bytes(size, 256);
        let mut encoder = Encoder::new(Effort::Swift, size);
        assert_eq!(encoder.encode(&block, &mut vec![0; size - 1]), None);
    }
}

#[test]
fn more_effort_makes_smaller_streams() {
    let mut random = Random(14);
    let blocks: Vec<_> = (0..40).map(|_| lifelike(&mut random, 2048)).collect();
    let total = |effort| -> usize {
        let mut encoder = Encoder::new(effort, 2048);
        blocks
            .iter()
            .map(|block| round_trip(&mut encoder, block).len())
            .sum()
    };
    let totals = EFFORTS.map(total);
    assert!(
        totals.windows(2).all(|pair| pair[0] > pair[1]),
        "{totals:?}"
    );
}

#[test]
fn streams_are_no_larger_than_those_of_libdeflate_at_its_best() {
    let mut random = Random(15);
    let level = libdeflater::CompressionLvl::best();
    let mut libdeflate = libdeflater::Compressor::new(level);
    let mut out = vec![0; 4096];
    let (mut ours, mut theirs) = (0, 0);
    let mut encoder = Encoder::new(Effort::Normal, 2048);
    for _ in 0..60 {
        let block = lifelike(&mut random, 2048);
        ours += round_trip(&mut encoder, &block).len();
        theirs += libdeflate.deflate_compress(&block, &mut out).unwrap();
    }
    assert!(ours <= theirs, "{ours} {theirs}");
}

/// Data that is far from real files, and from what the presets were chosen for.
#[test]
fn streams_of_extreme_data_are_hardly_larger_than_those_of_libdeflate_at_its_best() {
    const SIZE: usize = 16384;
    // As many as there are between two resets.
    const BLOCKS: usize = 32;
    let mut random = Random(16);
    let mut libdeflate = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut sparse = vec![0; BLOCKS * SIZE];
    for _ in 0..BLOCKS * SIZE / 64 {
        sparse[random.below(BLOCKS * SIZE)] = random.number() as u8;
    }
    let two = random.bytes(BLOCKS * SIZE, 2);
    let four = random.bytes(BLOCKS * SIZE, 4);
    let mut kinds = vec![sparse, two, four, vec![0; SIZE]];
    for period in [2, 3, 17, 333, 1000] {
        let pattern = random.bytes(period, 256);
        kinds.push(pattern.iter().copied().cycle().take(SIZE).collect());
    }
    for effort in &EFFORTS[..2] {
        for data in &kinds[amount(0, 3)..] {
            let mut encoder = Encoder::new(*effort, SIZE);
            let (mut ours, mut theirs) = (0, 0);
            for block in data.chunks(SIZE) {
                ours += round_trip(&mut encoder, block).len();
                let size = libdeflate.deflate_compress(block, &mut room(block));
                theirs += size.unwrap();
            }
            let start = &data[..20];
            assert!(
                ours <= theirs + theirs / 100,
                "{ours} {theirs} {effort:?} {start:?}"
            );
        }
    }
}

/// Symbols of a random skewed distribution.
fn histogram(random: &mut Random) -> Histogram {
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
fn lengths_chosen_one_by_one_are_complete_codes() {
    let mut random = Random(17);
    let mut trellis = Trellis::new();
    for _ in 0..500 {
        let histogram = histogram(&mut random);
        let codes = Codes::of(&histogram, Search::Quick);
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
fn lengths_chosen_one_by_one_save_bits() {
    let mut random = Random(18);
    let mut trellis = Trellis::new();
    let (mut before, mut after) = (0, 0);
    for _ in 0..100 {
        let histogram = histogram(&mut random);
        let mut codes = Codes::of(&histogram, Search::Thorough);
        before += codes.bits;
        let largest = codes.bits;
        codes.refine(&histogram, &mut trellis);
        assert!(codes.bits <= largest);
        after += codes.bits;
    }
    assert!(after < before - before / 2000, "{before} {after}");
}
