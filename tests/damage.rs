//! Opens and reads files that are truncated, damaged, hostile or of another format. Each defect
//! must be reported with its kind of error, and all bytes that can be read must equal the image.

mod support;

use cso::{probe, Error, ErrorKind, Image, OpenOptions};
use support::ciso::{self, Ciso, End, Kind, FLAG};
use support::dax::{self, Dax};
use support::jiso::{self, Jiso};
use support::{disc, foreign, get_u32, put_u16, put_u32, put_u64, samples, Sample};

const PAGES: [u32; 3] = [0, 1, 7];

/// Kinds of errors that reading a block of an open image may return.
const BLOCK_ERRORS: [ErrorKind; 8] = [
    ErrorKind::Truncated,
    ErrorKind::IndexOrder,
    ErrorKind::IndexOverlap,
    ErrorKind::IndexRange,
    ErrorKind::BlockLength,
    ErrorKind::BlockData,
    ErrorKind::BlockShort,
    ErrorKind::Checksum,
];

/// Opens an image with index pages of `page` blocks, or with the whole index checked if `page` is
/// 0.
fn open(file: &[u8], page: u32) -> Result<Image<&[u8]>, Error> {
    let options = OpenOptions::new().index_page_blocks(page);
    Image::open_with(file, &options.check_index(page == 0))
}

/// Returns the kind of error with which opening fails.
#[track_caller]
fn refusal(file: &[u8]) -> ErrorKind {
    kind_of(file).expect("a defective file can be opened")
}

/// Returns the kind of error with which opening fails, or `None` if it succeeds.
fn kind_of(file: &[u8]) -> Option<ErrorKind> {
    open(file, 0).err().map(|e| e.kind())
}

/// Reads each block with a separate request. Each block either equals the image or fails with an
/// error that has the block and its offset. Returns the errors.
fn read_blocks(image: &Image<&[u8]>, sample: &Sample, what: &str) -> Vec<Error> {
    let step = image.info().block_size as usize;
    let mut failures = Vec::new();
    for (number, expected) in sample.image.chunks(step).enumerate() {
        let mut bytes = vec![0xA5; expected.len()];
        match image.read_at((number * step) as u64, &mut bytes) {
            Ok(_) => assert!(bytes == expected, "{} {what}: block {number}", sample.name),
            Err(e) => {
                let name = format!("{} {what}: {e:?}", sample.name);
                assert!(BLOCK_ERRORS.contains(&e.kind()), "{name}");
                assert_eq!(e.block(), Some(number as u32), "{name}");
                assert!(e.offset().is_some(), "{name}");
                failures.push(e);
            }
        }
    }
    failures
}

#[test]
fn a_truncated_file_is_refused_or_names_the_block() {
    for sample in samples::all() {
        let data_end = sample.blocks.last().unwrap().end;
        let cuts = (0..data_end)
            .step_by(64)
            .chain([1, 2, 3, 23, 24, 47, data_end - 1]);
        for cut in cuts {
            let what = format!("cut to {cut} of {data_end}");
            for page in PAGES {
                match open(&sample.file[..cut], page) {
                    Err(e) => {
                        let fits = matches!(
                            e.kind(),
                            ErrorKind::Empty | ErrorKind::Truncated | ErrorKind::BlockLength
                        ) || begins_past_the_end(e);
                        assert!(fits, "{} {what}: {e:?}", sample.name);
                    }
                    Ok(image) => {
                        let failures = read_blocks(&image, &sample, &what);
                        // The end of the last block may be missing if it holds only the padding
                        // past the end of the image.
                        let last = sample.blocks.last().unwrap();
                        let fits = !failures.is_empty() || cut > last.start;
                        assert!(fits, "{} {what}", sample.name);
                    }
                }
            }
        }
    }
}

/// Returns whether a block begins past the end of the file, in formats whose index has no entry for
/// the end of the data.
fn begins_past_the_end(e: Error) -> bool {
    e.kind() == ErrorKind::IndexRange && e.block().is_some()
}

