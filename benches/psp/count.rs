//! Decodes blocks, so that an emulator can count the instructions:
//!
//!     psp_count cso|miniz_oxide|lz4_flex IMAGE BLOCKS
//!
//! The blocks are spread over the image. Only blocks of the measured codec are decoded. The library
//! reads them from an open image, so finding them is counted too. The other decoders get the
//! compressed bytes directly.

use cso::Coding;
use cso::{Image, OpenOptions};
use std::hint::black_box;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, what, path, blocks] = &args[..] else {
        panic!("usage: psp_count cso|miniz_oxide|lz4_flex IMAGE BLOCKS");
    };
    let file = std::fs::read(path).expect("the image cannot be read");
    let wanted: usize = blocks.parse().expect("BLOCKS is not a number");
    let options = OpenOptions::new().low_memory(true).index_page_blocks(2048);
    let image = Image::open_with(&file[..], &options).expect("the image cannot be opened");
    let info = image.info();
    let size = info.block_size as usize;
    let mut out = vec![0; size];
    let mut done = 0;
    for block in (0..info.blocks - 1).step_by(info.blocks as usize / 1000 + 1) {
        let span = image.block_span(block).expect("the block has no span");
        if span.coding == Coding::Stored || done == wanted {
            continue;
        }
        let compressed = &file[span.offset as usize..][..span.len as usize];
        match what.as_str() {
            "cso" => {
                let at = u64::from(block) * size as u64;
                let got = image.read_at(at, &mut out).expect("the block is damaged");
                assert_eq!(got, size);
            }
            "miniz_oxide" => {
                use miniz_oxide::inflate::decompress_slice_iter_to_slice as inflate;
                let got = inflate(&mut out, [compressed].into_iter(), false, true);
                assert_eq!(got, Ok(size));
            }
            "lz4_flex" => {
                let got = lz4_flex::block::decompress_into(compressed, &mut out);
                assert_eq!(got.expect("the block is damaged"), size);
            }
            _ => panic!("unknown decoder: {what}"),
        }
        black_box(&out);
        done += 1;
    }
    assert_eq!(done, wanted, "the image has fewer such blocks");
}
