//! Measures reading. Compares the public API with loops that only call a decoder that emulators
//! use, on the same blocks in the same run. The images are files in the system's cache.
//!
//! `CSO_BENCH_IMAGE=game.iso cargo bench --bench decode` measures the given image.
//! `benches/report.sh` writes the table and the plot of the documentation.

mod compressed;
mod group;
mod image;
mod report;
mod zlib;

use compressed::{decode_block, Compressed, SECTOR};
use criterion::{Criterion, Throughput};
use cso::capi::{self, cso_handle};
use cso::{Format, Image, OpenOptions, VerifyOptions};
use group::Group;
use report::Report;
use std::cell::RefCell;
use std::ffi::CString;
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Condvar, Mutex};
use std::time::Duration;
use tempfile::NamedTempFile;
use zlib::Zlib;

/// A handle of the C API, closed when dropped.
struct Handle(*mut cso_handle);

impl Handle {
    fn open(path: &Path) -> Self {
        let path = CString::new(path.to_str().unwrap()).unwrap();
        let mut handle = std::ptr::null_mut();
        // SAFETY: the path is NUL-terminated, and the handle is a valid output.
        assert_eq!(unsafe { capi::cso_open(path.as_ptr(), &mut handle) }, 0);
        Handle(handle)
    }

    fn read(&self, first: u32, buffer: &mut [u8]) {
        let (count, to) = ((buffer.len() / SECTOR) as u32, buffer.as_mut_ptr().cast());
        // SAFETY: the handle is open, and the buffer has space for `count` sectors.
        let status = unsafe { capi::cso_read_sectors(self.0, first, count, to) };
        assert_eq!(status, 0);
    }

