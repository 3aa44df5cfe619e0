//! Writes images in every format and checks that the reader returns the same images. Also checks
//! the options of the writer, and conversions of files by their paths.

mod support;

use cso::{CompressOptions, DecompressOptions, Error, ErrorKind, Format, Image, Progress};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use support::amount;

const WRITTEN: [Format; 4] = [Format::CsoV1, Format::CsoV2, Format::Zso, Format::Dax];

/// Returns a plain image of `len` bytes with zeros, text, counters and noise. The image has the
/// identifier of ISO 9660 if it is large enough.
fn disc(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_u32;
    let mut disc: Vec<u8> = (0..len)
        .map(|i| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            match i / 3000 % 5 {
                0 => 0,
                1 => b"the quick brown fox "[i % 20],
                2 => (i / 7) as u8,
                3 => (state % 9) as u8,
                _ => state as u8,
            }
        })
        .collect();
    if len > 0x8006 {
        disc[0x8001..0x8006].copy_from_slice(b"CD001");
    }
    disc
}

fn ignore_progress(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Returns the compressed file. Checks the sizes and numbers of the summary.
fn compress(disc: &[u8], options: &CompressOptions) -> Vec<u8> {
    let image = Image::open_with(disc, &cso::OpenOptions::new().accept_unrecognized(true)).unwrap();
    let mut file = Vec::new();
    let summary = cso::compress(&image, &mut file, options, &mut ignore_progress).unwrap();
    assert_eq!(summary.file_size, file.len() as u64);
    let counted = summary.stored_blocks + summary.lz4_blocks + summary.deflate_blocks;
    assert_eq!(counted, summary.blocks);
    file
}

fn options(format: Format) -> CompressOptions {
    CompressOptions::new(format)
}

fn read_all(file: &[u8]) -> Vec<u8> {
    let image = Image::open(file).unwrap();
    let mut back = vec![0xEE; image.size() as usize];
    assert_eq!(image.read_at(0, &mut back), Ok(back.len()));
    back
}

#[test]
fn every_format_level_and_block_size_decodes_to_the_image() {
    // The highest levels take too long for the larger images.
    let images = [
        (1, &[1, 6, 10][..]),
        (2048, &[1, 6, 9, 10][..amount(4, 3)]),
        (amount(20_001, 3001), &[4, 5, 7, 8, 9]),
        (amount(300_077, 40_077), &[1, 6]),
    ];
    for (len, levels) in images {
        let disc = disc(len);
        for format in WRITTEN {
            for &level in levels {
                for block_size in [2048, 16384, amount(262_144, 65_536) as u32] {
                    let mut options = options(format);
                    options.level = level;
                    options.block_size = if format == Format::Dax { 0 } else { block_size };
                    let file = compress(&disc, &options);
                    assert!(
                        read_all(&file) == disc,
                        "{format:?} {level} {block_size} {len}"
                    );
                }
            }
        }
    }
}

#[test]
fn output_does_not_depend_on_the_number_of_threads() {
    let disc = disc(amount(3_000_000, 1_100_000));
    for format in WRITTEN {
        let mut options = options(format);
        options.level = amount(options.level as usize, 1) as u32;
        options.threads = 1;
        let reference = compress(&disc, &options);
        for threads in [2, 7] {
            options.threads = threads;
            assert!(
                compress(&disc, &options) == reference,
                "{format:?} {threads}"
            );
        }
    }
}

/// The highest levels are slow, so the image is zero except around the boundaries of the batches
/// that threads encode. The output would differ if a batch depended on the one before.
#[test]
fn output_does_not_depend_on_the_number_of_threads_at_the_highest_levels() {
    const BATCH_SIZE: usize = 512 << 10;
    const PART_SIZE: usize = 16 << 10;
    let boundaries = amount(7, 2);
    let mut image = vec![0; (boundaries + 1) * BATCH_SIZE];
    let parts = disc(boundaries * PART_SIZE);
    for (number, part) in parts.chunks(PART_SIZE).enumerate() {
        let start = (number + 1) * BATCH_SIZE - PART_SIZE / 2;
        image[start..start + PART_SIZE].copy_from_slice(part);
    }
    for format in WRITTEN {
        for level in [8, 9, 10] {
            let mut options = options(format);
            options.level = level;
            options.threads = 1;
            let reference = compress(&image, &options);
            for threads in [2, 7] {
                options.threads = threads;
                assert!(
                    compress(&image, &options) == reference,
                    "{format:?} {level} {threads}"
                );
            }
        }
    }
}

#[test]
fn repeated_blocks_decode_to_the_image() {
    let other = disc(300_000);
    let mut disc = vec![0; 1_200_000];
    disc[0x8001..0x8006].copy_from_slice(b"CD001");
    // A compressible block and one of noise, each repeated across the boundary of two batches.
    let (text, noise) = (4096, 12_288);
    for (place, from) in [(200_704, text), (700_416, noise)] {
        for copy in 0..200 {
            let at = place + copy * 2048;
            disc[at..at + 2048].copy_from_slice(&other[from..from + 2048]);
        }
    }
    for format in WRITTEN {
        for level in [1, 6] {
            let mut options = options(format);
            options.level = level;
            let file = compress(&disc, &options);
            assert!(file.len() < 300_000 * 2);
            assert!(read_all(&file) == disc, "{format:?} {level}");
            options.threads = 3;
            assert!(compress(&disc, &options) == file);
        }
    }
}

#[test]
fn cancelling_stops_the_encoding_of_a_block() {
    let disc = disc(16 << 20);
    for format in [Format::CsoV1, Format::Zso] {
        let image = Image::open(&disc[..]).unwrap();
        let mut options = options(format);
        options.block_size = 16 << 20;
        options.level = 10;
        let mut reported = Vec::new();
        let mut cancel = |now: Progress| {
            reported.push(now.done);
            match reported.len() {
                3 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        };
        let error = cso::compress(&image, &mut Vec::new(), &options, &mut cancel).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        // The encoding of the only block was not finished, and progress was not reported again
        // after the third report, whose callback cancelled.
        assert_eq!(reported, [0, 0, 0]);
    }
}

#[test]
fn dax_areas_list_incompressible_frames_until_the_table_is_full() {
    // Every second frame is noise. That makes more stored areas than the table has rows.
    let mut state = 1u32;
    let frames = amount(3000, 600);
    let mut disc = vec![0; 8192 * frames];
    for frame in disc.chunks_exact_mut(2 * 8192) {
        for byte in &mut frame[..8192] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (state >> 24) as u8;
        }
    }
    let mut options = options(Format::Dax);
    options.level = 1;
    let plain = compress(&disc, &options);
    options.dax_areas = true;
    let areas = compress(&disc, &options);
    assert_eq!((plain[8], areas[8]), (0, 1));
    // Each area has one frame, and all rows of the table are used.
    let count = u32::from_le_bytes(areas[12..16].try_into().unwrap());
    assert_eq!(count as usize, frames / 8 + 1);
    assert!(read_all(&plain) == disc);
    assert!(read_all(&areas) == disc);
}

#[test]
fn costs_select_codings_that_are_faster_to_read() {
    let disc = disc(amount(1_000_000, 150_000));
    let count = |stored_cost, lz4_cost| {
        let image = Image::open(&disc[..]).unwrap();
        let mut options = options(Format::CsoV2);
        options.stored_cost = stored_cost;
        options.lz4_cost = lz4_cost;
        cso::compress(&image, &mut Vec::new(), &options, &mut ignore_progress).unwrap()
    };
    let plain = count(0, 0);
    let costly = count(100, 0);
    let lz4 = count(0, 100);
    assert!(costly.stored_blocks > plain.stored_blocks);
    assert!(lz4.lz4_blocks > plain.lz4_blocks);
    assert!(lz4.deflate_blocks > 0);
    assert!(count(1000, 0).file_size > plain.file_size);
}

#[test]
fn padding_makes_the_file_a_multiple_of_a_sector() {
    let disc = disc(100_000);
    for format in WRITTEN {
        let mut options = options(format);
        assert_ne!(compress(&disc, &options).len() % 2048, 0);
        options.pad = true;
        let file = compress(&disc, &options);
        assert_eq!(file.len() % 2048, 0);
        assert!(read_all(&file) == disc);
    }
}

#[test]
fn options_out_of_range_are_refused() {
    let disc = disc(50_000);
    let kind = |change: &dyn Fn(&mut CompressOptions)| {
        let image = Image::open(&disc[..]).unwrap();
        let mut options = options(Format::CsoV1);
        change(&mut options);
        cso::compress(&image, &mut Vec::new(), &options, &mut ignore_progress)
            .unwrap_err()
            .kind()
    };
    assert_eq!(kind(&|o| o.format = Format::Iso), ErrorKind::Argument);
    assert_eq!(kind(&|o| o.format = Format::Jiso), ErrorKind::Argument);
    assert_eq!(kind(&|o| o.level = 11), ErrorKind::Argument);
    assert_eq!(kind(&|o| o.threads = 1025), ErrorKind::Argument);
    assert_eq!(kind(&|o| o.stored_cost = 1001), ErrorKind::Argument);
    assert_eq!(kind(&|o| o.lz4_cost = 1001), ErrorKind::Argument);
    for size in [1, 1024, 2049, 2352, 3000, 32 << 20] {
        assert_eq!(kind(&|o| o.block_size = size), ErrorKind::BlockSize);
    }
    let dax = |o: &mut CompressOptions| {
        o.format = Format::Dax;
        o.block_size = 2048;
    };
    assert_eq!(kind(&dax), ErrorKind::BlockSize);
}

/// A temporary directory with the image `game.iso`.
struct Folder {
    dir: tempfile::TempDir,
    /// Content of `game.iso`.
    disc: Vec<u8>,
}

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let disc = disc(amount(2_000_000, 1_100_000));
        fs::write(dir.path().join("game.iso"), &disc).unwrap();
        Folder { dir, disc }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn compress(&self, output: impl AsRef<Path>) -> Result<cso::Summary, Error> {
        let input = self.path("game.iso");
        cso::compress_file(input, output, &options(Format::CsoV1), &mut ignore_progress)
    }
}

