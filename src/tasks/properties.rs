//! What holds for any image and any options: what is written reads back equal, does not depend on the
//! threads, and every deflate stream in it decodes elsewhere and is safe for real PSP hardware.

use super::options::MAX_LEVEL;
use super::{compress, CompressOptions};
use crate::codec::oracles::check_deflate;
use crate::codec::samples::{amount, lifelike, Random};
use crate::format::Format;
use crate::image::{Image, OpenOptions};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::vec;
use std::vec::Vec;

const CASES: u32 = amount(60, 3) as u32;

/// Some data of a kind that is numbered.
fn stretch(kind: u8, len: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed | 1);
    match kind {
        0 => vec![seed as u8; len],
        1 => random.bytes(len, 256),
        2 => random.bytes(len, 2 + seed as usize % 5),
        3 => {
            let pattern = random.bytes(1 + seed as usize % 3000, 256);
            pattern.iter().copied().cycle().take(len).collect()
        }
        _ => lifelike(&mut random, len),
    }
}

/// Any content: stretches of all kinds.
fn content(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let stretches = prop::collection::vec((0u8..7, 1..most / 8, any::<u64>()), 1..12);
    stretches.prop_map(|stretches| {
        let parts = stretches.into_iter();
        parts
            .flat_map(|(kind, len, seed)| stretch(kind, len, seed))
            .collect()
    })
}

fn options() -> impl Strategy<Value = CompressOptions> {
    const FORMATS: [Format; 4] = [Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax];
    let costs = (
        prop_oneof![Just(0), 0u32..30],
        prop_oneof![Just(0), 0u32..30],
    );
    (
        prop::sample::select(&FORMATS[..]),
        1..=MAX_LEVEL,
        11u32..18,
        1u32..8,
        any::<[bool; 3]>(),
        costs,
    )
        .prop_map(
            |(format, level, bits, threads, [verify, pad, dax_areas], (stored_cost, lz4_cost))| {
                CompressOptions {
                    level,
                    block_size: if format == Format::Dax { 0 } else { 1 << bits },
                    threads,
                    verify: Some(verify),
                    pad,
                    stored_cost,
                    lz4_cost,
                    dax_areas,
                    ..CompressOptions::new(format)
                }
            },
        )
}

fn written(image: &[u8], options: &CompressOptions) -> Vec<u8> {
    let image = Image::open_with(image, &OpenOptions::new().accept_unrecognized(true)).unwrap();
    let mut file = Vec::new();
    let summary = compress(&image, &mut file, options, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(summary.file_size, file.len() as u64);
    file
}

fn read_back(file: &[u8]) -> Vec<u8> {
    let image = Image::open(file).unwrap();
    let mut back = vec![0xEE; image.size() as usize];
    assert_eq!(image.read_at(0, &mut back), Ok(back.len()));
    back
}

fn word(file: &[u8], at: usize) -> usize {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize
}

/// The deflate streams of a small CSO, each with the number of its block.
fn cso_streams(file: &[u8], v2: bool, blocks: usize, block_size: usize) -> Vec<(usize, &[u8])> {
    const FLAG: usize = 1 << 31;
    assert_eq!(file[21], 0, "so small an image needs no alignment");
    let entry = |number: usize| word(file, 24 + 4 * number);
    let block = |number: usize| {
        let data = &file[entry(number) & !FLAG..entry(number + 1) & !FLAG];
        // In CSO v2 a flagged block is LZ4, and a whole one raw; in CSO v1 a flagged one is raw.
        let is_other = entry(number) & FLAG != 0 || v2 && data.len() >= block_size;
        (!is_other).then_some((number, data))
    };
    (0..blocks).filter_map(block).collect()
}

/// The same of a DAX file, without their zlib wrapping.
fn dax_streams(file: &[u8], frames: usize) -> Vec<(usize, &[u8])> {
    let sizes = 32 + 4 * frames;
    let areas = sizes + 2 * frames;
    let is_raw = |number: usize| {
        let mut rows = (0..word(file, 12)).map(|row| areas + 8 * row);
        rows.any(|at| {
            let first = word(file, at);
            (first..first + word(file, at + 4)).contains(&number)
        })
    };
    let frame = |number: usize| {
        let at = word(file, 32 + 4 * number);
        let size = word(file, sizes + 2 * number) & 0xFFFF;
        (number, &file[at + 2..at + size - 4])
    };
    (0..frames)
        .filter(|&number| !is_raw(number))
        .map(frame)
        .collect()
}

/// Checks every deflate stream of a file.
fn check_streams(file: &[u8], image: &[u8], options: &CompressOptions) {
    let block_size = options.checked().unwrap().block_size as usize;
    let blocks = image.len().div_ceil(block_size);
    let streams = match options.format {
        Format::Dax => dax_streams(file, blocks),
        Format::Zso => Vec::new(),
        format => cso_streams(file, format == Format::CsoV2, blocks, block_size),
    };
    for (number, stream) in streams {
        let rest = &image[number * block_size..];
        // The last block is padded to a whole one.
        let mut block = rest[..rest.len().min(block_size)].to_vec();
        block.resize(block_size, 0);
        check_deflate(stream, &block);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_image_is_written_right(image in content(60_000), options in options()) {
        let file = written(&image, &options);
        prop_assert!(read_back(&file) == image);
        check_streams(&file, &image, &options);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES / 6 + 1,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// For images of several batches of blocks.
    #[test]
    fn the_threads_make_no_difference(
        start in content(400_000),
        options in options(),
        level in prop::sample::select(&[1u32, 2, 4, 5, 6, 7][..]),
    ) {
        let image: Vec<u8> = start.iter().copied().cycle().take(1_200_000).collect();
        let with = |threads| written(&image, &CompressOptions { level, threads, ..options });
        let alone = with(1);
        prop_assert!(with(2) == alone);
        prop_assert!(with(7) == alone);
    }
}
