//! A hostile file costs no more memory than a small multiple of its own length.
//!
//! One test in a program of its own: the allocator that counts belongs to all of its threads.

mod support;

use cso::{ErrorKind, Image, OpenOptions, ReadAt, Result};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::ciso::{Ciso, Kind};
use support::dax::Dax;
use support::jiso::Jiso;
use support::{disc, put_u16, put_u32, put_u64, samples};

/// Counts the bytes that are in use, and the most that ever were.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(used, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`, and `at` is from `System`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that were in use at a time during `work`, beyond those before it.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = USED.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

/// A decoder and small things.
const FIXED: usize = 80 << 10;

/// Opens and reads parts of all blocks at both ends, into memory that is there already.
fn read(source: impl ReadAt, options: &OpenOptions, buffer: &mut [u8]) -> Result<()> {
    let image = Image::open_with(source, options)?;
    let info = image.info();
    let (step, blocks) = (u64::from(info.block_size), u64::from(info.blocks));
    for block in (0..blocks.min(8)).chain(blocks.saturating_sub(8)..blocks) {
        let _ = image.read_at(block * step + 1, &mut buffer[..700]);
        let _ = image.read_at(block * step, buffer);
    }
    Ok(())
}

#[cfg(feature = "std")]
mod great {
    use super::*;

    /// A CSO v1 of 4.4 GB whose blocks are all stored, without its bytes.
    struct Great;

    const GREAT_BLOCKS: u64 = 2_150_000;
    const GREAT_DATA: u64 = 24 + 4 * (GREAT_BLOCKS + 1);

    impl Great {
        fn byte(at: u64) -> u8 {
            if at >= GREAT_DATA {
                return (at / 2048) as u8;
            }
            if at >= 24 {
                let block = (at - 24) / 4;
                let word = (GREAT_DATA + 2048 * block) >> 2 | 0x8000_0000;
                return (word >> (8 * ((at - 24) % 4))) as u8;
            }
            let mut head = *b"CISO\x18\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\x01\x02\0\0";
            head[8..16].copy_from_slice(&(GREAT_BLOCKS * 2048).to_le_bytes());
            head[at as usize]
        }
    }

    impl ReadAt for Great {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
            for (byte, at) in buf.iter_mut().zip(offset..) {
                *byte = Self::byte(at);
            }
            Ok(buf.len())
        }

        fn size(&self) -> Result<u64> {
            Ok(GREAT_DATA + 2048 * GREAT_BLOCKS)
        }
    }

    /// A handle of an image of 4.4 GB takes little, until much of it was touched.
    pub(super) fn a_great_image_takes_little(buffer: &mut [u8]) {
        let peak = peak_of(|| {
            let image = Image::open(Great).unwrap();
            for sector in [16, 1_000_000, 2_100_000, 7] {
                image.read_sectors(sector, &mut buffer[..2048]).unwrap();
                let place = GREAT_DATA + 2048 * u64::from(sector);
                assert_eq!(buffer[0], Great::byte(place));
            }
        });
        assert!(peak < 256 << 10, "{peak} bytes");
    }
}

fn ways() -> [OpenOptions; 4] {
    let new = OpenOptions::new;
    [
        new(),
        new().check_index(true),
        new().index_page_blocks(1),
        new().index_page_blocks(4096),
    ]
}

fn check(name: &str, file: &[u8], buffer: &mut [u8]) {
    // Tables and one batch of blocks, and one decoded block.
    let block = (file.len() * 1032).min(16 << 20);
    let bound = 3 * file.len() + block + FIXED;
    for options in ways() {
        let peak = peak_of(|| {
            let _ = read(file, &options, buffer);
        });
        assert!(
            peak <= bound,
            "{name}, {} bytes, {options:?}: {peak} bytes in use, bound {bound}",
            file.len()
        );
    }
}

/// A few bytes, then a great gap, then a few words at the end of the index of a huge image.
struct Boaster<'a>(&'a [u8]);

const HUGE: u64 = 1 << 41;

impl ReadAt for Boaster<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        if offset >= 24 + 4 * (HUGE / 2048 - 1) {
            buf.fill(0x7F);
            return Ok(buf.len());
        }
        self.0.read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        Ok(1 << 43)
    }
}

