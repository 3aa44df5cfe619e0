//! Images that are larger than any file here should be: each byte is computed when it is read.

use super::ciso::{Kind, FLAG, HEADER};
use super::{dax, pack, put_u32, put_u64};
use cso::{ReadAt, Result};

/// Blocks come in groups of so many, and every group takes the same space in the file.
const GROUP: u64 = 4;

/// Every so many blocks the packed ones repeat.
const VARIETY: u64 = 8;

/// A block of a group: where it lies in the group, how long it is, and whether it is raw.
struct Place {
    start: u64,
    len: u64,
    raw: bool,
}

pub struct Big {
    header: Vec<u8>,
    shift: u8,
    raw_flag: u32,
    packed_flag: u32,
    /// The tables behind the header: words, then for DAX sizes.
    words: u64,
    sizes: u64,
    pub data: u64,
    places: Vec<Place>,
    group_len: u64,
    block_size: usize,
    packed: Vec<Vec<u8>>,
    pub blocks: u64,
    pub file_len: u64,
}

/// Block `number` of the image.
fn plain(number: u64, block_size: usize, raw: bool) -> Vec<u8> {
    let number = if raw {
        number
    } else {
        number / GROUP % VARIETY
    };
    let mut block = Vec::with_capacity(block_size);
    while block.len() < block_size {
        let at = (block.len() / 8) as u64;
        let word = if raw {
            (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ at
        } else {
            number + at / 60
        };
        block.extend_from_slice(&word.to_le_bytes());
    }
    block
}

impl Big {
    /// A file of the CISO family with `blocks` blocks of 2048 bytes, three in four of them raw.
    pub fn ciso(kind: Kind, blocks: u64, shift: u8) -> Self {
        let mut header = vec![0; HEADER];
        header[..4].copy_from_slice(if kind == Kind::Zso { b"ZISO" } else { b"CISO" });
        put_u32(&mut header, 4, HEADER as u32);
        put_u64(&mut header, 8, blocks * 2048);
        put_u32(&mut header, 16, 2048);
        header[20] = if kind == Kind::V2 { 2 } else { 1 };
        header[21] = shift;
        let packed = (0..VARIETY)
            .map(|i| plain(i * GROUP, 2048, false))
            .map(|block| match kind {
                Kind::V1 => pack::deflate(&block, 0),
                _ => pack::lz4(&block, 0),
            })
            .collect();
        let (raw_flag, packed_flag) = if kind == Kind::V2 {
            (0, FLAG)
        } else {
            (FLAG, 0)
        };
        let big = Big {
            header,
            shift,
            raw_flag,
            packed_flag,
            words: blocks + 1,
            sizes: 0,
            data: 0,
            places: Vec::new(),
            group_len: 0,
            block_size: 2048,
            packed,
            blocks,
            file_len: 0,
        };
        big.laid_out(&[false, true, true, true])
    }

    /// A DAX file of version 0: its positions use all 32 bits.
    pub fn dax(blocks: u64) -> Self {
        let mut header = vec![0; dax::HEADER];
        header[..4].copy_from_slice(b"DAX\0");
        put_u32(&mut header, 4, (blocks * dax::FRAME as u64) as u32);
        // Deflate's stored blocks are as good as raw ones.
        let packed = (0..VARIETY)
            .map(|i| pack::zlib(&plain(i * GROUP, dax::FRAME, false), 4))
            .collect();
        let big = Big {
            header,
            shift: 0,
            raw_flag: 0,
            packed_flag: 0,
            words: blocks,
            sizes: blocks,
            data: 0,
            places: Vec::new(),
            group_len: 0,
            block_size: dax::FRAME,
            packed,
            blocks,
            file_len: 0,
        };
        big.laid_out(&[false; 4])
    }

    fn laid_out(mut self, raw: &[bool; GROUP as usize]) -> Self {
        let aligned = |at: u64| at.next_multiple_of(1 << self.shift);
        let longest = self.packed.iter().map(Vec::len).max().unwrap() as u64;
        let mut start = 0;
        for raw in *raw {
            let len = if raw { self.block_size as u64 } else { longest };
            self.places.push(Place { start, len, raw });
            start = aligned(start + len);
        }
        let tables = self.header.len() as u64 + 4 * self.words + 2 * self.sizes;
        self.data = aligned(tables);
        self.group_len = start;
        self.file_len = self.data + self.blocks / GROUP * self.group_len;
        assert_eq!(self.blocks % GROUP, 0);
        self
    }

    pub fn block(&self, number: u64) -> Vec<u8> {
        let raw = self.places[(number % GROUP) as usize].raw;
        plain(number, self.block_size, raw)
    }

    fn position(&self, number: u64) -> u64 {
        let place = &self.places[(number % GROUP) as usize];
        self.data + number / GROUP * self.group_len + place.start
    }

    /// The block whose data or padding holds byte `at` of the file.
    pub fn block_at(&self, at: u64) -> u64 {
        let (group, rest) = (
            (at - self.data) / self.group_len,
            (at - self.data) % self.group_len,
        );
        let within = self
            .places
            .iter()
            .rposition(|place| place.start <= rest)
            .unwrap();
        group * GROUP + within as u64
    }

    fn word(&self, number: u64) -> u32 {
        let flag = match self.places[(number % GROUP) as usize].raw {
            _ if number == self.blocks => 0,
            true => self.raw_flag,
            false => self.packed_flag,
        };
        u32::try_from(self.position(number) >> self.shift).unwrap() | flag
    }

    /// A run of bytes of the file that begins at or before `at`, and how far into it `at` is.
    fn run(&self, at: u64) -> (Vec<u8>, usize) {
        let words = self.header.len() as u64;
        let sizes = words + 4 * self.words;
        if at < words {
            (self.header.clone(), at as usize)
        } else if at < sizes {
            let first = (at - words) / 4;
            let some = first..(first + 4096).min(self.words);
            let run = some.flat_map(|number| self.word(number).to_le_bytes());
            (run.collect(), ((at - words) % 4) as usize)
        } else if at < self.data {
            let size = self.places[0].len as u16;
            (size.to_le_bytes().repeat(4096), ((at - sizes) % 2) as usize)
        } else {
            let number = self.block_at(at);
            let place = &self.places[(number % GROUP) as usize];
            let mut run = if place.raw {
                self.block(number)
            } else {
                self.packed[(number / GROUP % VARIETY) as usize].clone()
            };
            // Padding: a packed block may be shorter than its place.
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
        let room = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if room == 0 {
            return Ok(0);
        }
        let (mut run, skip) = self.run(offset);
        // The tables end where the data begins.
        let end = if offset < self.data {
            self.data - offset
        } else {
            u64::MAX
        };
        run.drain(..skip);
        let count = room
            .min(run.len())
            .min(usize::try_from(end).unwrap_or(usize::MAX));
        buf[..count].copy_from_slice(&run[..count]);
        Ok(count)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.file_len)
    }
}
