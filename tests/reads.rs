//! Checks that every format, block size, image size and way of reading returns the bytes of the
//! image.

mod support;

use cso::{ErrorKind, Format, Image, OpenOptions, ReadAt};
use support::ciso::{Ciso, End, Kind};
use support::dax::{Dax, FRAME};
use support::disc;
use support::jiso::Jiso;
use support::rng::Rng;
use support::source::{Counting, Failing, Short};
use support::{samples, Sample};

const SECTOR: usize = disc::SECTOR;

fn open<S: ReadAt>(source: S, page: u32) -> Image<S> {
    Image::open_with(source, &OpenOptions::new().index_page_blocks(page)).unwrap()
}

/// Reads `len` bytes at `offset` and compares them with the same bytes of the image of the sample.
fn check<S: ReadAt>(image: &Image<S>, sample: &Sample, offset: usize, len: usize) {
    // Filled with a pattern, so that bytes that were not written are detected.
    let mut bytes = vec![0xA5; len];
    let count = image
        .read_at(offset as u64, &mut bytes)
        .unwrap_or_else(|e| panic!("{} at {offset}: {e:?}", sample.name));
    let end = (offset + len).min(sample.image.len());
    let expected = &sample.image[offset.min(end)..end];
    assert_eq!(count, expected.len(), "{} at {offset}", sample.name);
    assert!(bytes[..count] == *expected, "{} at {offset}", sample.name);
    assert!(bytes[count..].iter().all(|byte| *byte == 0xA5));
}

/// Returns the sectors `first..first + count` of an image, with zeros past its end.
fn sectors(image: &[u8], first: usize, count: usize) -> Vec<u8> {
    let mut bytes = image[first * SECTOR..].to_vec();
    bytes.resize(count * SECTOR, 0);
    bytes
}

fn check_sectors<S: ReadAt>(image: &Image<S>, sample: &Sample, first: usize, count: usize) {
    let mut bytes = vec![0xA5; count * SECTOR];
    image.read_sectors(first as u32, &mut bytes).unwrap();
    let expected = sectors(&sample.image, first, count);
    assert!(bytes == expected, "{}: {count} at {first}", sample.name);
}

/// Reads from an image with requests of all kinds, at most `most` of each kind.
fn check_all<S: ReadAt>(image: &Image<S>, sample: &Sample, most: usize) {
    let size = sample.image.len();
    let count = size.div_ceil(SECTOR);
    let info = image.info();
    let block = info.block_size as usize;
    assert_eq!(image.size(), size as u64);
    assert_eq!(info.sectors as usize, count);
    assert_eq!(info.blocks as usize, size.div_ceil(block));
    assert_eq!(info.file_size, sample.file.len() as u64);

    check(image, sample, 0, size);
    check(image, sample, 0, size + 1);
    check(image, sample, size, 1);
    check(image, sample, size - 1, 9);
    check(image, sample, size + 5000, 9);
    check(image, sample, 0, 0);

    let step = count.div_ceil(most);
    for first in (0..count).step_by(step) {
        check_sectors(image, sample, first, 1);
    }
    for first in (0..count).rev().step_by(step * 3) {
        check_sectors(image, sample, first, (count - first).min(7));
    }
    let mut rng = Rng::new(size as u64);
    for _ in 0..most {
        let edge = (1 + rng.below(size.div_ceil(block) as u64) as usize) * block;
        let start = edge.saturating_sub(1 + rng.below(40) as usize).min(size);
        check(image, sample, start, 1 + rng.below(90) as usize);
        let start = rng.below(size as u64) as usize;
        let reach = (size - start).min(3 * block + SECTOR) as u64 + 1;
        check(image, sample, start, rng.below(reach) as usize);
    }
}

fn open_low_memory<S: ReadAt>(source: S, page: u32) -> Image<S> {
    let options = OpenOptions::new().index_page_blocks(page).low_memory(true);
    Image::open_with(source, &options).unwrap()
}