#[test]
fn missing_padding_is_no_error() {
    let image = disc::image(samples::SIZE, 1);
    for kind in [Kind::V1, Kind::V2, Kind::Zso] {
        let ciso = Ciso {
            shift: 8,
            ..Ciso::new(kind, 2048)
        };
        let mut sample = ciso.build("", &image);
        let data_end = sample.blocks.last().unwrap().end;
        assert!(data_end < sample.file.len());
        sample.file.truncate(data_end);
        let opened = open(&sample.file, 0).unwrap();
        assert!(read_blocks(&opened, &sample, "").is_empty());
    }
}

#[test]
fn tiny_files() {
    assert_eq!(refusal(b""), ErrorKind::Empty);
    assert_eq!(probe(b"", 0).unwrap_err().kind(), ErrorKind::Empty);
    for magic in [b"CISO", b"ZISO", b"DAX\0", b"JISO"] {
        for len in 1..48 {
            for filler in [0x00, 0x01, 0x20, 0xFF] {
                let mut file = magic.to_vec();
                file.resize(len.max(4), filler);
                file.truncate(len);
                for page in PAGES {
                    assert!(open(&file, page).is_err(), "{file:?}");
                }
                let _ = probe(&file, len as u64);
            }
        }
        for len in 1..24 {
            assert_eq!(
                refusal(&[magic, [0; 24].as_slice()].concat()[..len]),
                ErrorKind::Truncated
            );
        }
    }
    for len in 1..48 {
        for byte in [0x00, b'C', 0xFF] {
            let kind = refusal(&vec![byte; len]);
            let cut = byte == b'C' && len == 1;
            let expected = if cut {
                ErrorKind::Truncated
            } else {
                ErrorKind::UnknownFormat
            };
            assert_eq!(kind, expected, "{byte} {len}");
        }
    }
}

#[test]
fn unsupported_formats_are_recognized() {
    let image = disc::image(samples::SIZE, 5);
    for block_size in [0x8000, 1 << 20, 0x20_0000, 16 << 20] {
        for present in [1, 5, 700] {
            let file = foreign::gamecube(block_size, present);
            assert_eq!(refusal(&file), ErrorKind::ForeignGameCube);
        }
    }
    assert_eq!(refusal(&foreign::xbox(&image)), ErrorKind::ForeignXbox);
    for shift in 0..3 {
        let file = foreign::dreamshell(&image, shift);
        for page in [0, 1, 2048] {
            let kind = open(&file, page).err().map(|e| e.kind());
            assert_eq!(kind, Some(ErrorKind::ForeignLzoZiso), "shift {shift}");
        }
    }
    for head in [
        &b"RIFF"[..],
        b"PK\x03\x04",
        b"ciso",
        b"\0\0\0\0",
        b"CIS0",
        b"DAX1",
        b"MComprHD",
    ] {
        let mut file = head.to_vec();
        file.resize(100_000, 0);
        assert_eq!(refusal(&file), ErrorKind::UnknownFormat);
        assert_eq!(
            probe(&file, 100_000).unwrap_err().kind(),
            ErrorKind::UnknownFormat
        );
    }
}

/// An Xbox image without compressed blocks is recognized by its volume descriptor.
#[test]
fn an_xbox_image_of_stored_blocks_is_recognized() {
    let mut image: Vec<u8> = disc::image(40 * 2048, 5);
    let mut rng = support::rng::Rng::new(1);
    image.fill_with(|| rng.byte());
    image[0x10000..0x10014].copy_from_slice(b"MICROSOFT*XBOX*MEDIA");
    assert_eq!(refusal(&foreign::xbox(&image)), ErrorKind::ForeignXbox);
}

/// Unsupported formats are recognized in a part of a file, such as one of a split image. A
/// truncated file of a supported format is reported as truncated.
#[test]
fn unsupported_formats_are_recognized_when_truncated() {
    let image = disc::image(samples::SIZE, 5);
    let xbox = foreign::xbox(&image);
    let dreamshell = foreign::dreamshell(&image, 0);
    for (file, expected) in [
        (&xbox, ErrorKind::ForeignXbox),
        (&dreamshell, ErrorKind::ForeignLzoZiso),
    ] {
        for part in [2, 3] {
            assert_eq!(refusal(&file[..file.len() * (part - 1) / part]), expected);
        }
    }
    let ours = Ciso {
        shift: 2,
        ..Ciso::new(Kind::V2, 2048)
    };
    let file = ours.build("ours", &image).file;
    assert_eq!(refusal(&file[..file.len() / 2]), ErrorKind::Truncated);
}

