//! Runs the body of the encoders' fuzz target over data of many kinds that are the same on every
//! run, and over random mixtures of them.

mod support;

use proptest::prelude::*;
use support::amount;
use support::encode::encode;
use support::rng::Rng;

const CODECS: u8 = 2;
const BLOCK_SIZES: u8 = 4;
const LEVELS: u8 = 10;

/// Some data with the two bytes in front that choose how it is encoded.
fn input(codec: u8, block_size: u8, level: u8, data: &[u8]) -> Vec<u8> {
    [&[codec | block_size << 1, level - 1], data].concat()
}

/// Data that compresses, of several kinds.
fn kinds() -> Vec<Vec<u8>> {
    let mut rng = Rng::new(77);
    let mut bytes = |count: usize, symbols: u64| -> Vec<u8> {
        (0..count).map(|_| rng.below(symbols) as u8).collect()
    };
    let pattern = bytes(300, 256);
    let mut sparse = vec![0; 20_000];
    for (at, byte) in bytes(400, 256).into_iter().enumerate() {
        sparse[at * 50 + usize::from(byte % 50)] = byte;
    }
    let numbers = (0..20_000u32).flat_map(|n| (n * n / 97).to_string().into_bytes());
    let manual = include_bytes!("../README.md");
    let mut kinds = vec![
        vec![0; 5000],
        sparse,
        bytes(20_000, 2),
        bytes(20_000, 4),
        pattern.iter().copied().cycle().take(20_000).collect(),
        numbers.take(30_000).collect(),
        manual.to_vec(),
        [manual, &bytes(3000, 256)[..], manual].concat(),
    ];
    for data in &mut kinds {
        data.truncate(amount(usize::MAX, 4000));
    }
    kinds
}

#[test]
fn all_levels_decode_elsewhere() {
    let kinds = kinds();
    for codec in 0..CODECS {
        for block_size in 0..BLOCK_SIZES {
            for level in 1..=LEVELS {
                for data in &kinds {
                    let compressed = encode(&input(codec, block_size, level, data));
                    assert!(compressed > 0, "{codec} {block_size} {level}");
                }
            }
        }
    }
}

#[test]
fn noise_and_next_to_nothing_are_no_trouble() {
    let mut rng = Rng::new(78);
    let noise: Vec<u8> = (0..10_000).map(|_| rng.byte()).collect();
    for level in 1..=LEVELS {
        for codec in 0..CODECS {
            assert_eq!(encode(&input(codec, 0, level, &noise[..8192])), 0);
            for len in 0..40 {
                encode(&input(codec, 0, level, &noise[..len]));
            }
        }
    }
    assert_eq!(encode(&[]), 0);
}

/// A stretch of data, told as what it adds to the data before it.
#[derive(Clone, Debug)]
enum Piece {
    Literals(Vec<u8>),
    Run(u8, usize),
    /// How far back, as a share of what is there, and how many bytes.
    Copy(u16, usize),
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60).prop_map(Piece::Literals),
        prop::collection::vec(0u8..5, 0..200).prop_map(Piece::Literals),
        (any::<u8>(), 1usize..700).prop_map(|(byte, len)| Piece::Run(byte, len)),
        (any::<u16>(), 1usize..400).prop_map(|(back, len)| Piece::Copy(back, len)),
    ]
}

fn put_together(pieces: &[Piece]) -> Vec<u8> {
    let mut data = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literals(bytes) => data.extend_from_slice(bytes),
            Piece::Run(byte, len) => data.resize(data.len() + len, *byte),
            Piece::Copy(back, len) => {
                let distance = 1 + usize::from(*back) * data.len() / (1 << 16);
                for _ in 0..*len {
                    let at = data.len().checked_sub(distance);
                    data.push(at.map_or(0, |at| data[at]));
                }
            }
        }
    }
    data
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(amount(200, 50) as u32))]

    #[test]
    fn any_mixture_decodes_elsewhere(
        pieces in prop::collection::vec(piece(), 1..80),
        (codec, block_size, level) in (0..CODECS, 0..BLOCK_SIZES, 1..=LEVELS),
    ) {
        encode(&input(codec, block_size, level, &put_together(&pieces)));
    }
}