/// Reads a sample in all ways, with several sizes of index pages, with and without low-memory mode,
/// and from a source that returns a few bytes at a time.
fn check_options(sample: &Sample, most: usize) {
    for page in [0, 1, 7, 2048] {
        check_all(&open(sample.file.as_slice(), page), sample, most);
        check_all(&open_low_memory(sample.file.as_slice(), page), sample, most);
    }
    let short = Short::new(&sample.file, 977);
    check_all(&open(&short, 7), sample, most.min(8));
    check_all(&open_low_memory(&short, 7), sample, most.min(8));
}

fn sizes(block: usize) -> Vec<usize> {
    let mut sizes = vec![
        1,
        SECTOR,
        block,
        17 * SECTOR + 1,
        3 * block + SECTOR,
        2 * block + 777,
    ];
    sizes.retain(|size| *size <= 1 << 20);
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

#[test]
fn samples_of_every_quirk_decode_to_their_images() {
    for sample in samples::all() {
        check_options(&sample, 12);
    }
}

#[test]
fn ciso_files_of_every_size_and_option_decode_to_their_images() {
    for block in [2048, 2352, 4096, 16384, 262_144] {
        for size in sizes(block) {
            let image = disc::image(size, (block + size) as u64);
            for kind in [Kind::V1, Kind::V2, Kind::Zso] {
                for (full_last, shift, end) in [
                    (true, 0, End::Exact),
                    (false, 0, End::Exact),
                    (true, 2, End::RoundedDown),
                    (true, 4, End::Unwritten),
                ] {
                    // CSO v2 cannot mark a partial block as stored.
                    if kind == Kind::V2 && !full_last {
                        continue;
                    }
                    let ciso = Ciso {
                        full_last,
                        shift,
                        end,
                        turn: size,
                        ..Ciso::new(kind, block)
                    };
                    check_options(&ciso.build("", &image), 6);
                }
            }
        }
    }
}

#[test]
fn an_index_without_its_last_entry_is_read() {
    for block in [2048, 4096, 16384] {
        for (size, shift) in [(block + 1, 0), (3 * block + 700, 1), (5 * block - 1, 2)] {
            let ciso = Ciso {
                end: End::Absent,
                shift,
                ..Ciso::new(Kind::V1, block)
            };
            check_options(&ciso.build("", &disc::image(size, 5)), 8);
        }
    }
}

#[test]
fn every_index_shift_is_read() {
    let image = disc::image(5 * SECTOR + 99, 6);
    for shift in 0..=20 {
        for kind in [Kind::V1, Kind::V2, Kind::Zso] {
            let ciso = Ciso {
                shift,
                turn: usize::from(shift),
                ..Ciso::new(kind, 2048)
            };
            let sample = ciso.build("", &image);
            let opened = open(sample.file.as_slice(), 0);
            assert_eq!(opened.info().index_shift, shift);
            check_all(&opened, &sample, 6);
        }
    }
}

#[test]
fn blocks_of_16_mib_are_read() {
    let block = 16 << 20;
    for (kind, size) in [
        (Kind::V1, block + SECTOR),
        (Kind::V2, block + 1),
        (Kind::Zso, block),
        (Kind::Zso, SECTOR),
        (Kind::V1, 1),
    ] {
        let ciso = Ciso {
            turn: 1,
            ..Ciso::new(kind, block)
        };
        let sample = ciso.build("", &disc::image(size, 7));
        for page in [0, 1] {
            let image = open(sample.file.as_slice(), page);
            check(&image, &sample, 0, size);
            check(&image, &sample, size / 2, 5000);
            check_sectors(&image, &sample, (size - 1) / SECTOR, 1);
        }
    }
}

#[test]
fn dax_files_of_every_size_and_option_decode_to_their_images() {
    for size in [
        1,
        SECTOR,
        FRAME,
        FRAME + 1,
        9 * FRAME - 1,
        9 * FRAME,
        200 * FRAME + SECTOR,
    ] {
        let image = disc::image(size, size as u64);
        for version in [0, 1] {
            for (store_each, unwrapped, full_last) in [
                (0, false, true),
                (0, true, true),
                (0, false, false),
                (2, false, true),
                (3, true, false),
            ] {
                let dax = Dax {
                    store_each,
                    unwrapped,
                    full_last,
                    turn: size,
                    ..Dax::new(version)
                };
                check_options(&dax.build("", &image), 6);
            }
        }
    }
}

#[test]
fn jiso_files_of_every_size_and_option_decode_to_their_images() {
    for block in [2048, 4096, 16384, 32768] {
        for size in sizes(block) {
            let image = disc::image(size, size as u64);
            for lzo in [false, true] {
                for block_headers in [false, true] {
                    let jiso = Jiso {
                        block_headers,
                        turn: size,
                        ..Jiso::new(block, lzo)
                    };
                    check_options(&jiso.build("", &image), 6);
                }
            }
        }
    }
}

/// A compressed last block may be as long as the part of the image in it.
#[test]
fn a_jiso_block_is_stored_only_if_it_has_the_block_size() {
    let text = b"the disc and the sector, the index and the block, ".repeat(41);
    let mut found = 0;
    for rest in 20..300 {
        let mut image = disc::image(SECTOR, 1);
        image.extend_from_slice(&text[..rest]);
        for turn in 0..4 {
            let jiso = Jiso {
                turn,
                ..Jiso::new(2048, false)
            };
            let sample = jiso.build("", &image);
            if sample.blocks[1].len() == rest {
                found += 1;
                check(&open(sample.file.as_slice(), 0), &sample, 0, image.len());
            }
        }
    }
    assert!(found > 0, "the sample has no such block");
}

#[test]
fn an_uncompressed_image_is_read() {
    for size in [17 * SECTOR, 33 * SECTOR + 5, 200 * SECTOR] {
        let image = disc::image(size, 8);
        let sample = Sample {
            name: format!("uncompressed image of {size} bytes"),
            file: image.clone(),
            image,
            blocks: Vec::new(),
        };
        assert_eq!(open(sample.file.as_slice(), 0).info().format, Format::Iso);
        check_options(&sample, 10);
    }
}

#[test]
fn an_unrecognized_image_opens_on_request() {
    let bytes = disc::image(5000, 8);
    let sample = Sample {
        name: "bytes".into(),
        file: bytes.clone(),
        image: bytes,
        blocks: Vec::new(),
    };
    let refused = Image::open(sample.file.as_slice()).err().unwrap();
    assert_eq!(refused.kind(), ErrorKind::UnknownFormat);
    let accept = OpenOptions::new().accept_unrecognized(true);
    check_all(
        &Image::open_with(sample.file.as_slice(), &accept).unwrap(),
        &sample,
        9,
    );
}

#[test]
fn info_has_the_fields_of_the_header() {
    let image = disc::image(samples::SIZE, 1);
    let formats = [
        (
            Ciso::new(Kind::V1, 4096).build("", &image),
            Format::CsoV1,
            1,
            4096,
        ),
        (
            Ciso::new(Kind::V2, 2048).build("", &image),
            Format::CsoV2,
            2,
            2048,
        ),
        (
            Ciso::new(Kind::Zso, 2048).build("", &image),
            Format::Zso,
            1,
            2048,
        ),
        (Dax::new(0).build("", &image), Format::Dax, 0, 8192),
        (Dax::new(1).build("", &image), Format::Dax, 1, 8192),
        (
            Jiso::new(2048, true).build("", &image),
            Format::Jiso,
            0,
            2048,
        ),
    ];
    for (sample, format, version, block_size) in formats {
        let info = open(sample.file.as_slice(), 0).info();
        assert_eq!(info.format, format);
        assert_eq!((info.version, info.block_size), (version, block_size));
        assert_eq!(info.md5, None);
        let head = &sample.file[..cso::PROBE_SIZE];
        assert_eq!(cso::probe(head, sample.file.len() as u64), Ok(info));
    }
    let plain = cso::probe(&image[..0x8006], image.len() as u64).unwrap();
    assert_eq!(
        (plain.format, plain.size),
        (Format::Iso, image.len() as u64)
    );

    let jiso = Jiso {
        md5: *b"0123456789abcdef",
        ..Jiso::new(2048, false)
    };
    let sample = jiso.build("", &image);
    let md5 = open(sample.file.as_slice(), 0).info().md5;
    assert_eq!(md5, Some(*b"0123456789abcdef"));
}

#[test]
fn block_spans_cover_the_data_of_the_blocks() {
    for sample in samples::all() {
        for page in [0, 1, 7] {
            let image = open(sample.file.as_slice(), page);
            assert_eq!(image.info().blocks as usize, sample.blocks.len());
            for (number, range) in sample.blocks.iter().enumerate() {
                let span = image.block_span(number as u32).unwrap();
                let end = span.offset + u64::from(span.len);
                assert_eq!(span.offset, range.start as u64, "{}", sample.name);
                assert!(end >= range.end as u64, "{}", sample.name);
                if let Some(next) = sample.blocks.get(number + 1) {
                    assert!(end <= next.start as u64, "{}", sample.name);
                }
            }
            let past = image.block_span(sample.blocks.len() as u32).unwrap_err();
            assert_eq!(past.kind(), ErrorKind::OutOfRange);
        }
    }
}

#[test]
fn sectors_out_of_range_are_refused_and_leave_the_buffer() {
    let sample = &samples::all()[0];
    let image = open(sample.file.as_slice(), 0);
    let count = image.info().sectors;
    let mut two = [0xA5; 2 * SECTOR];
    for first in [count - 1, count, u32::MAX] {
        let refused = image.read_sectors(first, &mut two).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::OutOfRange);
    }
    let refused = image.read_sectors(0, &mut two[1..]).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Argument);
    assert!(two.iter().all(|byte| *byte == 0xA5));
    assert_eq!(image.read_sectors(count, &mut []), Ok(()));
}

