use super::header::{divide, RAW_CD_BLOCK_SIZE};
use super::*;
use std::vec::Vec;

const GIB: u64 = 1 << 30;

fn parsed(head: &[u8], file_len: u64) -> ImageHeader {
    let mut first = head.to_vec();
    first.resize(PROBE_SIZE, 0);
    ImageHeader::parse(&first, file_len).unwrap().unwrap()
}

#[test]
fn written_headers_parse_to_the_same_values() {
    for (format, version) in [(Format::CsoV1, 1), (Format::CsoV2, 2), (Format::Zso, 1)] {
        for (size, block_size, shift) in
            [(1, 2048, 0), (5 * GIB + 1, 4096, 1), (9 * GIB, 1 << 24, 20)]
        {
            let header = parsed(
                &ciso::header_bytes(format, size, block_size, shift),
                20 * GIB,
            );
            assert_eq!((header.format, header.version), (format, version));
            assert_eq!((header.size, header.block_size), (size, block_size));
            assert_eq!(header.index_shift, shift);
            assert_eq!(
                u64::from(header.blocks),
                size.div_ceil(u64::from(block_size))
            );
            assert_eq!(header.tables.entry_count, header.blocks + 1);
        }
    }
    for (areas, version) in [(0, 0), (3, 1)] {
        let header = parsed(&dax::header_bytes(100_000, areas), GIB);
        assert_eq!((header.format, header.version), (Format::Dax, version));
        assert_eq!((header.size, header.blocks), (100_000, 13));
        assert_eq!(header.tables, dax::table_layout(13, areas));
        let data = 32 + 13 * 6 + 8 * u64::from(areas);
        assert_eq!(dax::data_start(&header.tables), data);
    }
}

/// Writes index entries for each coding that each format allows, and checks that they are read as
/// the same coding. The meaning of the flag in an index entry depends on the format.
#[test]
fn written_flags_are_read_as_the_same_coding() {
    let codings = [
        (Format::CsoV1, Coding::Stored, 2048),
        (Format::CsoV1, Coding::Deflate, 100),
        (Format::CsoV2, Coding::Stored, 2048),
        (Format::CsoV2, Coding::Deflate, 100),
        (Format::CsoV2, Coding::Lz4, 100),
        (Format::Zso, Coding::Stored, 2048),
        (Format::Zso, Coding::Lz4, 100),
    ];
    for (format, coding, len) in codings {
        let header = parsed(&ciso::header_bytes(format, 3 * 2048, 2048, 0), 1 << 20);
        let record = BlockRecord {
            entry: 1000 | ciso::entry_flag(format, coding),
            next_entry: Some(1000 + len),
            stored_size: 0,
            in_stored_area: false,
        };
        let offset = 1000;
        assert_eq!(
            header.span(1, record),
            Ok(Span {
                offset,
                len,
                coding
            })
        );
    }
}

/// Checks that `smallest_index_shift` returns the smallest shift for which `fits` is true.
///
/// `fits` computes the length of a file without compression: the header, the index, all blocks, and
/// padding after the index and each block. It returns whether an index entry can hold the end of
/// the file. An entry has 31 bits for a position and omits `shift` low bits. So the shifts 0, 1, 2
/// and 3 suffice for files of less than 2, 4, 8 and 16 GiB.
#[test]
fn smallest_index_shift_can_address_the_end_of_the_file() {
    let index = |size: u64| 24 + 4 * (size / 2048 + 1);
    let fits = |size: u64, shift: u32| {
        let padding = (size / 2048 + 1) * ((1 << shift) - 1);
        index(size) + size + padding < 1 << (31 + shift)
    };
    let mut shifts = Vec::new();
    for size in (1..64).map(|n| n * GIB / 4 / 2048 * 2048) {
        let shift = ciso::smallest_index_shift(size, 2048).unwrap();
        assert!(fits(size, shift.into()), "{size}");
        assert!(shift == 0 || !fits(size, u32::from(shift) - 1), "{size}");
        shifts.push(shift);
    }
    assert!(shifts.is_sorted());
    assert_eq!((shifts[0], shifts[6], shifts[7], shifts[62]), (0, 0, 1, 3));
    // `most` is the largest image of full blocks for which shift 0 suffices. An image that ends
    // within its last block counts as if that block were full. One byte more than `most` requires
    // one more block, and therefore shift 1.
    let most = (1..)
        .map(|n| 2 * GIB - n * 2048)
        .find(|size| fits(*size, 0))
        .unwrap();
    assert_eq!(ciso::smallest_index_shift(most - 2047, 2048), Ok(0));
    assert_eq!(ciso::smallest_index_shift(most + 1, 2048), Ok(1));

    let kind = |size, block_size| {
        ciso::smallest_index_shift(size, block_size)
            .unwrap_err()
            .kind()
    };
    assert_eq!(kind(u64::MAX, 2048), ErrorKind::TooLarge);
    assert_eq!(kind(GIB, 2047), ErrorKind::BlockSize);
}