#[test]
fn files_are_compressed_verified_and_decompressed() {
    let folder = Folder::new();
    let mut progress = Vec::new();
    for format in WRITTEN {
        let compressed = folder.path("game.compressed");
        let mut record = |now: Progress| {
            progress.push(now.done);
            ControlFlow::Continue(())
        };
        cso::compress_file(
            folder.path("game.iso"),
            &compressed,
            &options(format),
            &mut record,
        )
        .unwrap();
        assert_eq!(progress.last(), Some(&(folder.disc.len() as u64)));
        assert!(progress.is_sorted());
        progress.clear();
        let digests = cso::verify(
            &cso::open(&compressed).unwrap(),
            &cso::VerifyOptions::default(),
            &mut ignore_progress,
        )
        .unwrap();
        let plain = cso::verify(
            &cso::open(folder.path("game.iso")).unwrap(),
            &cso::VerifyOptions::default(),
            &mut ignore_progress,
        )
        .unwrap();
        assert_eq!(digests, plain);
        assert!(digests.crc32.is_some() && digests.md5.is_some() && digests.sha1.is_some());
        let back = folder.path("back.iso");
        let options = DecompressOptions::default();
        cso::decompress_file(&compressed, &back, &options, &mut ignore_progress).unwrap();
        assert!(fs::read(&back).unwrap() == folder.disc);
    }
    assert_eq!(folder.names(), ["back.iso", "game.compressed", "game.iso"]);
}