    /// Reads the whole image in requests of `sectors` sectors.
    fn read_all(&self, sectors: usize, out: &mut [u8]) {
        for (i, buffer) in out.chunks_mut(sectors * SECTOR).enumerate() {
            self.read((i * sectors) as u32, buffer);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the handle is open and not used again.
        unsafe { capi::cso_close(self.0) };
    }
}

fn read_all<S: cso::ReadAt>(image: &Image<S>, sectors: usize, out: &mut [u8]) {
    for (i, buffer) in out.chunks_mut(sectors * SECTOR).enumerate() {
        image.read_sectors((i * sectors) as u32, buffer).unwrap();
    }
}

fn inflate_zlib(zlib: &mut flate2::Decompress, input: &[u8], buffer: &mut [u8]) {
    zlib.reset(false);
    let finish = flate2::FlushDecompress::Finish;
    black_box(zlib.decompress(input, buffer, finish).unwrap());
}

/// Measures reading the whole image sequentially.
fn sequential(c: &mut Criterion, report: &mut Report) {
    let plain = image::plain();
    for block_size in [2048, 16384] {
        let compressed = &Compressed::new(&plain, Format::CsoV1, block_size);
        let file = &File::open(compressed.file.path()).unwrap();
        let handle = &Handle::open(compressed.file.path());
        let open = |options: OpenOptions| cso::open_with(compressed.file.path(), &options).unwrap();
        let ahead = &open(OpenOptions::new().decode_ahead(256 << 10));
        let out = &RefCell::new(vec![0; compressed.size]);
        handle.read_all(64, &mut out.borrow_mut());
        assert!(*out.borrow() == plain);
        let name = format!("CSO v1 {} KiB", block_size / 1024);
        let mut group = Group::new(name, Throughput::Bytes(compressed.size as u64));

        let mut libdeflate = libdeflater::Decompressor::new();
        group.add("bare libdeflate loop", move || {
            compressed.bare(&mut out.borrow_mut(), |input, buffer| {
                libdeflate.deflate_decompress(input, buffer).unwrap();
            })
        });
        let mut zlib_rs = flate2::Decompress::new(false);
        group.add("bare zlib-rs loop", move || {
            compressed.bare(&mut out.borrow_mut(), |input, buffer| {
                inflate_zlib(&mut zlib_rs, input, buffer)
            })
        });
        let mut c_zlib = Zlib::new();
        group.add("bare C zlib loop", move || {
            compressed.bare(&mut out.borrow_mut(), |input, buffer| {
                c_zlib.inflate(input, buffer)
            })
        });
        let mut c_zlib = Zlib::new();
        group.add("C zlib, a read for each block", move || {
            compressed.emulate(file, &mut out.borrow_mut(), |input, buffer| {
                c_zlib.inflate(input, buffer)
            })
        });
        let mut zlib_rs = flate2::Decompress::new(false);
        group.add("zlib-rs, a read for each block", move || {
            compressed.emulate(file, &mut out.borrow_mut(), |input, buffer| {
                inflate_zlib(&mut zlib_rs, input, buffer)
            })
        });
        let mut miniz = Box::<miniz_oxide::inflate::core::DecompressorOxide>::default();
        group.add("bare miniz_oxide loop", move || {
            compressed.bare(&mut out.borrow_mut(), |input, buffer| {
                use miniz_oxide::inflate::core::{decompress, inflate_flags};
                miniz.init();
                let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
                black_box(decompress(&mut miniz, input, buffer, 0, flags));
            })
        });
        for sectors in [1, 16, 64] {
            group.add(format!("sectors at once/{sectors}"), move || {
                handle.read_all(sectors, &mut out.borrow_mut())
            });
        }
        group.add("sectors at once, decode-ahead/1", move || {
            read_all(ahead, 1, &mut out.borrow_mut())
        });
        group.measure(c, report);
    }
}

/// Reads the whole image in requests of `sectors` sectors. A second thread reads the second half of
/// each request.
fn read_halves<S: cso::ReadAt + Sync>(image: &Image<S>, sectors: usize, out: &mut [u8]) {
    enum Half<'a> {
        None,
        ToRead(u32, &'a mut [u8]),
        Ended,
    }
    let half = &Mutex::new(Half::None);
    let changed = &Condvar::new();
    std::thread::scope(|scope| {
        scope.spawn(move || loop {
            let mut guard = changed
                .wait_while(half.lock().unwrap(), |half| matches!(half, Half::None))
                .unwrap();
            let Half::ToRead(first, buffer) = &mut *guard else {
                return;
            };
            let (first, buffer) = (*first, std::mem::take(buffer));
            drop(guard);
            image.read_sectors(first, buffer).unwrap();
            *half.lock().unwrap() = Half::None;
            changed.notify_one();
        });
        for (i, buffer) in out.chunks_mut(sectors * SECTOR).enumerate() {
            let first = (i * sectors) as u32;
            let sectors = buffer.len() / SECTOR / 2;
            let (ours, theirs) = buffer.split_at_mut(sectors * SECTOR);
            *half.lock().unwrap() = Half::ToRead(first + sectors as u32, theirs);
            changed.notify_one();
            image.read_sectors(first, ours).unwrap();
            let guard = changed
                .wait_while(half.lock().unwrap(), |half| !matches!(half, Half::None))
                .unwrap();
            drop(guard);
        }
        *half.lock().unwrap() = Half::Ended;
        changed.notify_one();
    });
}

/// Compares large requests with one thread, with `threads(2)`, and divided between two threads of
/// the caller.
fn large(c: &mut Criterion, report: &mut Report) {
    let plain = image::plain();
    let compressed = &Compressed::new(&plain, Format::CsoV1, 2048);
    let open = |options: OpenOptions| cso::open_with(compressed.file.path(), &options).unwrap();
    let one = &open(OpenOptions::new());
    let two = &open(OpenOptions::new().threads(2));
    let out = &RefCell::new(vec![0; compressed.size]);
    for image in [one, two] {
        out.borrow_mut().fill(0);
        read_halves(image, 512, &mut out.borrow_mut());
        assert!(*out.borrow() == plain);
    }
    let mut group = Group::new("large", Throughput::Bytes(compressed.size as u64));
    for sectors in [16, 64, 512, 2048] {
        group.add(format!("one thread/{sectors}"), move || {
            read_all(one, sectors, &mut out.borrow_mut())
        });
        group.add(format!("two threads/{sectors}"), move || {
            read_all(two, sectors, &mut out.borrow_mut())
        });
        group.add(format!("divided by the caller/{sectors}"), move || {
            read_halves(one, sectors, &mut out.borrow_mut())
        });
    }
    group.measure(c, report);
}

/// Measures reading single sectors in random order.
fn random(c: &mut Criterion, report: &mut Report) {
    let plain = image::plain();
    let compressed = &Compressed::new(&plain, Format::CsoV1, 2048);
    let order = &compressed.order();
    let mut group = Group::new("random sectors", Throughput::Elements(order.len() as u64));

    let file = File::open(compressed.file.path()).unwrap();
    let mut input = vec![0; 4096];
    let mut buffer = vec![0; SECTOR];
    let mut libdeflate = libdeflater::Decompressor::new();
    group.add("pread and libdeflate", move || {
        for sector in order {
            let (span, coding) = &compressed.blocks[*sector as usize];
            let input = &mut input[..span.len()];
            file.read_exact_at(input, span.start as u64).unwrap();
            decode_block(*coding, input, &mut buffer, &mut |input, buffer| {
                libdeflate.deflate_decompress(input, buffer).unwrap();
            });
        }
    });
    let handle = Handle::open(compressed.file.path());
    let mut buffer = vec![0; SECTOR];
    group.add("cso_read_sector", move || {
        for sector in order {
            handle.read(*sector, &mut buffer);
        }
    });
    for (name, options) in [
        (
            "with decode-ahead",
            OpenOptions::new().decode_ahead(256 << 10),
        ),
        (
            "with index pages",
            OpenOptions::new().index_page_blocks(2048),
        ),
    ] {
        let image = cso::open_with(compressed.file.path(), &options).unwrap();
        let mut buffer = vec![0; SECTOR];
        group.add(name, move || {
            for sector in order {
                image.read_sectors(*sector, &mut buffer).unwrap();
            }
        });
    }
    group.measure(c, report);
}

/// Compares two threads, of which each reads every second stripe of one open image, with one thread
/// that reads the whole image.
fn readers(c: &mut Criterion, report: &mut Report) {
    const STRIPE: usize = 256;
    let plain = image::plain();
    let compressed = Compressed::new(&plain, Format::CsoV1, 2048);
    let image = &cso::open(compressed.file.path()).unwrap();
    let out = &RefCell::new(vec![0; compressed.size]);
    let one = || read_all(image, 16, &mut out.borrow_mut());
    let two = || {
        let mut out = out.borrow_mut();
        let stripes = out.chunks_mut(STRIPE * SECTOR).enumerate();
        let (even, odd): (Vec<_>, Vec<_>) = stripes.partition(|(number, _)| number % 2 == 0);
        let read = |stripes: Vec<(usize, &mut [u8])>| {
            for (number, stripe) in stripes {
                for (i, buffer) in stripe.chunks_mut(16 * SECTOR).enumerate() {
                    let first = number * STRIPE + 16 * i;
                    image.read_sectors(first as u32, buffer).unwrap();
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| read(even));
            read(odd);
        });
    };
    two();
    assert!(*out.borrow() == plain);
    let mut group = Group::new(
        "readers of one handle",
        Throughput::Bytes(compressed.size as u64),
    );
    group.add("1", one);
    group.add("2", two);
    group.measure(c, report);
}

/// Measures verifying the whole image, with and without digests.
fn verify(c: &mut Criterion, report: &mut Report) {
    let plain = &image::plain();
    let compressed = Compressed::new(plain, Format::CsoV1, 2048);
    let image = &cso::open(compressed.file.path()).unwrap();
    let mut group = Group::new("verify", Throughput::Bytes(compressed.size as u64));
    group.add("MD5 of the uncompressed image", || {
        black_box(<md5::Md5 as md5::Digest>::digest(plain));
    });
    for (name, threads, digests) in [
        ("decode, one thread", 1, false),
        ("decode, two threads", 2, false),
        ("all digests, one thread", 1, true),
        ("all digests, two threads", 2, true),
    ] {
        let mut options = VerifyOptions::default();
        options.threads = threads;
        (options.crc32, options.md5, options.sha1) = (digests, digests, digests);
        group.add(name, move || {
            let go_on = &mut |_| ControlFlow::Continue(());
            black_box(cso::verify(image, &options, go_on).unwrap());
        });
    }
    group.measure(c, report);
}

/// Returns a sparse file with a compressed image of `blocks` blocks, all of them stored.
fn sparse(blocks: u32) -> NamedTempFile {
    let mut head = b"CISO".to_vec();
    head.extend(24u32.to_le_bytes());
    head.extend((u64::from(blocks) * 2048).to_le_bytes());
    head.extend(2048u32.to_le_bytes());
    head.extend([1, 2, 0, 0]);
    let start = (24 + 4 * (u64::from(blocks) + 1)).next_multiple_of(4);
    for block in 0..=u64::from(blocks) {
        let entry = (start + 2048 * block) >> 2;
        head.extend((entry as u32 | 0x8000_0000).to_le_bytes());
    }
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&head).unwrap();
    let end = start + 2048 * u64::from(blocks);
    file.as_file().set_len(end).unwrap();
    file
}

