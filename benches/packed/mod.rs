//! A compressed image, and loops over its blocks that are not this library's.

use cso::Coding;
use cso::{CompressOptions, Format, Image};
use std::fs::File;
use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::os::unix::fs::FileExt;
use tempfile::NamedTempFile;

/// Bytes of a sector.
pub const SECTOR: usize = 2048;

/// An image in a file and in memory, and where its blocks lie.
pub struct Packed {
    pub file: NamedTempFile,
    pub bytes: Vec<u8>,
    pub size: usize,
    pub block_size: usize,
    pub blocks: Vec<(Range<usize>, Coding)>,
}

pub fn pack(plain: &[u8], format: Format, block_size: u32) -> Packed {
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
    pub fn bare(&self, out: &mut [u8], mut decode: impl FnMut(&[u8], &mut [u8])) {
        for (number, room) in out.chunks_mut(self.block_size).enumerate() {
            let (span, coding) = &self.blocks[number];
            block(*coding, &self.bytes[span.clone()], room, &mut decode);
        }
    }

    /// What emulators do: a block at a time, each with a read and a general inflate.
    pub fn emulate(&self, file: &File, out: &mut [u8], mut inflate: impl FnMut(&[u8], &mut [u8])) {
        let mut input = vec![0; 2 * self.block_size];
        for (number, room) in out.chunks_mut(self.block_size).enumerate() {
            let (span, coding) = &self.blocks[number];
            let input = &mut input[..span.len()];
            file.read_exact_at(input, span.start as u64).unwrap();
            block(*coding, input, room, &mut inflate);
        }
    }

    /// As many numbers of sectors as the image has, in no order.
    pub fn jumps(&self) -> Vec<u32> {
        let count = (self.size / SECTOR) as u64;
        let step = |i: u64| (i * 7919 + i * i % 977 * 13) % count;
        (0..count).map(|i| step(i) as u32).collect()
    }
}

pub fn block(
    coding: Coding,
    input: &[u8],
    room: &mut [u8],
    decode: &mut impl FnMut(&[u8], &mut [u8]),
) {
    match coding {
        Coding::Stored => room.copy_from_slice(&input[..room.len()]),
        _ => decode(input, room),
    }
}