/// Offset, number of bytes and value of a change to a file.
type Patch = (usize, usize, u64);

fn patched(file: &[u8], patches: &[Patch]) -> Vec<u8> {
    let mut file = file.to_vec();
    for (at, bytes, value) in patches {
        file[*at..at + bytes].copy_from_slice(&value.to_le_bytes()[..*bytes]);
    }
    file
}

#[test]
fn headers_of_the_ciso_family() {
    use ErrorKind::{
        BlockSize, HeaderSize, ImageSize, IndexShift, Truncated, UnknownFormat, Version,
    };
    let image = disc::image(samples::SIZE, 1);
    let v1 = Ciso::new(Kind::V1, 2048).build("", &image).file;
    let v2 = Ciso::new(Kind::V2, 2048).build("", &image).file;
    let zso = Ciso::new(Kind::Zso, 2048).build("", &image).file;
    let of_all: &[(Patch, ErrorKind)] = &[
        ((0, 4, 0), UnknownFormat),
        ((8, 8, 0), ImageSize),
        ((8, 8, u64::MAX), ImageSize),
        ((8, 8, 1 << 63), ImageSize),
        ((8, 8, (1 << 43) + 1), ImageSize),
        ((8, 8, 1 << 40), Truncated),
        ((8, 8, 1 << 32), Truncated),
        ((16, 4, 0), BlockSize),
        ((16, 4, 1), BlockSize),
        ((16, 4, 1024), BlockSize),
        ((16, 4, 2047), BlockSize),
        ((16, 4, 2049), BlockSize),
        ((16, 4, 3072), BlockSize),
        ((16, 4, 0x0100_0001), BlockSize),
        ((16, 4, 32 << 20), BlockSize),
        ((16, 4, 1 << 31), BlockSize),
        ((16, 4, 0xFFFF_FFFF), BlockSize),
        ((21, 1, 21), IndexShift),
        ((21, 1, 32), IndexShift),
        ((21, 1, 64), IndexShift),
        ((21, 1, 255), IndexShift),
    ];
    for file in [&v1, &v2, &zso] {
        for (patch, kind) in of_all {
            assert_eq!(kind_of(&patched(file, &[*patch])), Some(*kind), "{patch:?}");
        }
    }
    let of_one: &[(&[u8], Patch, ErrorKind)] = &[
        (&v1, (20, 1, 3), Version),
        (&v1, (20, 1, 255), Version),
        (&v2, (20, 1, 3), Version),
        (&v2, (4, 4, 0), HeaderSize),
        (&v2, (4, 4, 32), HeaderSize),
        (&v2, (22, 2, 1), HeaderSize),
        (&v2, (22, 2, 0x8000), HeaderSize),
        (&zso, (20, 1, 0), Version),
        (&zso, (20, 1, 2), Version),
        (&zso, (4, 4, 0), HeaderSize),
        (&zso, (4, 4, 25), HeaderSize),
    ];
    for (file, patch, kind) in of_one {
        assert_eq!(kind_of(&patched(file, &[*patch])), Some(*kind), "{patch:?}");
    }
}