/// The source is read once for a run of blocks and once for each index page. It is not read for the
/// block that was read last.
#[test]
fn requests_take_the_fewest_reads_of_the_source() {
    let image = disc::image(64 * SECTOR, 3);
    let sample = Ciso::new(Kind::V1, 16 * SECTOR).build("", &image);
    let source = Counting::new(&sample.file);
    let opened = open(&source, 0);
    source.take();
    for sector in 0..16 {
        check_sectors(&opened, &sample, sector, 1);
    }
    assert_eq!(source.take().0, 1 + 1);
    check(&opened, &sample, 16 * SECTOR, 48 * SECTOR);
    assert_eq!(source.take().0, 1);
    drop(opened);

    let sample = Ciso::new(Kind::V1, SECTOR).build("", &image);
    let source = Counting::new(&sample.file);
    let opened = open(&source, 16);
    source.take();
    check(&opened, &sample, 0, image.len());
    assert_eq!(source.take().0, 4 + 4);
    drop(opened);

    let opened = open_low_memory(&source, 0);
    source.take();
    check(&opened, &sample, 0, image.len());
    assert_eq!(source.take().0, 1);
    check_sectors(&opened, &sample, 5, 40);
    assert_eq!(source.take().0, 1);
}

/// Reads long and short runs of stored blocks between compressed blocks. Each request returns the
/// bytes of the image, and an error of the source has the number of the block.
#[test]
fn runs_of_stored_blocks_are_read_and_errors_name_the_block() {
    let mut image = disc::image(160 * SECTOR, 7);
    let mut rng = Rng::new(7);
    for run in [3..8, 16..32, 37..80, 90..91, 91..107, 120..160] {
        image[run.start * SECTOR..run.end * SECTOR].fill_with(|| rng.next() as u8);
    }
    let sample = Ciso::new(Kind::V1, SECTOR).build("runs", &image);
    check_options(&sample, 40);

    let source = Counting::new(&sample.file);
    let opened = open(&source, 0);
    check_sectors(&opened, &sample, 0, 1);
    source.take();
    // One read of the source, of exactly the requested bytes.
    check_sectors(&opened, &sample, 121, 30);
    assert_eq!(source.take(), (1, 30 * SECTOR as u64));

    let mut failed = 0;
    for call in 0.. {
        let source = Failing::new(&sample.file, call, true);
        let Ok(opened) = Image::open(&source) else {
            continue;
        };
        let mut bytes = vec![0; image.len()];
        match opened.read_at(0, &mut bytes) {
            Ok(_) => {
                assert!(bytes == image);
                break;
            }
            Err(e) if e.block() == Some(0) => {}
            Err(e) => {
                let block = e.block().unwrap() as usize;
                assert_eq!(e.offset().unwrap(), sample.blocks[block].start as u64);
                failed += 1;
            }
        }
    }
    assert!(failed > 5, "{failed} failures");
}

