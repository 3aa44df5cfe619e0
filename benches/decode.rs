//! Reading: the public API beside bare loops of the crates that emulators use, over the same
//! blocks in the same run. Images are read from files, which the system has in its cache.
//!
//! `CSO_BENCH_IMAGE=game.iso cargo bench --bench decode` measures an image of your own;
//! `benches/report.sh` also makes the table and the plots of the README.

mod image;
mod report;

use criterion::{BenchmarkId, Criterion, Throughput};
use cso::capi::{self, cso_handle};
use cso::format::Coding;
use cso::{CompressOptions, Format, Image, OpenOptions, VerifyOptions};
use std::ffi::CString;
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::mem::{size_of, MaybeUninit};
use std::ops::{ControlFlow, Range};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;
use tempfile::NamedTempFile;

const SECTOR: usize = 2048;

/// An image in a file and in memory, and where its blocks lie.
struct Packed {
    file: NamedTempFile,
    bytes: Vec<u8>,
    size: usize,
    block_size: usize,
    blocks: Vec<(Range<usize>, Coding)>,
}

fn pack(plain: &[u8], format: Format, block_size: u32) -> Packed {
    let mut options = CompressOptions::new(format);
    options.block_size = block_size;
    options.level = 6;
    let mut bytes = Vec::new();
    let source = Image::open(plain).unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    cso::compress(&source, &mut bytes, &options, go_on).unwrap();
    let image = Image::open(&bytes[..]).unwrap();
    let blocks = (0..image.info().blocks)
        .map(|block| {
            let span = image.block_span(block).unwrap();
            let start = span.offset as usize;
            (start..start + span.len as usize, span.coding)
        })
        .collect();
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    Packed {
        file,
        size: plain.len(),
        block_size: block_size as usize,
        blocks,
        bytes,
    }
}

impl Packed {
    /// A loop over all blocks, without an index, without I/O: stored ones copied, others decoded.
    fn bare(&self, out: &mut [u8], mut decode: impl FnMut(&[u8], &mut [u8])) {
        for (number, room) in out.chunks_mut(self.block_size).enumerate() {
            let (span, coding) = &self.blocks[number];
            block(*coding, &self.bytes[span.clone()], room, &mut decode);
        }
    }

    /// As many numbers of sectors as the image has, in no order.
    fn jumps(&self) -> Vec<u32> {
        let count = (self.size / SECTOR) as u64;
        let step = |i: u64| (i * 7919 + i * i % 977 * 13) % count;
        (0..count).map(|i| step(i) as u32).collect()
    }
}

fn block(coding: Coding, input: &[u8], room: &mut [u8], decode: &mut impl FnMut(&[u8], &mut [u8])) {
    match coding {
        Coding::Stored => room.copy_from_slice(&input[..room.len()]),
        _ => decode(input, room),
    }
}

/// A handle of the C API, closed at the end.
struct Handle(*mut cso_handle);

impl Handle {
    fn open(path: &Path) -> Self {
        let path = CString::new(path.to_str().unwrap()).unwrap();
        let mut handle = std::ptr::null_mut();
        // SAFETY: a path that ends with NUL, and a place for the handle.
        assert_eq!(unsafe { capi::cso_open(path.as_ptr(), &mut handle) }, 0);
        Handle(handle)
    }

    fn read(&self, first: u32, room: &mut [u8]) {
        let (count, to) = ((room.len() / SECTOR) as u32, room.as_mut_ptr().cast());
        // SAFETY: an open handle, and room for so many sectors.
        let status = unsafe { capi::cso_read_sectors(self.0, first, count, to) };
        assert_eq!(status, 0);
    }