/// An invalid index entry is reported when the file is opened if the whole index is checked, and
/// when its block is read otherwise. The other blocks can be read.
#[test]
fn invalid_entries_of_the_ciso_index() {
    use ErrorKind::{BlockLength, IndexOrder, IndexOverlap, IndexRange};
    let image = disc::image(samples::SIZE, 1);
    for kind in [Kind::V1, Kind::V2, Kind::Zso] {
        let sample = Ciso::new(kind, 2048).build("", &image);
        let entry = |number: usize| get_u32(&sample.file, ciso::HEADER + 4 * number);
        let position = |number: usize| entry(number) & !FLAG;
        let len = sample.file.len() as u32;
        let cases = [
            // Entry number, its new value, the first block that fails, and the kind of error.
            (5, position(3), 4, IndexOrder),
            (5, 0, 4, IndexOrder),
            (5, FLAG, 4, IndexOrder),
            (5, position(8), 5, IndexOrder),
            (5, len + 1, 4, IndexRange),
            (5, !FLAG, 4, IndexRange),
            (5, position(4), 4, BlockLength),
            (5, position(4) + 1, 4, BlockLength),
            (0, 0, 0, IndexOverlap),
            (0, 24, 0, IndexOverlap),
            (0, position(0) - 1, 0, IndexOverlap),
            (0, position(2), 0, IndexOrder),
        ];
        for (number, value, block, error) in cases {
            let mut file = sample.file.clone();
            put_u32(&mut file, ciso::HEADER + 4 * number, value);
            let name = format!("{} entry {number} = {value:#x}", sample.name);
            let e = open(&file, 0).expect_err(&name);
            // The reader may report the length of the block, which is invalid too.
            let fits = e.kind() == error || e.kind() == BlockLength;
            assert!(fits, "{name}: {e:?}");
            // If the position is too high, the block before ends too late. The reader may report
            // that block instead.
            let before = value == position(8) && e.block() == Some(block - 1);
            assert!(e.block() == Some(block) || before, "{name}: {e:?}");
            assert!(e.offset().is_some(), "{name}: {e:?}");
            let loaded = |file| Image::open(file);
            let paged = |file| open(file, 1);
            let ways: [&dyn Fn(_) -> _; 2] = [&loaded, &paged];
            for way in ways.iter().filter(|_| number != 0) {
                let opened = way(&file[..]).expect(&name);
                let e = opened.block_span(block).unwrap_err();
                assert!(
                    e.kind() == error || e.kind() == BlockLength,
                    "{name}: {e:?}"
                );
                let mut bytes = [0; 2048];
                for other in [0, 1, 2, 10, 15] {
                    opened.read_sectors(other, &mut bytes).expect(&name);
                    assert!(image[other as usize * 2048..].starts_with(&bytes), "{name}");
                }
            }
        }
        // Sets the last entry to a position before the last block, or past the end of the file.
        let last = ciso::HEADER + 4 * sample.blocks.len();
        let mut file = sample.file.clone();
        put_u32(&mut file, last, position(sample.blocks.len() - 1) - 1);
        assert_eq!(refusal(&file), IndexOrder);
        put_u32(&mut file, last, len + 1);
        for page in PAGES {
            let e = open(&file, page).err().unwrap();
            assert_eq!(
                (e.kind(), e.offset()),
                (ErrorKind::Truncated, Some(u64::from(len)))
            );
        }
    }
}

/// A block of a valid length must not end past the end of the file, even by one byte.
#[test]
fn blocks_end_within_the_file() {
    let image = disc::image(samples::SIZE, 1);
    for sample in [
        Ciso::new(Kind::V1, 2048).build("", &image),
        Ciso::new(Kind::V2, 2048).build("", &image),
        Jiso::new(2048, false).build("", &image),
    ] {
        let jiso = sample.file.starts_with(b"JISO");
        let index = if jiso { jiso::HEADER } else { ciso::HEADER };
        let last = sample.blocks.len() - 1;
        let mut file = sample.file.clone();
        let len = file.len() as u32;
        put_u32(&mut file, index + 4 * last, len + 1);
        // Moves the end of the data too, which must not be before the start of the last block.
        put_u32(&mut file, index + 4 * (last + 1), len);
        let e = open(&file, 0).err().unwrap();
        let before = last as u32 - 1;
        assert_eq!((e.kind(), e.block()), (ErrorKind::IndexRange, Some(before)));
        let e = open(&file, 3).unwrap().block_span(before).unwrap_err();
        assert_eq!((e.kind(), e.block()), (ErrorKind::IndexRange, Some(before)));
    }
}

#[test]
fn only_an_image_with_a_partial_block_may_lack_the_last_entry() {
    let image = disc::image(4 * 4096, 1);
    let ciso = Ciso {
        end: End::Absent,
        ..Ciso::new(Kind::V1, 4096)
    };
    assert_eq!(
        refusal(&ciso.build("", &image).file),
        ErrorKind::IndexOverlap
    );
}