/// Only the requested sectors of a stored block are read from the source, for each block size and
/// format, with and without low-memory mode.
#[test]
fn only_the_requested_sectors_of_a_stored_block_are_read() {
    let mut image = vec![0; 2 << 20];
    let mut rng = Rng::new(5);
    image.fill_with(|| rng.next() as u8);
    for (sample, block) in [
        (Ciso::new(Kind::V1, 16 << 10).build("", &image), 16 << 10),
        (Ciso::new(Kind::V1, 1 << 20).build("", &image), 1 << 20),
        (Ciso::new(Kind::Zso, 1 << 20).build("", &image), 1 << 20),
        (Dax::new(1).build("", &image), FRAME),
    ] {
        let source = Counting::new(&sample.file);
        for opened in [open(&source, 0), open_low_memory(&source, 0)] {
            check_sectors(&opened, &sample, 0, 1);
            source.take();
            for (sector, count) in [(300, 1), (9, 3), (511, 2), (40, 200)] {
                check_sectors(&opened, &sample, sector, count);
                let bytes = (count * SECTOR) as u64;
                assert_eq!(source.take(), (1, bytes), "{block}: {count} at {sector}");
            }
        }
    }
}

/// Sequential requests, of equal or different sizes, read each byte of the file once.
#[test]
fn sequential_requests_read_each_byte_once() {
    let mut image = disc::image(1024 * SECTOR, 3);
    let mut rng = Rng::new(11);
    for run in [100..104, 200..260, 300..301] {
        image[run.start * SECTOR..run.end * SECTOR].fill_with(|| rng.next() as u8);
    }
    let kinds = [Kind::V1, Kind::Zso].map(|kind| Ciso::new(kind, SECTOR));
    for sample in kinds.map(|ciso| ciso.build("", &image)) {
        let source = Counting::new(&sample.file);
        let data = sample.file.len() - sample.blocks[0].start;
        let sizes: [&[usize]; 6] = [
            &[1],
            &[16],
            &[64],
            &[1, 64],
            &[1, 1, 1, 1, 1, 1, 64, 3, 128],
            &[256],
        ];
        for sizes in sizes {
            let opened = open(&source, 0);
            // Loads the index page, so that its bytes are not counted.
            check_sectors(&opened, &sample, 1023, 1);
            source.take();
            let mut sector = 0;
            for size in sizes.iter().cycle() {
                let count = (*size).min(1024 - sector);
                check_sectors(&opened, &sample, sector, count);
                sector += count;
                if sector == 1024 {
                    break;
                }
            }
            let (_, bytes) = source.take();
            assert_eq!(bytes, data as u64, "{}: {sizes:?}", sample.name);
        }
    }
}