#[test]
fn digests_equal_the_published_test_vectors() {
    // From RFC 1321, RFC 3174 and the catalog of CRC algorithms.
    let image = Image::open_with(
        &b"abc"[..],
        &cso::OpenOptions::new().accept_unrecognized(true),
    )
    .unwrap();
    let found = cso::verify(&image, &cso::VerifyOptions::default(), &mut ignore_progress).unwrap();
    assert_eq!(found.crc32, Some(0x3524_41C2));
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert_eq!(hex(&found.md5.unwrap()), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(
        hex(&found.sha1.unwrap()),
        "a9993e364706816aba3e25717850c26c9cd0d89d"
    );
}

#[test]
fn cancelling_keeps_the_existing_output_and_leaves_no_new_files() {
    let folder = Folder::new();
    let output = folder.path("game.cso");
    fs::write(&output, b"old").unwrap();
    for after in 0..3 {
        let mut calls = 0;
        let mut cancel = |_: Progress| {
            calls += 1;
            if calls > after {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut options = options(Format::CsoV1);
        options.level = 9;
        let input = folder.path("game.iso");
        let error = cso::compress_file(&input, &output, &options, &mut cancel).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert_eq!(fs::read(&output).unwrap(), b"old");
        assert_eq!(folder.names(), ["game.cso", "game.iso"]);
    }
}

#[test]
fn the_input_is_refused_as_output_under_any_name() {
    let folder = Folder::new();
    let input = folder.path("game.iso");
    let mut names = vec![input.clone(), folder.dir.path().join("./game.iso")];
    fs::hard_link(&input, folder.path("hard.iso")).unwrap();
    names.push(folder.path("hard.iso"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&input, folder.path("soft.iso")).unwrap();
        names.push(folder.path("soft.iso"));
    }
    for name in names {
        let error = folder.compress(&name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SameFile);
    }
    assert!(fs::read(&input).unwrap() == folder.disc);
}

#[test]
fn an_existing_output_is_kept_without_overwrite() {
    let folder = Folder::new();
    let output = folder.path("game.cso");
    fs::write(&output, b"old").unwrap();
    let mut options = options(Format::CsoV1);
    options.overwrite = false;
    let error = cso::compress_file(
        folder.path("game.iso"),
        &output,
        &options,
        &mut ignore_progress,
    );
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.is_on_output());
    assert_eq!(fs::read(&output).unwrap(), b"old");
}

#[test]
fn unsuitable_output_paths_are_refused() {
    let folder = Folder::new();
    let kind = |output: PathBuf| {
        let error = folder.compress(output).unwrap_err();
        assert!(error.is_on_output());
        error.kind()
    };
    assert_eq!(kind(folder.path("no/such/x.cso")), ErrorKind::NotFound);
    assert_eq!(
        kind(folder.dir.path().to_path_buf()),
        ErrorKind::IsDirectory
    );
    #[cfg(target_os = "linux")]
    {
        assert_eq!(kind(PathBuf::from("/dev/full")), ErrorKind::NoSpace);
        let denied = kind(PathBuf::from("/proc/self/x.cso"));
        assert!(matches!(
            denied,
            ErrorKind::NotFound | ErrorKind::PermissionDenied
        ));
        // The device was written directly, not replaced by a file.
        use std::os::unix::fs::FileTypeExt;
        let full = fs::metadata("/dev/full").unwrap();
        assert!(full.file_type().is_char_device());
        folder.compress("/dev/null").unwrap();
    }
    assert_eq!(folder.names(), ["game.iso"]);
}

#[test]
fn inputs_that_are_not_images_are_refused() {
    let folder = Folder::new();
    let kind = |input: PathBuf| {
        let output = folder.path("x.cso");
        let error =
            cso::compress_file(input, output, &options(Format::CsoV1), &mut ignore_progress);
        let error = error.unwrap_err();
        assert!(!error.is_on_output());
        error.kind()
    };
    fs::write(folder.path("empty"), b"").unwrap();
    fs::write(folder.path("text"), vec![b'x'; 50_000]).unwrap();
    assert_eq!(kind(folder.path("none")), ErrorKind::NotFound);
    assert_eq!(
        kind(folder.dir.path().to_path_buf()),
        ErrorKind::IsDirectory
    );
    assert_eq!(kind(folder.path("empty")), ErrorKind::Empty);
    assert_eq!(kind(folder.path("text")), ErrorKind::UnknownFormat);
    #[cfg(unix)]
    assert_eq!(kind(PathBuf::from("/dev/null")), ErrorKind::NotAFile);
    assert_eq!(folder.names(), ["empty", "game.iso", "text"]);
}

#[test]
fn a_damaged_input_leaves_no_output() {
    let folder = Folder::new();
    let compressed = folder.path("game.cso");
    folder.compress(&compressed).unwrap();
    let mut bytes = fs::read(&compressed).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xFF);
    fs::write(&compressed, &bytes).unwrap();
    let options = DecompressOptions::default();
    let output = folder.path("back.iso");
    let error =
        cso::decompress_file(&compressed, output, &options, &mut ignore_progress).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::BlockData | ErrorKind::BlockShort
    ));
    assert!(error.block().is_some() && error.offset().is_some() && !error.is_on_output());
    assert_eq!(folder.names(), ["game.cso", "game.iso"]);
}

#[test]
#[cfg(unix)]
fn permissions_and_symbolic_link_of_an_existing_output_are_kept() {
    use std::os::unix::fs::{symlink, PermissionsExt};
    let folder = Folder::new();
    let target = folder.path("target.cso");
    let link = folder.path("link.cso");
    fs::write(&target, b"old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&target, &link).unwrap();
    folder.compress(&link).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(cso::open(&target).is_ok());
    let mode = fs::metadata(&target).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}