#[test]
fn a_block_that_is_too_long_is_refused() {
    let image = disc::image(samples::SIZE, 1);
    for (kind, shift) in [(Kind::V1, 0), (Kind::Zso, 0), (Kind::V2, 4)] {
        let ciso = Ciso {
            shift,
            ..Ciso::new(kind, 2048)
        };
        // Unused bytes after block 3 make the block too long.
        let sample = ciso.build("", &image);
        let gap = 8192usize;
        let place = sample.blocks[4].start;
        let mut file = sample.file.clone();
        file.splice(place..place, vec![0; gap]);
        for number in 4..=sample.blocks.len() {
            let at = ciso::HEADER + 4 * number;
            let entry = get_u32(&file, at) + (gap as u32 >> shift);
            put_u32(&mut file, at, entry);
        }
        let e = open(&file, 0).err().unwrap();
        assert_eq!((e.kind(), e.block()), (ErrorKind::BlockLength, Some(3)));
    }
}

#[test]
fn headers_and_tables_of_dax() {
    use ErrorKind::{
        BlockLength, ImageSize, IndexOrder, IndexOverlap, IndexRange, NcTable, Truncated, Version,
    };
    let image = disc::image(11 * dax::FRAME - 1000, 1);
    let areas = Dax {
        store_each: 3,
        ..Dax::new(1)
    };
    let sample = areas.build("", &image);
    let file = &sample.file;
    let frames = sample.blocks.len();
    let sizes = dax::HEADER + 4 * frames;
    let rows = sizes + 2 * frames;
    let data = sample.blocks[0].start as u64;
    let start = |number: usize| sample.blocks[number].start as u64;
    let is_compressed = |number: &usize| sample.blocks[*number].len() < dax::FRAME;
    let compressed = (1..frames - 1).find(is_compressed).unwrap();
    assert!(is_compressed(&(frames - 1)));
    let cases: &[(Patch, ErrorKind)] = &[
        ((4, 4, 0), ImageSize),
        ((4, 4, 0xFFFF_FFFF), Truncated),
        ((8, 4, 2), Version),
        ((8, 4, 0x100), Version),
        ((8, 4, 0xFFFF_FFFF), Version),
        ((12, 4, frames as u64 + 1), NcTable),
        ((12, 4, 0xFFFF_FFFF), NcTable),
        ((rows, 4, frames as u64), NcTable),
        ((rows, 4, 0xFFFF_FFFF), NcTable),
        ((rows + 4, 4, frames as u64 + 1), NcTable),
        ((rows + 4, 4, 0xFFFF_FFFF), NcTable),
        // Positions in the header, in the tables and in another frame, positions in reverse order,
        // and positions past the end of the file.
        ((dax::HEADER, 4, 0), IndexOverlap),
        ((dax::HEADER, 4, data - 1), IndexOverlap),
        ((dax::HEADER + 4 * 5, 4, start(4)), IndexOverlap),
        ((dax::HEADER + 4 * 5, 4, start(5) - 1), IndexOverlap),
        ((dax::HEADER + 4 * 5, 4, start(3)), IndexOrder),
        ((dax::HEADER + 4 * 5, 4, file.len() as u64 + 1), IndexRange),
        ((dax::HEADER + 4 * 5, 4, 0xFFFF_FFFF), IndexRange),
        // Sizes that are too small, and a size that reaches into the next frame.
        ((sizes + 2 * compressed, 2, 0), BlockLength),
        ((sizes + 2 * compressed, 2, 7), BlockLength),
        ((sizes + 2 * compressed, 2, 0xFFFF), IndexOverlap),
        ((sizes + 2 * (frames - 1), 2, 0xFFFF), Truncated),
    ];
    for (patch, kind) in cases {
        assert_eq!(kind_of(&patched(file, &[*patch])), Some(*kind), "{patch:?}");
    }
    // Version 0 has no table of areas, so its field is ignored.
    let zero = Dax::new(0).build("", &image).file;
    assert!(open(&patched(&zero, &[(12, 4, 0xFFFF_FFFF)]), 0).is_ok());
}

