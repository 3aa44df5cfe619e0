//! Reads small files that other tools wrote, and damaged ones that must be refused.
//! `golden/README.md` describes how they were made.

mod support;

use cso::{ErrorKind, Format, Image, OpenOptions};
use std::path::{Path, PathBuf};
use support::disc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Names of the images in the files. Each file's name begins with the name of its image.
const IMAGES: [&str; 3] = ["mixed", "noisy", "sparse"];

fn image(name: &str) -> Vec<u8> {
    disc::golden(name.split(['-', '.']).next().unwrap_or(name))
}

/// Name, format, version, block size and index shift.
const GOOD: &[(&str, Format, u8, u32, u8)] = &[
    ("mixed-cso1.cso", Format::CsoV1, 1, 2048, 0),
    ("mixed-cso1-16k.cso", Format::CsoV1, 1, 16384, 0),
    ("mixed-cso1-libdeflate.cso", Format::CsoV1, 1, 2048, 0),
    ("mixed-cso1-zopfli.cso", Format::CsoV1, 1, 2048, 0),
    ("mixed-cso2.cso", Format::CsoV2, 2, 2048, 0),
    ("mixed-cso2-lz4-4k.cso", Format::CsoV2, 2, 4096, 0),
    ("mixed-zso.zso", Format::Zso, 1, 2048, 0),
    ("mixed-zso-8k.zso", Format::Zso, 1, 8192, 0),
    ("mixed-dax.dax", Format::Dax, 0, 8192, 0),
    ("noisy-cso1-4k.cso", Format::CsoV1, 1, 4096, 0),
    ("noisy-cso2.cso", Format::CsoV2, 2, 2048, 0),
    ("noisy-zso-16k.zso", Format::Zso, 1, 16384, 0),
    ("noisy-dax.dax", Format::Dax, 0, 8192, 0),
    ("sparse-cso1.cso", Format::CsoV1, 1, 2048, 0),
    ("sparse-cso2.cso", Format::CsoV2, 2, 2048, 0),
    ("sparse-dax.dax", Format::Dax, 0, 8192, 0),
    ("sparse-zso.zso", Format::Zso, 1, 2048, 0),
];

/// Name, and the kind of error with which opening or reading the file fails.
const BAD: &[(&str, ErrorKind)] = &[
    ("bad-block-size.cso", ErrorKind::BlockSize),
    ("bad-checksum.dax", ErrorKind::Checksum),
    ("bad-cut-data.cso", ErrorKind::Truncated),
    ("bad-cut-data.dax", ErrorKind::Truncated),
    ("bad-cut-header.cso", ErrorKind::Truncated),
    ("bad-cut-index.zso", ErrorKind::Truncated),
    ("bad-data.cso", ErrorKind::BlockData),
    ("bad-data.zso", ErrorKind::BlockData),
    ("bad-empty.cso", ErrorKind::Empty),
    ("bad-gamecube.cso", ErrorKind::ForeignGameCube),
    ("bad-header-size.cso", ErrorKind::HeaderSize),
    ("bad-huge.cso", ErrorKind::Truncated),
    ("bad-index-order.cso", ErrorKind::IndexOrder),
    ("bad-index-range.dax", ErrorKind::IndexRange),
    ("bad-length.cso", ErrorKind::BlockLength),
    ("bad-magic.cso", ErrorKind::UnknownFormat),
    ("bad-nc-table.dax", ErrorKind::NcTable),
    ("bad-overlap.cso", ErrorKind::IndexOverlap),
    ("bad-overlap.dax", ErrorKind::IndexOverlap),
    ("bad-shift.zso", ErrorKind::IndexShift),
    ("bad-short.cso", ErrorKind::BlockShort),
    ("bad-version.cso", ErrorKind::Version),
    ("bad-zero-size.cso", ErrorKind::ImageSize),
];

#[test]
fn the_folder_contains_the_listed_files_and_no_large_ones() {
    let mut listed: Vec<_> = GOOD.iter().map(|row| row.0).collect();
    listed.extend(BAD.iter().map(|row| row.0));
    listed.extend(["README.md", "make.sh"]);
    listed.sort_unstable();
    let mut found: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found, listed);
    for name in found {
        assert!(file(&name).len() < 16 << 10, "{name} is large");
    }
}

#[test]
fn good_files_can_be_read() {
    for (name, format, version, block_size, index_shift) in GOOD {
        let bytes = file(name);
        let expected = image(name);
        for page in [0, 1, 7] {
            let options = OpenOptions::new().index_page_blocks(page);
            let opened = Image::open_with(bytes.as_slice(), &options).expect(name);
            let info = opened.info();
            assert_eq!((info.format, info.version), (*format, *version), "{name}");
            assert_eq!(
                (info.block_size, info.index_shift),
                (*block_size, *index_shift),
                "{name}"
            );
            assert_eq!(opened.size(), expected.len() as u64, "{name}");
            let mut all = vec![0; expected.len()];
            assert_eq!(opened.read_at(0, &mut all), Ok(expected.len()), "{name}");
            assert!(all == expected, "{name}");
            let mut sector = [0; 2048];
            for (number, expected) in expected.chunks(2048).enumerate() {
                opened.read_sectors(number as u32, &mut sector).expect(name);
                assert!(sector.starts_with(expected), "{name}: sector {number}");
            }
        }
    }
}

#[test]
fn bad_files_fail_with_their_kind() {
    for (name, kind) in BAD {
        let bytes = file(name);
        for page in [0, 7] {
            let options = OpenOptions::new().index_page_blocks(page);
            let outcome = Image::open_with(bytes.as_slice(), &options).and_then(|image| {
                let mut all = vec![0; image.size() as usize];
                image.read_at(0, &mut all)
            });
            assert_eq!(outcome.map_err(|e| e.kind()), Err(*kind), "{name}");
        }
    }
}

/// Writes the images to the folder in `GOLDEN_IMAGES`, for golden/make.sh.
#[test]
#[ignore = "writes files, to generate the golden files again"]
fn write_the_images() {
    let folder = PathBuf::from(std::env::var_os("GOLDEN_IMAGES").expect("GOLDEN_IMAGES"));
    for name in IMAGES {
        std::fs::write(folder.join(name).with_extension("iso"), image(name)).unwrap();
    }
}
