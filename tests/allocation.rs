//! Checks that reading a hostile file takes at most a small multiple of the file's size in memory.
//!
//! This program has a single test, because the counting allocator serves all threads.

mod support;

use cso::{ErrorKind, Image, OpenOptions, ReadAt, Result};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::ciso::{Ciso, Kind};
use support::dax::Dax;
use support::jiso::Jiso;
use support::{disc, put_u16, put_u32, put_u64, samples};

/// Counts the allocated bytes and their maximum.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: forwards all calls to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(used, Ordering::Relaxed);
        // SAFETY: the caller upholds the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller upholds the contract of `dealloc`, and `at` was allocated by `System`.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns the largest number of bytes that `work` had allocated at a time.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = USED.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    work();
    PEAK.load(Ordering::Relaxed) - before
}

/// Number of bytes that reading may allocate for a file of any size, mostly for the decoder.
const FIXED: usize = 80 << 10;

/// Opens an image and reads parts of the blocks at both ends into an existing buffer.
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
mod large {
    use super::*;

    /// A CSO v1 file of 4.4 GB in which all blocks are stored. Its bytes are computed when read.
    struct Large;

    const LARGE_BLOCKS: u64 = 2_150_000;
    const LARGE_DATA: u64 = 24 + 4 * (LARGE_BLOCKS + 1);

    impl Large {
        fn byte(at: u64) -> u8 {
            if at >= LARGE_DATA {
                return (at / 2048) as u8;
            }
            if at >= 24 {
                let block = (at - 24) / 4;
                let entry = (LARGE_DATA + 2048 * block) >> 2 | 0x8000_0000;
                return (entry >> (8 * ((at - 24) % 4))) as u8;
            }
            let mut head = *b"CISO\x18\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\x01\x02\0\0";
            head[8..16].copy_from_slice(&(LARGE_BLOCKS * 2048).to_le_bytes());
            head[at as usize]
        }
    }

    impl ReadAt for Large {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
            for (byte, at) in buf.iter_mut().zip(offset..) {
                *byte = Self::byte(at);
            }
            Ok(buf.len())
        }

        fn size(&self) -> Result<u64> {
            Ok(LARGE_DATA + 2048 * LARGE_BLOCKS)
        }
    }

    /// An open image of 4.4 GB takes little memory as long as few parts of its index were loaded.
    pub(super) fn a_large_image_takes_little_memory(buffer: &mut [u8]) {
        let peak = peak_of(|| {
            let image = Image::open(Large).unwrap();
            for sector in [16, 1_000_000, 2_100_000, 7] {
                image.read_sectors(sector, &mut buffer[..2048]).unwrap();
                let place = LARGE_DATA + 2048 * u64::from(sector);
                assert_eq!(buffer[0], Large::byte(place));
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
    // One decoded block. Deflate decodes a byte to at most 1032 bytes, and a block has at most
    // 16 MiB. The tables and the compressed bytes of a run of blocks take at most three times the
    // size of the file.
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

/// A source that reports a size of 8 TiB, but has only the start of the file and the last entries
/// of the index.
struct FalseSize<'a>(&'a [u8]);

const HUGE: u64 = 1 << 41;

impl ReadAt for FalseSize<'_> {
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

    // An image of one byte in a block of 16 MiB, which the data in the file cannot fill.
    for kind in [Kind::V1, Kind::V2, Kind::Zso] {
        let ciso = Ciso {
            full_last: false,
            ..Ciso::new(kind, 16 << 20)
        };
        check("one byte", &ciso.build("", &[7]).file, &mut buffer);
    }

    // Headers with sizes that are larger than the file allows.
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

    // An index that fills the file, with positions that are too low or too high.
    for entry in [0, 1 << 20, u32::MAX >> 1, u32::MAX] {
        let mut file = Ciso::new(Kind::Zso, 16 << 20).build("", &image).file;
        for at in (24..file.len() - 4).step_by(4) {
            put_u32(&mut file, at, entry);
        }
        let entries = (file.len() as u64 - 24) / 4;
        put_u64(&mut file, 8, (entries - 1) << 24);
        check("index with any positions", &file, &mut buffer);
    }

    // A source that reports a false size. The reader must not allocate what the size requires,
    // because most of the bytes cannot be read.
    let mut head = Ciso::new(Kind::V1, 2048).build("", &image).file;
    put_u64(&mut head, 8, HUGE);
    put_u32(&mut head, 24, 0x7F7F_7F7F);
    head[21] = 11;
    for options in ways() {
        let peak = peak_of(|| match read(FalseSize(&head), &options, &mut buffer) {
            Ok(()) => assert!(!options.check_index),
            // On 32-bit machines such an index does not fit into the address space.
            Err(e) if usize::BITS == 32 && e.kind() == ErrorKind::OutOfMemory => {}
            Err(e) => assert_eq!(e.kind(), ErrorKind::Truncated),
        });
        assert!(peak < 4 << 20, "{peak} bytes for a false size");
    }

    low_memory_readers_allocate_only_when_opened(&mut buffer);
    #[cfg(feature = "std")]
    large::a_large_image_takes_little_memory(&mut buffer);
}

fn low_memory_readers_allocate_only_when_opened(buffer: &mut [u8]) {
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