    /// Reads the whole image in requests of so many sectors.
    fn read_all(&self, sectors: usize, out: &mut [u8]) {
        for (i, room) in out.chunks_mut(sectors * SECTOR).enumerate() {
            self.read((i * sectors) as u32, room);
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: opened once, and not used any more.
        unsafe { capi::cso_close(self.0) };
    }
}

fn read_all(image: &Image<File>, sectors: usize, out: &mut [u8]) {
    for (i, room) in out.chunks_mut(sectors * SECTOR).enumerate() {
        image.read_sectors((i * sectors) as u32, room).unwrap();
    }
}

/// C zlib, as emulators have it: whole blocks, one after the other.
struct Zlib(Box<MaybeUninit<libz_sys::z_stream>>);

impl Zlib {
    fn new() -> Self {
        // zlib takes zeros for an allocator of its own, and keeps the stream's address.
        let mut stream = Box::new(MaybeUninit::zeroed());
        let size = size_of::<libz_sys::z_stream>() as i32;
        // SAFETY: a stream of zeros, that does not move; raw deflate with the largest window.
        let status = unsafe {
            let version = libz_sys::zlibVersion();
            libz_sys::inflateInit2_(stream.as_mut_ptr(), -15, version, size)
        };
        assert_eq!(status, libz_sys::Z_OK);
        Zlib(stream)
    }

    fn inflate(&mut self, input: &[u8], room: &mut [u8]) {
        let stream = self.0.as_mut_ptr();
        // SAFETY: an open stream; input and room are there until it returns.
        let status = unsafe {
            libz_sys::inflateReset(stream);
            (*stream).next_in = input.as_ptr().cast_mut();
            (*stream).avail_in = input.len() as u32;
            (*stream).next_out = room.as_mut_ptr();
            (*stream).avail_out = room.len() as u32;
            libz_sys::inflate(stream, libz_sys::Z_FINISH)
        };
        assert_eq!(status, libz_sys::Z_STREAM_END);
    }
}

impl Drop for Zlib {
    fn drop(&mut self) {
        // SAFETY: opened once, and not used any more.
        unsafe { libz_sys::inflateEnd(self.0.as_mut_ptr()) };
    }
}

fn inflate_zlib(zlib: &mut flate2::Decompress, input: &[u8], room: &mut [u8]) {
    zlib.reset(false);
    let finish = flate2::FlushDecompress::Finish;
    black_box(zlib.decompress(input, room, finish).unwrap());
}

/// From the first block to the last.
fn sequential(c: &mut Criterion) {
    let plain = image::plain();
    for block_size in [2048, 16384] {
        let packed = pack(&plain, Format::CsoV1, block_size);
        let mut out = vec![0; packed.size];
        let mut group = c.benchmark_group(format!("CSO v1 {} KiB", block_size / 1024));
        group.throughput(Throughput::Bytes(packed.size as u64));

        let mut libdeflate = libdeflater::Decompressor::new();
        group.bench_function("bare libdeflate loop", |b| {
            b.iter(|| {
                packed.bare(&mut out, |input, room| {
                    libdeflate.deflate_decompress(input, room).unwrap();
                })
            })
        });
        let mut zlib = flate2::Decompress::new(false);
        group.bench_function("bare zlib-rs loop", |b| {
            b.iter(|| packed.bare(&mut out, |input, room| inflate_zlib(&mut zlib, input, room)))
        });
        let mut c_zlib = Zlib::new();
        group.bench_function("bare C zlib loop", |b| {
            b.iter(|| packed.bare(&mut out, |input, room| c_zlib.inflate(input, room)))
        });
        // What emulators do: a block at a time, each with a read and a general zlib.
        let file = File::open(packed.file.path()).unwrap();
        let emulate = |out: &mut [u8], inflate: &mut dyn FnMut(&[u8], &mut [u8])| {
            let mut input = vec![0; 2 * packed.block_size];
            for (number, room) in out.chunks_mut(packed.block_size).enumerate() {
                let (span, coding) = &packed.blocks[number];
                let input = &mut input[..span.len()];
                file.read_exact_at(input, span.start as u64).unwrap();
                block(*coding, input, room, &mut |input, room| {
                    inflate(input, room)
                });
            }
        };
        group.bench_function("C zlib, a read for each block", |b| {
            b.iter(|| emulate(&mut out, &mut |input, room| c_zlib.inflate(input, room)))
        });
        group.bench_function("zlib-rs, a read for each block", |b| {
            b.iter(|| {
                emulate(&mut out, &mut |input, room| {
                    inflate_zlib(&mut zlib, input, room)
                })
            })
        });
        let mut miniz = Box::<miniz_oxide::inflate::core::DecompressorOxide>::default();
        group.bench_function("bare miniz_oxide loop", |b| {
            b.iter(|| {
                packed.bare(&mut out, |input, room| {
                    miniz.init();
                    let flags = miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
                    black_box(miniz_oxide::inflate::core::decompress(&mut miniz, input, room, 0, flags));
                })
            })
        });
        let handle = Handle::open(packed.file.path());
        for sectors in [1, 16, 64] {
            let id = BenchmarkId::new("sectors at once", sectors);
            group.bench_function(id, |b| b.iter(|| handle.read_all(sectors, &mut out)));
        }
        let two = OpenOptions::new().threads(2);
        let image = cso::open_with(packed.file.path(), &two).unwrap();
        for sectors in [64, 512] {
            let id = BenchmarkId::new("sectors at once, two threads", sectors);
            group.bench_function(id, |b| b.iter(|| read_all(&image, sectors, &mut out)));
        }
        let ahead = OpenOptions::new().read_ahead(256 << 10);
        let image = cso::open_with(packed.file.path(), &ahead).unwrap();
        group.bench_function(BenchmarkId::new("sectors at once, read-ahead", 1), |b| {
            b.iter(|| read_all(&image, 1, &mut out))
        });
        handle.read_all(64, &mut out);
        assert!(out == plain);
        group.finish();
    }
}

/// Single sectors, in no order.
fn random(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::CsoV1, 2048);
    let jumps = packed.jumps();
    let mut room = vec![0; SECTOR];
    let mut group = c.benchmark_group("random sectors");
    group.throughput(Throughput::Elements(jumps.len() as u64));