/// In low-memory mode the source is read once for a request. This also holds for frames of DAX
/// version 0 that have more bytes in the file than they decode to, and for requests that begin and
/// end within blocks.
#[test]
fn a_request_in_low_memory_mode_takes_one_read() {
    let mut image = disc::image(512 * SECTOR, 3);
    let mut rng = Rng::new(13);
    // Every other pair of frames does not compress, and neither do the last ones.
    for frame in (0..128).filter(|frame| frame % 4 < 2 || *frame > 124) {
        image[frame * FRAME..][..FRAME].fill_with(|| rng.next() as u8);
    }
    let dax = Dax::new(0).build("", &image);
    assert!(dax.blocks[0].len() > FRAME);
    let samples = [
        dax,
        Dax::new(1).build("", &image),
        Ciso::new(Kind::V1, SECTOR).build("", &image),
        Ciso::new(Kind::Zso, 16 << 10).build("", &image),
    ];
    for sample in samples {
        let source = Counting::new(&sample.file);
        let opened = open_low_memory(&source, 0);
        for sector in (0..448).step_by(16) {
            source.take();
            check_sectors(&opened, &sample, sector, 64);
            assert_eq!(source.take().0, 1, "{} at {sector}", sample.name);
        }
        for offset in [1, 700, 5000, 70_001, 300_000] {
            for len in [100_000, 131_072, 262_144] {
                source.take();
                check(&opened, &sample, offset, len);
                let block = opened.info().block_size as usize;
                let blocks = &sample.blocks[offset / block..(offset + len).div_ceil(block)];
                let compressed = blocks.last().unwrap().end - blocks[0].start;
                // One read is limited to the compressed bytes that fit in the caller's buffer.
                let most = if compressed <= len { 1 } else { 2 };
                let calls = source.take().0;
                assert!(calls <= most, "{}: {calls}, {len} at {offset}", sample.name);
            }
        }
    }
}