#[test]
fn headers_and_index_of_jiso() {
    use ErrorKind::{
        BlockLength, BlockSize, HeaderSize, ImageSize, IndexOrder, IndexOverlap, IndexRange,
        Method, Truncated,
    };
    let image = disc::image(samples::SIZE, 1);
    for (lzo, block_headers) in [(false, false), (true, true)] {
        let sample = Jiso {
            block_headers,
            ..Jiso::new(2048, lzo)
        }
        .build("", &image);
        let file = &sample.file;
        let skip = 4 * u64::from(block_headers);
        let start = |number: usize| sample.blocks[number].start as u64 - skip;
        let entry = |number: usize| jiso::HEADER + 4 * number;
        let last = entry(sample.blocks.len());
        let cases: &[(Patch, ErrorKind)] = &[
            ((6, 2, 0), BlockSize),
            ((6, 2, 1024), BlockSize),
            ((6, 2, 2049), BlockSize),
            ((6, 2, 0xFFFF), BlockSize),
            ((10, 1, 2), Method),
            ((10, 1, 255), Method),
            ((12, 4, 0), ImageSize),
            ((12, 4, 0xFFFF_FFFF), Truncated),
            ((32, 4, 0), HeaderSize),
            ((32, 4, 47), HeaderSize),
            ((32, 4, 0xFFFF_FFFF), Truncated),
            ((32, 4, file.len() as u64 - 4), Truncated),
            ((entry(0), 4, 0), IndexOverlap),
            ((entry(0), 4, start(0) - 1), IndexOverlap),
            ((entry(5), 4, start(3)), IndexOrder),
            ((entry(5), 4, start(4)), BlockLength),
            ((entry(5), 4, start(4) + skip), BlockLength),
            ((entry(5), 4, file.len() as u64 + 1), IndexRange),
            ((last, 4, file.len() as u64 + 1), Truncated),
            ((last, 4, 0xFFFF_FFFF), Truncated),
        ];
        for (patch, kind) in cases {
            let found = refusal(&patched(file, &[*patch]));
            // The reader may report the length of the block, which is invalid too.
            let fits = found == *kind || *kind == IndexRange && found == BlockLength;
            assert!(fits, "{patch:?}: {found:?}, not {kind:?}");
        }
    }
}

