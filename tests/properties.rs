//! Checks properties of files with any parameters, which proptest generates.

mod support;

use cso::{Image, OpenOptions};
use proptest::prelude::*;
use support::ciso::{Ciso, End, Kind};
use support::dax::Dax;
use support::jiso::Jiso;
use support::{disc, Sample};

/// Number of cases for each property.
const CASES: u32 = 60;

fn ciso() -> impl Strategy<Value = Ciso> {
    let kind = prop_oneof![Just(Kind::V1), Just(Kind::V2), Just(Kind::Zso)];
    let block_size = prop_oneof![Just(2352), (11u32..16).prop_map(|bits| 1 << bits)];
    let end = prop_oneof![
        Just(End::Exact),
        Just(End::RoundedDown),
        Just(End::Unwritten)
    ];
    let ignored = (any::<u32>(), any::<u16>(), 0u8..2);
    (
        kind,
        block_size,
        0u8..10,
        end,
        any::<[bool; 3]>(),
        ignored,
        0usize..9,
    )
        .prop_map(
            |(kind, block_size, shift, end, [full, adler, pad], ignored, turn)| {
                let mut ciso = Ciso {
                    // In CSO v2, a stored last block is recognized by its length, which must not be
                    // rounded down.
                    shift: if kind == Kind::V2 && block_size == 2352 {
                        shift.min(4)
                    } else {
                        shift
                    },
                    full_last: full || kind == Kind::V2,
                    end,
                    adler,
                    multiple: if pad { 2048 } else { 1 },
                    turn,
                    ..Ciso::new(kind, block_size)
                };
                if kind == Kind::V1 {
                    // A large power of two would be recognized as a GameCube image.
                    ciso.header_size = ignored.0 | 3;
                    ciso.reserved = ignored.1;
                    ciso.version = ignored.2;
                }
                ciso
            },
        )
}

fn dax() -> impl Strategy<Value = Dax> {
    (0u32..2, 0usize..4, any::<bool>(), any::<bool>(), 0usize..9).prop_map(
        |(version, store_each, unwrapped, full_last, turn)| Dax {
            version,
            store_each,
            unwrapped,
            full_last,
            turn,
        },
    )
}

fn jiso() -> impl Strategy<Value = Jiso> {
    let flags = (any::<bool>(), any::<bool>(), any::<[u8; 16]>());
    (11u32..16, flags, 48usize..100, 0usize..9).prop_map(
        |(bits, (lzo, block_headers, md5), header_size, turn)| Jiso {
            block_headers,
            header_size,
            md5,
            turn,
            ..Jiso::new(1 << bits, lzo)
        },
    )
}

/// Generates files of any format, for images of up to 100 KB.
fn sample() -> impl Strategy<Value = Sample> {
    let image = (1usize..100_000, any::<u64>()).prop_map(|(size, seed)| disc::image(size, seed));
    prop_oneof![
        4 => (ciso(), image.clone()).prop_map(|(file, image)| file.build("", &image)),
        2 => (dax(), image.clone()).prop_map(|(file, image)| file.build("", &image)),
        1 => (jiso(), image).prop_map(|(file, image)| file.build("", &image)),
    ]
}

impl std::fmt::Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

fn open(sample: &Sample, page: u32) -> Image<&[u8]> {
    let options = OpenOptions::new().index_page_blocks(page);
    Image::open_with(sample.file.as_slice(), &options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_file_reads_as_its_image(sample in sample(), page in 0u32..40) {
        let image = open(&sample, page);
        let mut bytes = vec![0; sample.image.len() + 1];
        prop_assert_eq!(image.read_at(0, &mut bytes), Ok(sample.image.len()));
        bytes.pop();
        prop_assert!(bytes == sample.image);
    }

    #[test]
    fn a_read_is_a_slice_of_the_image(
        sample in sample(),
        page in 0u32..40,
        reads in prop::collection::vec((0u64..110_000, 0usize..30_000), 1..12),
    ) {
        let image = open(&sample, page);
        for (offset, len) in reads {
            let start = sample.image.len().min(offset as usize);
            let expected = &sample.image[start..sample.image.len().min(start + len)];
            let mut bytes = vec![0; len];
            prop_assert_eq!(image.read_at(offset, &mut bytes), Ok(expected.len()));
            prop_assert!(bytes[..expected.len()] == *expected);
        }
    }

    #[test]
    fn a_cut_file_never_gives_other_bytes(sample in sample(), part in 0.0f64..1.0) {
        let cut = (sample.file.len() as f64 * part) as usize;
        let Ok(image) = Image::open(&sample.file[..cut]) else {
            return Ok(());
        };
        let step = image.info().block_size as usize;
        for (number, expected) in sample.image.chunks(step).enumerate() {
            let mut bytes = vec![0; expected.len()];
            if image.read_at((number * step) as u64, &mut bytes).is_ok() {
                prop_assert!(bytes == expected);
            }
        }
    }

    #[test]
    fn any_bytes_do_no_harm(
        magic in prop_oneof![Just(*b"CISO"), Just(*b"ZISO"), Just(*b"DAX\0"), Just(*b"JISO")],
        mut rest in prop::collection::vec(prop_oneof![3 => 0u8..9, 1 => any::<u8>()], 0..600),
    ) {
        rest.splice(..0, magic);
        let _ = support::exercise::exercise(&rest);
    }
}
