//! Property tests of [`compress`] with random images and options. They check these properties:
//!
//! * The output decodes to the image.
//! * The output does not depend on the number of threads.
//! * The decoders of other projects, and PSP hardware, can decode the deflate streams of the
//!   output.

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

/// Returns `len` bytes of test data. `kind` is 0 to 6 and selects one of these kinds:
///
/// * 0: one byte value, repeated.
/// * 1: random bytes.
/// * 2: random bytes of 2 to 6 different values.
/// * 3: a random pattern, repeated.
/// * 4 to 6: data that resembles real files. This kind has three numbers, so that it is generated
///   more often.
fn section(kind: u8, len: usize, seed: u64) -> Vec<u8> {
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

/// Generates random images of 1 to 11 sections. Each section is of a random kind and shorter than
/// `max_len / 8` bytes.
fn image_content(max_len: usize) -> impl Strategy<Value = Vec<u8>> {
    let sections = prop::collection::vec((0u8..7, 1..max_len / 8, any::<u64>()), 1..12);
    sections.prop_map(|sections| {
        sections
            .into_iter()
            .flat_map(|(kind, len, seed)| section(kind, len, seed))
            .collect()
    })
}

/// Generates random options. The format is one of those that can be written.
fn compress_options() -> impl Strategy<Value = CompressOptions> {
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
                let block_size = format.fixed_block_size().unwrap_or(1 << bits);
                CompressOptions::new(format)
                    .level(level)
                    .block_size(block_size)
                    .threads(threads)
                    .verify(verify)
                    .pad(pad)
                    .stored_cost(stored_cost)
                    .lz4_cost(lz4_cost)
                    .dax_areas(dax_areas)
            },
        )
}

fn compressed(image: &[u8], options: &CompressOptions) -> Vec<u8> {
    let image = Image::open_with(image, &OpenOptions::new().accept_unrecognized(true)).unwrap();
    let mut file = Vec::new();
    let summary = compress(&image, &mut file, options, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(summary.file_size, file.len() as u64);
    file
}

fn decoded(file: &[u8]) -> Vec<u8> {
    let image = Image::open(file).unwrap();
    let mut decoded = vec![0xEE; image.size() as usize];
    assert_eq!(image.read_at(0, &mut decoded), Ok(decoded.len()));
    decoded
}

fn u32_at(file: &[u8], at: usize) -> usize {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize
}

/// Returns the deflate streams of a CSO file, each with the number of its block. Blocks of other
/// codings are left out. `v2` is whether the file is CSO v2. The index shift in the header must be
/// 0, which means that index entries are offsets in bytes.
fn cso_streams(file: &[u8], v2: bool, blocks: usize, block_size: usize) -> Vec<(usize, &[u8])> {
    const FLAG: usize = 1 << 31;
    assert_eq!(file[21], 0, "the index shift of a small image is 0");
    let entry = |number: usize| u32_at(file, 24 + 4 * number);
    let block = |number: usize| {
        let data = &file[entry(number) & !FLAG..entry(number + 1) & !FLAG];
        // In CSO v1, the flag of an index entry marks a stored block. In CSO v2, it marks a block
        // that is compressed with LZ4. A block of CSO v2 that takes `block_size` bytes or more in
        // the file is stored.
        let is_not_deflate = entry(number) & FLAG != 0 || v2 && data.len() >= block_size;
        (!is_not_deflate).then_some((number, data))
    };
    (0..blocks).filter_map(block).collect()
}

/// Returns the deflate streams of a DAX file, each with the number of its frame. They are inside
/// zlib streams, between a header of 2 bytes and a checksum of 4 bytes. Stored frames are left out.
fn dax_streams(file: &[u8], frames: usize) -> Vec<(usize, &[u8])> {
    let sizes = 32 + 4 * frames;
    let areas = sizes + 2 * frames;
    let is_stored = |number: usize| {
        let mut rows = (0..u32_at(file, 12)).map(|row| areas + 8 * row);
        rows.any(|at| {
            let first = u32_at(file, at);
            (first..first + u32_at(file, at + 4)).contains(&number)
        })
    };
    let frame = |number: usize| {
        let at = u32_at(file, 32 + 4 * number);
        let size = u32_at(file, sizes + 2 * number) & 0xFFFF;
        (number, &file[at + 2..at + size - 4])
    };
    (0..frames)
        .filter(|&number| !is_stored(number))
        .map(frame)
        .collect()
}

/// Asserts for every deflate stream of `file` that it decodes to the right block of `image`, and
/// that PSP hardware can read it.
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
        // If the image ends within the block, the compressor fills the rest of the block with
        // zeros.
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
    fn output_decodes_to_the_image(image in image_content(60_000), options in compress_options()) {
        let file = compressed(&image, &options);
        prop_assert!(decoded(&file) == image);
        check_streams(&file, &image, &options);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES / 6 + 1,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The images have 1,200,000 bytes, which are three batches of blocks. Several threads can
    /// therefore encode parts of one image.
    #[test]
    fn output_does_not_depend_on_the_number_of_threads(
        start in image_content(400_000),
        options in compress_options(),
        level in prop::sample::select(&[1u32, 2, 4, 5, 6, 7][..]),
    ) {
        let image: Vec<u8> = start.iter().copied().cycle().take(1_200_000).collect();
        let with = |threads| compressed(&image, &options.level(level).threads(threads));
        let single = with(1);
        prop_assert!(with(2) == single);
        prop_assert!(with(7) == single);
    }
}