/// Measures opening images of several sizes, and reading a first sector.
fn open(c: &mut Criterion, report: &mut Report) {
    let sizes = [20_000, 200_000, 2_100_000];
    let files = sizes.map(sparse);
    let mut group = Group::new("open", Throughput::Elements(1));
    for (blocks, file) in sizes.into_iter().zip(&files) {
        let open = |options: OpenOptions| cso::open_with(file.path(), &options).unwrap();
        group.add(format!("index loaded on demand/{blocks}"), move || {
            open(OpenOptions::new());
        });
        group.add(
            format!("index loaded on demand, one sector/{blocks}"),
            move || {
                let image = open(OpenOptions::new());
                image.read_sectors(blocks / 3, &mut [1; SECTOR]).unwrap();
            },
        );
        group.add(format!("whole index checked/{blocks}"), move || {
            open(OpenOptions::new().check_index(true));
        });
    }
    group.measure(c, report);
}

fn lz4(c: &mut Criterion, report: &mut Report) {
    let decode = |input: &[u8], buffer: &mut [u8]| {
        lzzzz::lz4::decompress(input, buffer).unwrap();
    };
    other_format(
        c,
        report,
        "ZSO 2 KiB",
        Format::Zso,
        "bare C lz4 loop",
        decode,
    );
}

