//! Encodes data of many kinds, and random mixtures of it, with the function that the fuzz target
//! for the encoders also runs. Checks that decoders of other projects decode every block.

mod support;

use proptest::prelude::*;
use support::amount;
use support::encode::encode;
use support::rng::Rng;

const CODECS: u8 = 2;
const BLOCK_SIZES: u8 = 4;
const LEVELS: u8 = 10;

/// Returns an input of the fuzz target: two bytes that select codec, block size and level, then the
/// data. `block_size` is 0 for 2048 bytes, and each step doubles it.
fn input(codec: u8, block_size: u8, level: u8, data: &[u8]) -> Vec<u8> {
    [&[codec | block_size << 1, level - 1], data].concat()
}

/// Returns several compressible inputs, each with another kind of data.
fn compressible_inputs() -> Vec<Vec<u8>> {
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
    let readme = include_bytes!("../README.md");
    let mut inputs = vec![
        vec![0; 5000],
        sparse,
        bytes(20_000, 2),
        bytes(20_000, 4),
        pattern.iter().copied().cycle().take(20_000).collect(),
        numbers.take(30_000).collect(),
        readme.to_vec(),
        [readme, &bytes(3000, 256)[..], readme].concat(),
    ];
    for data in &mut inputs {
        data.truncate(amount(usize::MAX, 4000));
    }
    inputs
}

#[test]
fn other_decoders_decode_every_level() {
    let inputs = compressible_inputs();
    for codec in 0..CODECS {
        for block_size in 0..BLOCK_SIZES {
            for level in 1..=LEVELS {
                for data in &inputs {
                    let compressed = encode(&input(codec, block_size, level, data));
                    assert!(compressed > 0, "{codec} {block_size} {level}");
                }
            }
        }
    }
}

#[test]
fn noise_is_stored_and_tiny_images_are_decoded_by_other_decoders() {
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

/// A part of generated data.
#[derive(Clone, Debug)]
enum Part {
    Literals(Vec<u8>),
    /// A repeated byte, and the number of repetitions.
    Run(u8, usize),
    /// A copy of earlier data: the distance in units of 1/65536 of the bytes so far, and the length
    /// in bytes.
    Copy(u16, usize),
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60).prop_map(Part::Literals),
        prop::collection::vec(0u8..5, 0..200).prop_map(Part::Literals),
        (any::<u8>(), 1usize..700).prop_map(|(byte, len)| Part::Run(byte, len)),
        (any::<u16>(), 1usize..400).prop_map(|(back, len)| Part::Copy(back, len)),
    ]
}

fn assemble(parts: &[Part]) -> Vec<u8> {
    let mut data = Vec::new();
    for part in parts {
        match part {
            Part::Literals(bytes) => data.extend_from_slice(bytes),
            Part::Run(byte, len) => data.resize(data.len() + len, *byte),
            Part::Copy(back, len) => {
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
    fn other_decoders_decode_random_mixtures(
        parts in prop::collection::vec(part(), 1..80),
        (codec, block_size, level) in (0..CODECS, 0..BLOCK_SIZES, 1..=LEVELS),
    ) {
        encode(&input(codec, block_size, level, &assemble(&parts)));
    }
}