/// Flips each bit of the header, and every third bit of the tables. Nothing panics, no read returns
/// a wrong length, and the bytes are the same if the header still has the same meaning.
#[test]
fn single_bits_of_headers_and_tables() {
    for sample in samples::all() {
        let mut file = sample.file.clone();
        let tables = sample.blocks[0].start.min(96) * 8;
        for bit in (0..48 * 8).chain((48 * 8..tables).step_by(3)) {
            file[bit / 8] ^= 1 << (bit % 8);
            for page in [0, 7] {
                let Ok(image) = open(&file, page) else {
                    continue;
                };
                let mut bytes = vec![0xA5; 3000];
                let size = image.size();
                for start in (0..size.min(20_000)).step_by(3000) {
                    let Ok(count) = image.read_at(start, &mut bytes) else {
                        continue;
                    };
                    assert_eq!(count as u64, (size - start).min(3000));
                }
            }
            file[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

/// Damaged data is always detected in formats with a checksum. In others it may decode to different
/// bytes, in that block only.
#[test]
fn damaged_data() {
    for sample in samples::all() {
        for (number, place) in sample.blocks.iter().enumerate() {
            for at in [place.start, place.start + place.len() / 2, place.end - 1] {
                let mut file = sample.file.clone();
                file[at] ^= 0x55;
                let Ok(image) = open(&file, 0) else {
                    // A first LZ4 block that is damaged may look like a block of an unsupported
                    // format.
                    panic!("{}: damaged data at {at} makes opening fail", sample.name);
                };
                let step = image.info().block_size as usize;
                for (other, expected) in sample.image.chunks(step).enumerate() {
                    let mut bytes = vec![0; expected.len()];
                    let got = image.read_at((other * step) as u64, &mut bytes);
                    if other != number {
                        assert_eq!(got, Ok(bytes.len()), "{}", sample.name);
                        assert!(bytes == expected, "{}: block {other}", sample.name);
                    } else if let Err(e) = got {
                        assert!(BLOCK_ERRORS[5..].contains(&e.kind()), "{e:?}");
                        assert_eq!(e.block(), Some(number as u32));
                        assert_eq!(e.offset(), Some(place.start as u64));
                    }
                }
            }
        }
    }
}

#[test]
fn dax_frames_are_checked() {
    let image = disc::image(6 * dax::FRAME, 1);
    let sample = Dax::new(0).build("", &image);
    for (number, place) in sample.blocks.iter().enumerate() {
        for at in [
            place.start + 2,
            place.start + place.len() / 2,
            place.end - 1,
        ] {
            let mut file = sample.file.clone();
            file[at] ^= 0x04;
            let opened = open(&file, 0).unwrap();
            let failures = read_blocks(&opened, &sample, "damaged");
            assert_eq!(failures.len(), 1);
            assert_eq!(failures[0].block(), Some(number as u32));
        }
        let mut file = sample.file.clone();
        file[place.end - 1] ^= 0x10;
        let mut frame = vec![0; dax::FRAME];
        let opened = open(&file, 0).unwrap();
        let e = opened
            .read_at((number * dax::FRAME) as u64, &mut frame)
            .unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Checksum);
    }
}

/// A stream that ends before the block is full is reported as short, not as damaged.
#[test]
fn short_blocks() {
    let image = vec![b'x'; 8 * 2048];
    // The last block decodes to `given` bytes, but the header requires a full block.
    for given in [1000, 2047] {
        let cut = &image[..7 * 2048 + given];
        for kind in [Kind::V1, Kind::Zso, Kind::V2] {
            let short = Ciso {
                full_last: false,
                ..Ciso::new(kind, 2048)
            };
            let mut file = short.build("", cut).file;
            put_u64(&mut file, 8, 8 * 2048);
            for page in PAGES {
                check_short(&open(&file, page).unwrap());
            }
        }
        let jiso = Jiso {
            full_last: false,
            turn: 1,
            ..Jiso::new(2048, true)
        };
        let mut file = jiso.build("", cut).file;
        put_u32(&mut file, 12, 8 * 2048);
        check_short(&open(&file, 0).unwrap());
    }
}

/// Checks that block 7 is short and that the blocks before it can be read.
fn check_short(image: &Image<&[u8]>) {
    let mut bytes = vec![0; 8 * 2048];
    let e = image.read_at(0, &mut bytes).unwrap_err();
    assert_eq!((e.kind(), e.block()), (ErrorKind::BlockShort, Some(7)));
    assert!(e.offset().is_some());
    assert_eq!(image.read_at(0, &mut bytes[..7 * 2048]), Ok(7 * 2048));
    assert!(image.read_at(7 * 2048 + 10, &mut bytes[..10]).is_err());
}

/// After a block failed, the block that was read before it still has its bytes.
#[test]
fn a_failure_leaves_no_stale_bytes() {
    let image = disc::image(6 * 8192, 1);
    let sample = Ciso::new(Kind::V1, 8192).build("", &image);
    let mut file = sample.file.clone();
    // The first half still decodes, and overwrites the bytes of the cached block.
    let place = sample.blocks[3].clone();
    file[place.start + place.len() / 2..place.end].fill(0xFF);
    let opened = open(&file, 0).unwrap();
    let mut part = [0; 100];
    for _ in 0..3 {
        opened.read_at(2 * 8192 + 5, &mut part).unwrap();
        assert_eq!(part, image[2 * 8192 + 5..][..100]);
        let e = opened.read_at(3 * 8192 + 5, &mut part).unwrap_err();
        assert_eq!((e.kind(), e.block()), (ErrorKind::BlockData, Some(3)));
    }
}

#[test]
fn jiso_block_sizes_are_16_bits() {
    let image = disc::image(3 * 32768, 1);
    let mut file = Jiso::new(32768, false).build("", &image).file;
    put_u16(&mut file, 6, 16384);
    // With half the block size, the image has twice as many blocks. The index is as long as before,
    // so the entries of the later blocks are bytes of the data.
    assert!(open(&file, 0).is_err());
}
