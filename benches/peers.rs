//! Compresses the blocks of an image with an encoder of another library, for `benches/writers.sh`:
//!
//!     peers ENCODER IMAGE [EACH]
//!
//! Prints the size in bytes of a file with these blocks and their index. If `EACH` is given, only
//! one in `EACH` blocks is compressed, for very slow encoders.

use std::fs::File;
use std::io::Read;
use std::process::ExitCode;

const BLOCK: usize = 2048;

/// Encodes a block into a buffer of twice its size. Returns the compressed size.
type Encode = Box<dyn FnMut(&[u8], &mut [u8]) -> usize>;

fn encoder(name: &str) -> Option<Encode> {
    Some(match name {
        "zlib-rs-9" => {
            let mut state = flate2::Compress::new(flate2::Compression::new(9), false);
            Box::new(move |block, out| {
                state.reset();
                let done = state.compress(block, out, flate2::FlushCompress::Finish);
                assert!(matches!(done, Ok(flate2::Status::StreamEnd)));
                state.total_out() as usize
            })
        }
        "lz4hc-12" => Box::new(|block, out| {
            lzzzz::lz4_hc::compress(block, out, 12).expect("the buffer is too small")
        }),
        "zopfli" => Box::new(|block, _| {
            let mut stream = Vec::new();
            let options = zopfli::Options::default();
            zopfli::compress(options, zopfli::Format::Deflate, block, &mut stream)
                .expect("writing to a vector failed");
            stream.len()
        }),
        _ => {
            let level = name.strip_prefix("libdeflate-")?.parse().ok()?;
            let level = libdeflater::CompressionLvl::new(level).ok()?;
            let mut state = libdeflater::Compressor::new(level);
            Box::new(move |block, out| {
                state
                    .deflate_compress(block, out)
                    .expect("the buffer is too small")
            })
        }
    })
}

fn run(name: &str, image: &str, each: usize) -> Option<usize> {
    let mut encode = encoder(name)?;
    let mut image = File::open(image).ok()?;
    let (mut block, mut out) = (vec![0; BLOCK], vec![0; 2 * BLOCK]);
    let (mut number, mut bytes) = (0, 24 + 4);
    while image.read_exact(&mut block).is_ok() {
        if number % each == 0 {
            bytes += 4 + encode(&block, &mut out).min(BLOCK);
        }
        number += 1;
    }
    Some(bytes)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, image, each) = match &arguments[..] {
        [name, image] => (name, image, 1),
        [name, image, each] => (name, image, each.parse().unwrap_or(1)),
        // `cargo bench` passes no encoder and no image.
        _ => return ExitCode::SUCCESS,
    };
    match run(name, image, each) {
        Some(bytes) => {
            println!("{bytes}");
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}