    let file = File::open(packed.file.path()).unwrap();
    let mut input = vec![0; 4096];
    let mut libdeflate = libdeflater::Decompressor::new();
    group.bench_function("pread and libdeflate", |b| {
        b.iter(|| {
            for sector in &jumps {
                let (span, coding) = &packed.blocks[*sector as usize];
                let input = &mut input[..span.len()];
                file.read_exact_at(input, span.start as u64).unwrap();
                block(*coding, input, &mut room, &mut |input, room| {
                    libdeflate.deflate_decompress(input, room).unwrap();
                });
            }
        })
    });
    let handle = Handle::open(packed.file.path());
    group.bench_function("cso_read_sector", |b| {
        b.iter(|| {
            jumps
                .iter()
                .for_each(|sector| handle.read(*sector, &mut room))
        })
    });
    for (name, options) in [
        ("with read-ahead", OpenOptions::new().read_ahead(256 << 10)),
        (
            "with a window of the index",
            OpenOptions::new().index_window(2048),
        ),
    ] {
        let image = cso::open_with(packed.file.path(), &options).unwrap();
        group.bench_function(name, |b| {
            b.iter(|| {
                for sector in &jumps {
                    image.read_sectors(*sector, &mut room).unwrap();
                }
            })
        });
    }
    group.finish();
}

/// Two threads that read an image with one handle, stripes of it in turn, beside one that reads it all.
fn readers(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::CsoV1, 2048);
    let image = cso::open(packed.file.path()).unwrap();
    let mut out = vec![0; packed.size];
    const STRIPE: usize = 256;
    let mut group = c.benchmark_group("readers of one handle");
    group.throughput(Throughput::Bytes(packed.size as u64));
    group.bench_function("1", |b| b.iter(|| read_all(&image, 16, &mut out)));
    group.bench_function("2", |b| {
        b.iter(|| {
            let stripes = out.chunks_mut(STRIPE * SECTOR).enumerate();
            let (even, odd): (Vec<_>, Vec<_>) = stripes.partition(|(number, _)| number % 2 == 0);
            let read = |stripes: Vec<(usize, &mut [u8])>| {
                for (number, stripe) in stripes {
                    for (i, room) in stripe.chunks_mut(16 * SECTOR).enumerate() {
                        let first = number * STRIPE + 16 * i;
                        image.read_sectors(first as u32, room).unwrap();
                    }
                }
            };
            std::thread::scope(|scope| {
                scope.spawn(|| read(even));
                read(odd);
            });
        })
    });
    read_all(&image, 16, &mut out);
    assert!(out == plain);
    group.finish();
}

