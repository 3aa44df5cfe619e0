//! Decodes blocks, for an emulator to count the instructions:
//!
//!     psp_count cso|miniz_oxide|lz4_flex IMAGE BLOCKS
//!
//! The blocks are spread over the image, and only those count that the codec in question stores. The
//! library decodes them by way of an open image, so that what it takes to find them is counted too;
//! the others get the stored bytes as they are.

use cso::Coding;
use cso::{Image, OpenOptions};
use std::hint::black_box;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, what, path, blocks] = &args[..] else {
        panic!("usage: psp_count cso|miniz_oxide|lz4_flex IMAGE BLOCKS");
    };
    let file = std::fs::read(path).expect("the image can be read");
    let wanted: usize = blocks.parse().expect("a number of blocks");
    let options = OpenOptions::new().low_memory(true).index_page_blocks(2048);
    let image = Image::open_with(&file[..], &options).expect("an image");
    let info = image.info();
    let size = info.block_size as usize;
    let mut out = vec![0; size];
    let mut done = 0;
    for block in (0..info.blocks - 1).step_by(info.blocks as usize / 1000 + 1) {
        let span = image.block_span(block).expect("a block");
        if span.coding == Coding::Stored || done == wanted {
            continue;
        }
        let packed = &file[span.offset as usize..][..span.len as usize];
        match what.as_str() {
            "cso" => {
                let at = u64::from(block) * size as u64;
                let got = image.read_at(at, &mut out).expect("a good block");
                assert_eq!(got, size);
            }
            "miniz_oxide" => {
                use miniz_oxide::inflate::decompress_slice_iter_to_slice as inflate;
                let got = inflate(&mut out, [packed].into_iter(), false, true);
                assert_eq!(got, Ok(size));
            }
            "lz4_flex" => {
                let got = lz4_flex::block::decompress_into(packed, &mut out);
                assert_eq!(got.expect("a good block"), size);
            }
            _ => panic!("{what} is not known"),
        }
        black_box(&out);
        done += 1;
    }
    assert_eq!(done, wanted, "the image has fewer such blocks");
}