/// In low-memory mode, frames that have more bytes in the file than they decode to are read in any
/// order, whole and in parts, and a damaged frame does not affect other frames.
#[test]
fn frames_larger_than_decoded_are_read_in_low_memory_mode() {
    let mut rng = Rng::new(17);
    for turn in 0..60 {
        let mut image = disc::image(24 * FRAME, turn);
        for frame in image.chunks_mut(FRAME) {
            // The compressible part of a frame grows from none of its bytes to all of them.
            let random = match rng.next() % 4 {
                0 => FRAME,
                1 => FRAME - (rng.next() % 400) as usize,
                2 => (rng.next() % FRAME as u64) as usize,
                _ => 0,
            };
            frame[..random].fill_with(|| rng.next() as u8);
        }
        let sample = Dax::new(0).build("", &image);
        let opened = open_low_memory(&sample.file[..], 0);
        let mut file = sample.file.clone();
        let bad = (rng.next() % 24) as usize;
        file[sample.blocks[bad].clone()].fill(0xFF);
        let damaged = open_low_memory(&file[..], 0);
        for _ in 0..40 {
            let offset = rng.next() as usize % image.len();
            let len = 1 + rng.next() as usize % (image.len() - offset);
            check(&opened, &sample, offset, len);
            let mut bytes = vec![0; len];
            let blocks = offset / FRAME..(offset + len).div_ceil(FRAME);
            match damaged.read_at(offset as u64, &mut bytes) {
                Ok(_) => {
                    assert!(!blocks.contains(&bad));
                    assert!(bytes == image[offset..][..len]);
                }
                Err(e) => assert_eq!(e.block(), Some(bad as u32)),
            }
        }
    }
}

/// Opening an image and reading a first sector read the same number of bytes for images of any
/// size: the start of the file, the end of the index, and the part of the index that has the block.
#[test]
fn opening_reads_few_bytes() {
    let image = disc::image(3000 * SECTOR, 3);
    let sample = Ciso::new(Kind::Zso, SECTOR).build("", &image);
    let source = Counting::new(&sample.file);
    let opened = Image::open(&source).unwrap();
    // Opening decodes one block, to recognize unsupported formats with the same magic bytes.
    let (calls, bytes) = source.take();
    assert!(calls <= 5 && bytes < 4096 + 2048 + 256, "{calls}, {bytes}");
    check_sectors(&opened, &sample, 1500, 1);
    let (calls, bytes) = source.take();
    let whole = cfg!(not(feature = "std"));
    assert!(calls <= 2 && bytes < 4096 + 2048 + 256, "{calls}, {bytes}");
    check(&opened, &sample, 0, image.len());
    source.take();
    check_sectors(&opened, &sample, 100, 1);
    assert!(whole || source.take().0 <= 1);
}

