//! Checks that each block of a written file decodes to the bytes of the image, for any image. The
//! decoders are not those of the library. The fuzz target for the encoders uses this file too.

use cso::{CompressOptions, Format, Image, OpenOptions};
use std::ops::ControlFlow;

/// Largest image in bytes, because the highest levels are slow.
const MAX_LEN: usize = 1 << 16;

const HEADER: usize = 24;
const FLAG: u32 = 1 << 31;

/// Encodes an input without its first two bytes, which choose the codec, the level and the block
/// size. Returns the number of compressed blocks.
pub fn encode(input: &[u8]) -> usize {
    let (&[how, level], data) = input.split_first_chunk().unwrap_or((&[0, 0], &[]));
    let data = &data[..data.len().min(MAX_LEN)];
    let deflate = how & 1 == 0;
    let format = if deflate { Format::CsoV1 } else { Format::Zso };
    let mut options = CompressOptions::new(format);
    options.level = 1 + u32::from(level) % 10;
    options.block_size = 2048 << ((how >> 1) % 4);
    options.threads = 1;
    options.verify = Some(false);
    options.accept_unrecognized = true;
    let open = OpenOptions::new().accept_unrecognized(true);
    let image = match Image::open_with(data, &open) {
        Ok(image) if image.info().format == Format::Iso => image,
        // The input is too short, or begins like a compressed image.
        _ => return 0,
    };
    let mut file = Vec::new();
    cso::compress(&image, &mut file, &options, &mut |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    let mut compressed = 0;
    let block_size = options.block_size as usize;
    for (number, block) in data.chunks(block_size).enumerate() {
        // Pads the last block to the block size, as the library does.
        let mut whole = block.to_vec();
        whole.resize(block_size, 0);
        compressed += usize::from(check(&file, number, deflate, &whole));
    }
    compressed
}

/// Checks one block. Returns whether the block is compressed.
fn check(file: &[u8], number: usize, deflate: bool, block: &[u8]) -> bool {
    let shift = file[21];
    let entry = |number: usize| {
        let at = HEADER + 4 * number;
        u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
    };
    let position = |entry: u32| (entry as usize & !(FLAG as usize)) << shift;
    let data = &file[position(entry(number))..position(entry(number + 1))];
    if entry(number) & FLAG != 0 {
        assert_eq!(&data[..block.len()], block);
        return false;
    }
    assert!(data.len() <= block.len());
    if deflate {
        check_deflate(data, block);
    } else {
        check_lz4(data, block);
    }
    true
}

fn check_deflate(data: &[u8], block: &[u8]) {
    let mut decoded = vec![0; block.len()];
    let mut zlib = flate2::Decompress::new(false);
    let done = zlib.decompress(data, &mut decoded, flate2::FlushDecompress::Finish);
    assert_eq!(done.unwrap(), flate2::Status::StreamEnd);
    assert_eq!(decoded, block);
    // Padding up to the alignment may follow.
    let stream = &data[..zlib.total_in() as usize];
    let decoded = miniz_oxide::inflate::decompress_to_vec_with_limit(stream, block.len());
    assert_eq!(decoded.unwrap(), block);
    let mut decoded = vec![0; block.len()];
    let mut libdeflate = libdeflater::Decompressor::new();
    let size = libdeflate.deflate_decompress(stream, &mut decoded);
    assert_eq!(size.unwrap(), block.len());
    assert_eq!(decoded, block);
}

fn check_lz4(data: &[u8], block: &[u8]) {
    let mut decoded = vec![0; block.len()];
    let size = lzzzz::lz4::decompress(data, &mut decoded);
    assert_eq!(size.unwrap(), block.len());
    assert_eq!(decoded, block);
}
