//! Compressed images of several GiB. They are not stored: each byte is computed when it is read.

use super::ciso::{Kind, FLAG, HEADER};
use super::{codecs, dax, put_u32, put_u64};
use cso::{ReadAt, Result};

/// Number of blocks in a group. Every group takes the same space in the file.
const GROUP: u64 = 4;

/// Number of groups after which the compressed blocks repeat.
const VARIETY: u64 = 8;

/// Position of a block in its group, its length in bytes, and whether it is a stored block.
struct GroupBlock {
    start: u64,
    len: u64,
    stored: bool,
}

pub struct Big {
    header: Vec<u8>,
    shift: u8,
    stored_flag: u32,
    compressed_flag: u32,
    /// Numbers of elements of the tables after the header: index entries and, for DAX, sizes.
    entries: u64,
    sizes: u64,
    pub data: u64,
    layout: Vec<GroupBlock>,
    group_len: u64,
    block_size: usize,
    compressed: Vec<Vec<u8>>,
    pub blocks: u64,
    pub file_len: u64,
}

/// Returns the decoded bytes of block `number`.
fn plain(number: u64, block_size: usize, stored: bool) -> Vec<u8> {
    let number = if stored {
        number
    } else {
        number / GROUP % VARIETY
    };
    let mut block = Vec::with_capacity(block_size);
    while block.len() < block_size {
        let at = (block.len() / 8) as u64;
        let word = if stored {
            (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ at
        } else {
            number + at / 60
        };
        block.extend_from_slice(&word.to_le_bytes());
    }
    block
}

impl Big {
    /// Returns a file of the CISO family with `blocks` blocks of 2048 bytes, three in four of them
    /// stored.
    pub fn ciso(kind: Kind, blocks: u64, shift: u8) -> Self {
        let mut header = vec![0; HEADER];
        header[..4].copy_from_slice(if kind == Kind::Zso { b"ZISO" } else { b"CISO" });
        put_u32(&mut header, 4, HEADER as u32);
        put_u64(&mut header, 8, blocks * 2048);
        put_u32(&mut header, 16, 2048);
        header[20] = if kind == Kind::V2 { 2 } else { 1 };
        header[21] = shift;
        let compressed = (0..VARIETY)
            .map(|i| plain(i * GROUP, 2048, false))
            .map(|block| match kind {
                Kind::V1 => codecs::deflate(&block, 0),
                _ => codecs::lz4(&block, 0),
            })
            .collect();
        let (stored_flag, compressed_flag) = if kind == Kind::V2 {
            (0, FLAG)
        } else {
            (FLAG, 0)
        };
        let big = Big {
            header,
            shift,
            stored_flag,
            compressed_flag,
            entries: blocks + 1,
            sizes: 0,
            data: 0,
            layout: Vec::new(),
            group_len: 0,
            block_size: 2048,
            compressed,
            blocks,
            file_len: 0,
        };
        big.with_layout(&[false, true, true, true])
    }

    /// Returns a DAX file of version 0, in which positions use all 32 bits.
    pub fn dax(blocks: u64) -> Self {
        let mut header = vec![0; dax::HEADER];
        header[..4].copy_from_slice(b"DAX\0");
        put_u32(&mut header, 4, (blocks * dax::FRAME as u64) as u32);
        // Deflate without compression, because version 0 has no stored blocks.
        let compressed = (0..VARIETY)
            .map(|i| codecs::zlib(&plain(i * GROUP, dax::FRAME, false), 4))
            .collect();
        let big = Big {
            header,
            shift: 0,
            stored_flag: 0,
            compressed_flag: 0,
            entries: blocks,
            sizes: blocks,
            data: 0,
            layout: Vec::new(),
            group_len: 0,
            block_size: dax::FRAME,
            compressed,
            blocks,
            file_len: 0,
        };
        big.with_layout(&[false; 4])
    }

    fn with_layout(mut self, stored: &[bool; GROUP as usize]) -> Self {
        let aligned = |at: u64| at.next_multiple_of(1 << self.shift);
        let longest = self.compressed.iter().map(Vec::len).max().unwrap() as u64;
        let mut start = 0;
        for stored in *stored {
            let len = if stored {
                self.block_size as u64
            } else {
                longest
            };
            self.layout.push(GroupBlock { start, len, stored });
            start = aligned(start + len);
        }
        let tables = self.header.len() as u64 + 4 * self.entries + 2 * self.sizes;
        self.data = aligned(tables);
        self.group_len = start;
        self.file_len = self.data + self.blocks / GROUP * self.group_len;
        assert_eq!(self.blocks % GROUP, 0);
        self
    }

    pub fn block(&self, number: u64) -> Vec<u8> {
        let stored = self.layout[(number % GROUP) as usize].stored;
        plain(number, self.block_size, stored)
    }

    fn position(&self, number: u64) -> u64 {
        let block = &self.layout[(number % GROUP) as usize];
        self.data + number / GROUP * self.group_len + block.start
    }

    /// Returns the number of the block whose data or padding contains byte `at` of the file.
    pub fn block_at(&self, at: u64) -> u64 {
        let (group, rest) = (
            (at - self.data) / self.group_len,
            (at - self.data) % self.group_len,
        );
        let within = self
            .layout
            .iter()
            .rposition(|block| block.start <= rest)
            .unwrap();
        group * GROUP + within as u64
    }

    fn entry(&self, number: u64) -> u32 {
        let flag = match self.layout[(number % GROUP) as usize].stored {
            _ if number == self.blocks => 0,
            true => self.stored_flag,
            false => self.compressed_flag,
        };
        u32::try_from(self.position(number) >> self.shift).unwrap() | flag
    }

    /// Returns bytes of the file that begin at or before `at`, and the offset of `at` in them.
    fn run(&self, at: u64) -> (Vec<u8>, usize) {
        let entries = self.header.len() as u64;
        let sizes = entries + 4 * self.entries;
        if at < entries {
            (self.header.clone(), at as usize)
        } else if at < sizes {
            let first = (at - entries) / 4;
            let some = first..(first + 4096).min(self.entries);
            let run = some.flat_map(|number| self.entry(number).to_le_bytes());
            (run.collect(), ((at - entries) % 4) as usize)
        } else if at < self.data {
            let size = self.layout[0].len as u16;
            (size.to_le_bytes().repeat(4096), ((at - sizes) % 2) as usize)
        } else {
            let number = self.block_at(at);
            let block = &self.layout[(number % GROUP) as usize];
            let mut run = if block.stored {
                self.block(number)
            } else {
                self.compressed[(number / GROUP % VARIETY) as usize].clone()
            };
            // Adds padding, because a compressed block may be shorter than the space for it.
            run.resize(self.group_len as usize, 0);
            let start = self.position(number);
            run.truncate((self.position(number + 1) - start) as usize);
            (run, (at - start) as usize)
        }
    }
}

impl ReadAt for Big {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let left = self.file_len.saturating_sub(offset);
        let len = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if len == 0 {
            return Ok(0);
        }
        let (mut run, skip) = self.run(offset);
        // If the read begins in the tables, it ends where the data begins.
        let end = if offset < self.data {
            self.data - offset
        } else {
            u64::MAX
        };
        run.drain(..skip);
        let count = len
            .min(run.len())
            .min(usize::try_from(end).unwrap_or(usize::MAX));
        buf[..count].copy_from_slice(&run[..count]);
        Ok(count)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.file_len)
    }
}