/// Small sequential requests cause few reads of the source. A request elsewhere causes one read,
/// which reads only the bytes that the request needs.
#[test]
fn small_sequential_requests_read_ahead() {
    let image = disc::image(512 * SECTOR, 3);
    let sample = Ciso {
        turn: 3,
        ..Ciso::new(Kind::V1, SECTOR)
    }
    .build("", &image);
    let source = Counting::new(&sample.file);
    let opened = Image::open(&source).unwrap();
    source.take();
    for sector in 0..512 {
        check_sectors(&opened, &sample, sector, 1);
    }
    let (calls, bytes) = source.take();
    let len = sample.file.len() as u64;
    assert!(calls as u64 <= 6 + len / 50_000, "{calls} reads");
    assert!(bytes < len + len / 10, "{bytes} of {len} bytes");

    let opened = Image::open(&source).unwrap();
    check_sectors(&opened, &sample, 0, 1);
    source.take();
    for sector in (5..512).step_by(37) {
        check_sectors(&opened, &sample, sector, 1);
        let (calls, bytes) = source.take();
        assert_eq!((calls, bytes), (1, sample.blocks[sector].len() as u64));
    }
}

/// Sequential requests read all blocks except a damaged one. This holds for blocks that were
/// decoded when they were requested, and for blocks that were decoded together with the block
/// before.
#[test]
fn a_damaged_block_in_sequential_requests_affects_no_other() {
    let image = disc::image(40 * SECTOR, 3);
    let sample = Ciso {
        turn: 3,
        ..Ciso::new(Kind::V1, SECTOR)
    }
    .build("", &image);
    for bad in 0..40 {
        let mut file = sample.file.clone();
        let block = sample.blocks[bad].clone();
        // Sets the reserved type of deflate blocks. Damage of stored blocks cannot be detected.
        file[block.clone()].fill(7);
        let stored = block.len() == SECTOR;
        let source = Counting::new(&file);
        let in_memory = Image::open(&file[..]).unwrap();
        let in_a_file = Image::open(&source).unwrap();
        for sector in 0..40 {
            let mut a = [0; SECTOR];
            let mut b = [0; SECTOR];
            let read = in_memory.read_sectors(sector as u32, &mut a);
            assert_eq!(in_a_file.read_sectors(sector as u32, &mut b), read);
            if sector != bad {
                assert_eq!(read, Ok(()));
                assert!(a == image[sector * SECTOR..][..SECTOR] && a == b);
            } else if !stored {
                let error = read.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::BlockData);
                assert_eq!(error.block(), Some(bad as u32));
                assert_eq!(error.offset(), Some(block.start as u64));
            }
        }
    }
}

#[cfg(feature = "std")]
mod hosted {
    use super::*;
    use std::fs::File;
    use std::io::Write;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_file_is_a_source() {
        for sample in samples::all() {
            for page in [0, 7] {
                check_all(&open(file(&sample.file), page), &sample, 6);
            }
        }
        let empty = Image::open(file(b"")).err().unwrap();
        assert_eq!(empty.kind(), ErrorKind::Empty);
    }

    #[test]
    fn a_directory_is_not_a_source() {
        let here = File::open(std::env::temp_dir());
        // Some systems open directories, but none reads bytes from them.
        if let Ok(directory) = here {
            assert!(Image::open(directory).is_err());
        }
    }

    #[test]
    fn many_threads_read_one_image_at_once() {
        for sample in samples::all().iter().step_by(3) {
            for page in [0, 3] {
                let image = open(file(&sample.file), page);
                std::thread::scope(|scope| {
                    for thread in 0..4 {
                        let image = &image;
                        scope.spawn(move || {
                            let mut rng = Rng::new(thread);
                            for _ in 0..60 {
                                let start = rng.below(sample.image.len() as u64) as usize;
                                check(image, sample, start, rng.below(9000) as usize);
                            }
                        });
                    }
                });
            }
        }
    }
}