fn dax(c: &mut Criterion, report: &mut Report) {
    let mut libdeflate = libdeflater::Decompressor::new();
    let decode = |input: &[u8], buffer: &mut [u8]| {
        libdeflate.zlib_decompress(input, buffer).unwrap();
    };
    other_format(
        c,
        report,
        "DAX",
        Format::Dax,
        "bare libdeflate loop",
        decode,
    );
}

/// Compares reading an image of a format sequentially with a bare loop of another decoder.
fn other_format(
    c: &mut Criterion,
    report: &mut Report,
    name: &str,
    format: Format,
    peer: &str,
    mut decode: impl FnMut(&[u8], &mut [u8]),
) {
    let plain = image::plain();
    let block_size = if format == Format::Dax { 8192 } else { 2048 };
    let compressed = &Compressed::new(&plain, format, block_size);
    let handle = &Handle::open(compressed.file.path());
    let image = &Image::open(&compressed.bytes[..]).unwrap();
    let out = &RefCell::new(vec![0; compressed.size]);
    handle.read_all(64, &mut out.borrow_mut());
    assert!(*out.borrow() == plain);
    let mut group = Group::new(name, Throughput::Bytes(compressed.size as u64));
    group.add(peer, move || {
        compressed.bare(&mut out.borrow_mut(), &mut decode)
    });
    for sectors in [1, 64] {
        group.add(format!("sectors at once/{sectors}"), move || {
            handle.read_all(sectors, &mut out.borrow_mut())
        });
    }
    group.add("sectors at once, from memory/64", move || {
        read_all(image, 64, &mut out.borrow_mut())
    });
    group.measure(c, report);
}

fn main() {
    let mut c = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args();
    let mut report = Report::new();
    for group in [sequential, large, random, readers, verify, open, lz4, dax] {
        group(&mut c, &mut report);
    }
    c.final_summary();
    report.write();
}