#[test]
fn memory_is_bounded_by_the_file() {
    let mut buffer = vec![0; 64 << 10];
    let image = disc::image(samples::SIZE, 9);

    for sample in samples::all() {
        check(&sample.name, &sample.file, &mut buffer);
    }

    // One byte of image in a block of 16 MiB, which a stored or a short stream cannot fill.
    for kind in [Kind::V1, Kind::V2, Kind::Zso] {
        let ciso = Ciso {
            full_last: false,
            ..Ciso::new(kind, 16 << 20)
        };
        check("one byte", &ciso.build("", &[7]).file, &mut buffer);
    }

    // Sizes that the file cannot hold.
    let sizes = [1 << 20, 1 << 30, 1 << 32, 1 << 40, 1 << 42, u64::MAX];
    for size in sizes {
        for (kind, block_size) in [(Kind::V1, 2048), (Kind::V2, 2048), (Kind::Zso, 16 << 20)] {
            let mut file = Ciso::new(kind, 2048).build("", &image).file;
            put_u64(&mut file, 8, size);
            put_u32(&mut file, 16, block_size);
            check("huge CISO", &file, &mut buffer);
            file.truncate(60);
            check("huge short CISO", &file, &mut buffer);
        }
        let mut dax = Dax::new(1).build("", &image).file;
        put_u32(&mut dax, 4, size.min(u64::from(u32::MAX)) as u32);
        check("huge DAX", &dax, &mut buffer);
        put_u32(&mut dax, 12, u32::MAX);
        check("DAX with many areas", &dax, &mut buffer);
        let mut jiso = Jiso::new(2048, false).build("", &image).file;
        put_u32(&mut jiso, 12, size.min(u64::from(u32::MAX)) as u32);
        check("huge JISO", &jiso, &mut buffer);
        put_u16(&mut jiso, 6, 0x8000);
        check("JISO with large blocks", &jiso, &mut buffer);
    }

    // An index that is as long as the file allows, of blocks that lie anywhere.
    for word in [0, 1 << 20, u32::MAX >> 1, u32::MAX] {
        let mut file = Ciso::new(Kind::Zso, 16 << 20).build("", &image).file;
        for at in (24..file.len() - 4).step_by(4) {
            put_u32(&mut file, at, word);
        }
        let words = (file.len() as u64 - 24) / 4;
        put_u64(&mut file, 8, (words - 1) << 24);
        check("wild index", &file, &mut buffer);
    }

    // A source whose size is not true: no more is kept than has arrived.
    let mut head = Ciso::new(Kind::V1, 2048).build("", &image).file;
    put_u64(&mut head, 8, HUGE);
    put_u32(&mut head, 24, 0x7F7F_7F7F);
    head[21] = 11;
    for options in ways() {
        let peak = peak_of(|| match read(Boaster(&head), &options, &mut buffer) {
            Ok(()) => assert!(!options.check_index),
            // A machine of 32 bits cannot address an index as long as that.
            Err(e) if usize::BITS == 32 && e.kind() == ErrorKind::OutOfMemory => {}
            Err(e) => assert_eq!(e.kind(), ErrorKind::Truncated),
        });
        assert!(peak < 4 << 20, "{peak} bytes for a size that is not true");
    }

    frugal_readers_allocate_when_they_are_opened(&mut buffer);
    #[cfg(feature = "std")]
    great::a_great_image_takes_little(&mut buffer);
}

fn frugal_readers_allocate_when_they_are_opened(buffer: &mut [u8]) {
    for sample in samples::all() {
        let options = OpenOptions::new().low_memory(true).index_page_blocks(7);
        let image = Image::open_with(&sample.file[..], &options).unwrap();
        let size = sample.image.len() as u64;
        let peak = peak_of(|| {
            for offset in (0..size).step_by(1000).chain([0, size - 1]) {
                image.read_at(offset, &mut buffer[..700]).unwrap();
                image.read_at(offset / 2048 * 2048, buffer).unwrap();
            }
        });
        assert_eq!(peak, 0, "{}", sample.name);
    }
}
