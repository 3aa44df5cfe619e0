//! Measures writing. Compares the library with loops that only call another encoder for each block.
//! All use one thread and the same image, in the same run. Prints sizes to standard error.

mod image;

use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use cso::{CompressOptions, Format, Image};
use std::hint::black_box;
use std::ops::ControlFlow;

const BLOCK: usize = 2048;

fn compress(image: &Image<&[u8]>, format: Format, level: u32) -> usize {
    let mut options = CompressOptions::new(format);
    options.level = level;
    options.threads = 1;
    let mut file = Vec::new();
    let go_on = &mut |_| ControlFlow::Continue(());
    cso::compress(image, &mut file, &options, go_on).unwrap();
    file.len()
}

/// Returns the sum of the sizes of all blocks, each compressed with `encode` or stored if that is
/// smaller.
fn bare(plain: &[u8], mut encode: impl FnMut(&[u8], &mut [u8]) -> usize) -> usize {
    let mut out = vec![0; 2 * BLOCK];
    plain
        .chunks(BLOCK)
        .map(|block| encode(block, &mut out).min(BLOCK))
        .sum()
}

fn encode(c: &mut Criterion) {
    let plain = image::plain();
    let source = Image::open(&plain[..]).unwrap();
    let mut group = c.benchmark_group("encode, 2 KiB blocks");
    group
        .throughput(Throughput::Bytes(plain.len() as u64))
        .sample_size(10);

    for level in [6, 9, 12] {
        let strength = libdeflater::CompressionLvl::new(level).unwrap();
        let mut state = libdeflater::Compressor::new(strength);
        let mut run = || {
            bare(&plain, |block, out| {
                state.deflate_compress(block, out).unwrap()
            })
        };
        eprintln!("libdeflate {level}: {} bytes without an index", run());
        group.bench_function(BenchmarkId::new("bare libdeflate loop", level), |b| {
            b.iter(|| black_box(run()))
        });
    }
    let mut state = flate2::Compress::new(flate2::Compression::new(9), false);
    let mut run = || {
        bare(&plain, |block, out| {
            state.reset();
            state
                .compress(block, out, flate2::FlushCompress::Finish)
                .unwrap();
            state.total_out() as usize
        })
    };
    eprintln!("zlib-rs 9: {} bytes without an index", run());
    group.bench_function("bare zlib-rs loop/9", |b| b.iter(|| black_box(run())));

    for (name, format, levels) in [
        ("CSO v1", Format::CsoV1, &[1, 6, 9][..]),
        ("ZSO", Format::Zso, &[1][..]),
    ] {
        for &level in levels {
            let bytes = compress(&source, format, level);
            eprintln!("{name}, level {level}: {bytes} bytes with its index");
            group.bench_function(BenchmarkId::new(name, level), |b| {
                b.iter(|| black_box(compress(&source, format, level)))
            });
        }
    }
    group.finish();
}

criterion_group!(benches, encode);
criterion_main!(benches);
