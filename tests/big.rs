//! Reads images and files larger than 2, 4 and 8 GiB. They exist only as computed sources: see
//! `support/big.rs`.

mod support;

use cso::{Image, OpenOptions, ReadAt, Result};
use support::big::Big;
use support::ciso::Kind;
use support::rng::Rng;

const GIB: u64 = 1 << 30;

/// Reads around each offset at which a number of 31, 32 or 33 bits overflows, in the file and in
/// the image, and at random offsets.
fn check(big: &Big, page: u32) {
    let options = OpenOptions::new().index_page_blocks(page);
    let image = Image::open_with(big, &options).unwrap();
    let block_size = u64::from(image.info().block_size);
    assert_eq!(image.size(), big.blocks * block_size);
    assert_eq!(u64::from(image.info().blocks), big.blocks);
    let mut blocks = vec![0, big.blocks - 2];
    for edge in [2 * GIB, 4 * GIB, 8 * GIB, 16 * GIB] {
        blocks.extend((edge < image.size()).then(|| edge / block_size - 2));
        blocks.extend((edge < big.file_len).then(|| big.block_at(edge) - 2));
    }
    let mut rng = Rng::new(big.file_len);
    blocks.extend((0..20).map(|_| rng.below(big.blocks - 1)));
    for first in blocks {
        let count = (big.blocks - first).min(5);
        let expected: Vec<u8> = (first..first + count).flat_map(|b| big.block(b)).collect();
        let mut bytes = vec![0; expected.len()];
        let got = image.read_at(first * block_size, &mut bytes).unwrap();
        assert_eq!(got, bytes.len());
        assert!(bytes == expected, "blocks from number {first}");
        let part = image
            .read_at(first * block_size + 2000, &mut bytes[..100])
            .unwrap();
        assert!(part == 100 && bytes[..100] == expected[2000..2100]);
        let mut sector = [0; 2048];
        let number = first * block_size / 2048;
        image.read_sectors(number as u32, &mut sector).unwrap();
        assert!(sector == expected[..2048]);
    }
}

#[test]
fn an_image_past_4_gib_in_a_file_past_2_gib() {
    let big = Big::ciso(Kind::V1, 5 * GIB / 2048, 1);
    assert!(big.file_len > 2 * GIB && big.file_len < 4 * GIB);
    for page in [0, 1, 2048] {
        check(&big, page);
    }
}

#[test]
fn files_past_4_and_8_gib() {
    for (kind, image, shift) in [
        (Kind::Zso, 9 * GIB, 2),
        (Kind::V2, 9 * GIB, 2),
        (Kind::V1, 18 * GIB, 3),
        (Kind::Zso, 18 * GIB, 3),
        (Kind::V2, 600 * GIB, 9),
    ] {
        let big = Big::ciso(kind, image / 2048, shift);
        assert!(big.file_len > 4 * GIB);
        for page in [7, 2048] {
            check(&big, page);
        }
    }
}

#[test]
fn dax_positions_use_all_32_bits() {
    let big = Big::dax((4 * GIB - (1 << 24)) / 8192);
    assert!(big.file_len > 2 * GIB && big.file_len < 4 * GIB);
    check(&big, 0);
    check(&big, 100);
}

/// An uncompressed image of 9 GiB in which each byte is computed from its offset.
struct Plain;

impl ReadAt for Plain {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        for (at, byte) in (offset..).zip(buf.iter_mut()) {
            *byte = (at ^ at >> 16 ^ at >> 32) as u8;
        }
        Ok(buf.len())
    }

    fn size(&self) -> Result<u64> {
        Ok(9 * GIB + 1)
    }
}

#[test]
fn an_uncompressed_image_past_8_gib() {
    let options = OpenOptions::new().accept_unrecognized(true);
    let image = Image::open_with(Plain, &options).unwrap();
    let sectors = image.info().sectors;
    assert_eq!(u64::from(sectors), 9 * GIB / 2048 + 1);
    let mut sector = [0; 2048];
    image.read_sectors(sectors - 2, &mut sector).unwrap();
    let at = 9 * GIB - 2048 + 77;
    assert_eq!(sector[77], (at ^ at >> 16 ^ at >> 32) as u8);
    image.read_sectors(sectors - 1, &mut sector).unwrap();
    assert!(
        sector[1..].iter().all(|byte| *byte == 0),
        "bytes past the end of the image"
    );
}