#[test]
fn block_sizes_are_powers_of_two_or_that_of_raw_cd_sectors() {
    for bits in 0..32 {
        let size = 1u32 << bits;
        assert_eq!(is_block_size(size), (11..=24).contains(&bits));
        assert!(!is_block_size(size | 1));
    }
    assert!(is_block_size(2352));
    assert!(!is_block_size(0));
    assert!(!is_block_size(3072));
    assert!(!is_block_size(u32::MAX));
}

#[test]
fn last_block_has_the_rest_of_the_image() {
    let header = parsed(&ciso::header_bytes(Format::CsoV1, 10_000, 4096, 0), 9000);
    let lens: Vec<_> = (0..4).map(|block| header.block_len(block)).collect();
    assert_eq!(lens, [4096, 4096, 1808, 0]);
}

#[test]
fn stored_areas_past_the_end_of_the_image_are_errors() {
    let header = parsed(&dax::header_bytes(100_000, 1), GIB);
    let area = |first: u32, count: u32| {
        let mut row = [0; dax::AREA_SIZE];
        row[..4].copy_from_slice(&first.to_le_bytes());
        row[4..].copy_from_slice(&count.to_le_bytes());
        dax::area_frames(&header, row).map_err(|e| e.kind())
    };
    assert_eq!(area(0, 13), Ok((0, 13)));
    assert_eq!(area(12, 1), Ok((12, 13)));
    assert_eq!(area(13, 0), Ok((13, 13)));
    assert_eq!(area(12, 2), Err(ErrorKind::NcTable));
    assert_eq!(area(14, 0), Err(ErrorKind::NcTable));
    assert_eq!(area(u32::MAX, 1), Err(ErrorKind::NcTable));
    assert_eq!(area(1, u32::MAX), Err(ErrorKind::NcTable));
}

/// Returns the format that must follow `format` in `Format::ALL`, or `None` after the last one.
/// Because of the `match`, the compiler reports an error if a new format is missing here.
fn next(format: Format) -> Option<Format> {
    match format {
        Format::Iso => Some(Format::CsoV1),
        Format::CsoV1 => Some(Format::CsoV2),
        Format::CsoV2 => Some(Format::Zso),
        Format::Zso => Some(Format::Dax),
        Format::Dax => Some(Format::Jiso),
        Format::Jiso => None,
    }
}

#[test]
fn all_formats_are_listed_and_have_numbers_and_properties() {
    let listed: Vec<_> = core::iter::successors(Some(Format::Iso), |f| next(*f)).collect();
    assert_eq!(listed, Format::ALL);
    for format in listed {
        assert_eq!(Format::from_number(format as u32), Some(format));
        assert!(!format.name().is_empty());
        assert!(!format.extensions().is_empty());
        if let Some(size) = format.fixed_block_size() {
            assert!(is_block_size(size));
        }
    }
    for number in [0, Format::ALL.len() as u32 + 1, u32::MAX] {
        assert_eq!(Format::from_number(number), None);
    }
}

#[test]
fn divide_agrees_with_the_operators() {
    for by in [1, 2048, 1 << 24, RAW_CD_BLOCK_SIZE, 3, 0xFFFF] {
        for number in [0, 1, 2351, 2352, 2353, 1 << 32, (1 << 43) - 1, u64::MAX] {
            let expected = (number / u64::from(by), (number % u64::from(by)) as u32);
            assert_eq!(divide(number, by), expected, "{number} by {by}");
        }
    }
}