/// The whole image: decoded, and its digests.
fn verify(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::CsoV1, 2048);
    let image = cso::open(packed.file.path()).unwrap();
    let mut group = c.benchmark_group("verify");
    group.throughput(Throughput::Bytes(packed.size as u64));
    group.bench_function("MD5 of the plain image alone", |b| {
        b.iter(|| <md5::Md5 as md5::Digest>::digest(&plain))
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
        let go_on = &mut |_| ControlFlow::Continue(());
        group.bench_function(name, |b| {
            b.iter(|| cso::verify(&image, &options, go_on).unwrap())
        });
    }
    group.finish();
}

/// A sparse file that is an image of so many blocks, all of them stored.
fn sparse(blocks: u32) -> NamedTempFile {
    let mut head = b"CISO".to_vec();
    head.extend(24u32.to_le_bytes());
    head.extend((u64::from(blocks) * 2048).to_le_bytes());
    head.extend(2048u32.to_le_bytes());
    head.extend([1, 2, 0, 0]);
    let start = (24 + 4 * (u64::from(blocks) + 1)).next_multiple_of(4);
    for block in 0..=u64::from(blocks) {
        let word = (start + 2048 * block) >> 2;
        head.extend((word as u32 | 0x8000_0000).to_le_bytes());
    }
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&head).unwrap();
    let end = start + 2048 * u64::from(blocks);
    file.as_file().set_len(end).unwrap();
    file
}

/// Opening, and the first sector, of images of any size.
fn open(c: &mut Criterion) {
    let mut group = c.benchmark_group("open");
    for blocks in [20_000, 200_000, 2_100_000] {
        let file = sparse(blocks);
        let open = |options: &OpenOptions| cso::open_with(file.path(), options).unwrap();
        let lazy = OpenOptions::new();
        group.bench_function(BenchmarkId::new("as it is touched", blocks), |b| {
            b.iter(|| open(&lazy))
        });
        group.bench_function(BenchmarkId::new("and one sector", blocks), |b| {
            let mut sector = [1; SECTOR];
            b.iter(|| open(&lazy).read_sectors(blocks / 3, &mut sector).unwrap())
        });
        let whole = OpenOptions::new().check_index(true);
        group.bench_function(BenchmarkId::new("whole, checked", blocks), |b| {
            b.iter(|| open(&whole))
        });
    }
    group.finish();
}

fn lz4(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::Zso, 2048);
    let mut out = vec![0; packed.size];
    let mut group = c.benchmark_group("ZSO 2 KiB");
    group.throughput(Throughput::Bytes(packed.size as u64));
    group.bench_function("bare C lz4 loop", |b| {
        b.iter(|| {
            packed.bare(&mut out, |input, room| {
                lzzzz::lz4::decompress(input, room).unwrap();
            })
        })
    });
    let handle = Handle::open(packed.file.path());
    for sectors in [1, 64] {
        let id = BenchmarkId::new("sectors at once", sectors);
        group.bench_function(id, |b| b.iter(|| handle.read_all(sectors, &mut out)));
    }
    let image = Image::open(&packed.bytes[..]).unwrap();
    group.bench_function(BenchmarkId::new("sectors at once, from memory", 64), |b| {
        b.iter(|| {
            for (i, room) in out.chunks_mut(64 * SECTOR).enumerate() {
                image.read_sectors(i as u32 * 64, room).unwrap();
            }
        })
    });
    handle.read_all(64, &mut out);
    assert!(out == plain);
    group.finish();
}

fn dax(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::Dax, 8192);
    let mut out = vec![0; packed.size];
    let mut group = c.benchmark_group("DAX");
    group.throughput(Throughput::Bytes(packed.size as u64));
    let mut libdeflate = libdeflater::Decompressor::new();
    group.bench_function("bare libdeflate loop", |b| {
        b.iter(|| {
            packed.bare(&mut out, |input, room| {
                libdeflate.zlib_decompress(input, room).unwrap();
            })
        })
    });
    let handle = Handle::open(packed.file.path());
    for sectors in [1, 64] {
        let id = BenchmarkId::new("sectors at once", sectors);
        group.bench_function(id, |b| b.iter(|| handle.read_all(sectors, &mut out)));
    }
    assert!(out == plain);
    group.finish();
}

fn main() {
    let mut c = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args();
    for group in [sequential, random, readers, verify, open, lz4, dax] {
        group(&mut c);
    }
    c.final_summary();
    report::write();
}
