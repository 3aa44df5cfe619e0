//! A compressed image, and loops over its blocks that do not use the library.

use cso::Coding;
use cso::{CompressOptions, Format, Image};
use std::fs::File;
use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::os::unix::fs::FileExt;
use tempfile::NamedTempFile;

/// Size of a sector in bytes.
pub const SECTOR: usize = 2048;

/// A compressed image in a file and in memory, with the byte ranges of its blocks.
pub struct Compressed {
    pub file: NamedTempFile,
    pub bytes: Vec<u8>,
    pub size: usize,
    pub block_size: usize,
    pub blocks: Vec<(Range<usize>, Coding)>,
}

impl Compressed {
    pub fn new(plain: &[u8], format: Format, block_size: u32) -> Self {
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
        Compressed {
            file,
            size: plain.len(),
            block_size: block_size as usize,
            blocks,
            bytes,
        }
    }

    /// Decodes all blocks in memory, without reading an index or a file. Copies stored blocks.
    pub fn bare(&self, out: &mut [u8], mut decode: impl FnMut(&[u8], &mut [u8])) {
        for (number, buffer) in out.chunks_mut(self.block_size).enumerate() {
            let (span, coding) = &self.blocks[number];
            decode_block(*coding, &self.bytes[span.clone()], buffer, &mut decode);
        }
    }

    /// Reads and decodes one block at a time, as most emulators do.
    pub fn emulate(&self, file: &File, out: &mut [u8], mut inflate: impl FnMut(&[u8], &mut [u8])) {
        let mut input = vec![0; 2 * self.block_size];
        for (number, buffer) in out.chunks_mut(self.block_size).enumerate() {
            let (span, coding) = &self.blocks[number];
            let input = &mut input[..span.len()];
            file.read_exact_at(input, span.start as u64).unwrap();
            decode_block(*coding, input, buffer, &mut inflate);
        }
    }

    /// Returns as many sector numbers as the image has sectors, in random order.
    pub fn order(&self) -> Vec<u32> {
        let count = (self.size / SECTOR) as u64;
        let step = |i: u64| (i * 7919 + i * i % 977 * 13) % count;
        (0..count).map(|i| step(i) as u32).collect()
    }
}

/// Decodes one block, or copies it if it is stored.
pub fn decode_block(
    coding: Coding,
    input: &[u8],
    buffer: &mut [u8],
    decode: &mut impl FnMut(&[u8], &mut [u8]),
) {
    match coding {
        Coding::Stored => buffer.copy_from_slice(&input[..buffer.len()]),
        _ => decode(input, buffer),
    }
}
