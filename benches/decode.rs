//! Reading: the public API beside bare loops of the crates that emulators use, over the same
//! blocks in the same run.
//!
//! `CSO_BENCH_IMAGE=game.iso cargo bench --bench decode` measures an image of your own.

mod image;

use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use cso::format::Coding;
use cso::{CompressOptions, Format, Image};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::ops::Range;

/// An image in memory, and where its blocks of the format's own coding lie.
struct Packed {
    file: Vec<u8>,
    size: usize,
    block_size: usize,
    blocks: Vec<(Range<usize>, Coding)>,
}

fn pack(plain: &[u8], format: Format, block_size: u32) -> Packed {
    let mut options = CompressOptions::new(format);
    options.block_size = block_size;
    options.level = 6;
    let mut file = Vec::new();
    let source = Image::open(plain).unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    cso::compress(&source, &mut file, &options, go_on).unwrap();
    let image = Image::open(&file[..]).unwrap();
    let blocks = (0..image.info().blocks)
        .map(|block| {
            let span = image.block_span(block).unwrap();
            let start = span.offset as usize;
            (start..start + span.len as usize, span.coding)
        })
        .collect();
    Packed {
        size: plain.len(),
        block_size: block_size as usize,
        blocks,
        file,
    }
}

impl Packed {
    /// A loop over all blocks, without an index, without I/O: stored ones copied, others decoded.
    fn bare(&self, out: &mut [u8], mut decode: impl FnMut(&[u8], &mut [u8])) {
        for ((span, coding), room) in self.blocks.iter().zip(out.chunks_mut(self.block_size)) {
            let input = &self.file[span.clone()];
            match coding {
                Coding::Stored => room.copy_from_slice(&input[..room.len()]),
                _ => decode(input, room),
            }
        }
    }
}

/// Reads the whole image in requests of so many sectors.
fn read_all(image: &Image<&[u8]>, sectors: u32, out: &mut [u8]) {
    let step = sectors as usize * 2048;
    for (i, room) in out.chunks_mut(step).enumerate() {
        image.read_sectors(i as u32 * sectors, room).unwrap();
    }
}

fn deflate(c: &mut Criterion) {
    let plain = image::plain();
    for block_size in [2048, 16384] {
        let packed = pack(&plain, Format::CsoV1, block_size);
        let mut out = vec![0; packed.size];
        let mut group = c.benchmark_group(format!("CSO v1, {} KiB blocks", block_size / 1024));
        group.throughput(Throughput::Bytes(packed.size as u64)).sample_size(10);

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
            b.iter(|| {
                packed.bare(&mut out, |input, room| {
                    zlib.reset(false);
                    let finish = flate2::FlushDecompress::Finish;
                    black_box(zlib.decompress(input, room, finish).unwrap());
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
        let reader = Image::open(&packed.file[..]).unwrap();
        for sectors in [1, 64] {
            group.bench_with_input(
                BenchmarkId::new("read_sectors", sectors),
                &sectors,
                |b, &sectors| b.iter(|| read_all(&reader, sectors, &mut out)),
            );
        }
        assert!(out == plain);
        group.finish();
    }
}

fn lz4(c: &mut Criterion) {
    let plain = image::plain();
    let packed = pack(&plain, Format::Zso, 2048);
    let mut out = vec![0; packed.size];
    let mut group = c.benchmark_group("ZSO, 2 KiB blocks");
    group.throughput(Throughput::Bytes(packed.size as u64)).sample_size(10);
    group.bench_function("bare C lz4 loop", |b| {
        b.iter(|| {
            packed.bare(&mut out, |input, room| {
                lzzzz::lz4::decompress(input, room).unwrap();
            })
        })
    });
    let reader = Image::open(&packed.file[..]).unwrap();
    for sectors in [1, 64] {
        group.bench_with_input(
            BenchmarkId::new("read_sectors", sectors),
            &sectors,
            |b, &sectors| b.iter(|| read_all(&reader, sectors, &mut out)),
        );
    }
    assert!(out == plain);
    group.finish();
}

criterion_group!(benches, deflate, lz4);
criterion_main!(benches);
