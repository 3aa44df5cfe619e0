//! Builds files of the CISO family: CSO v1, CSO v2 and ZSO, with the quirks of files that other
//! tools write.

use super::{codecs, put_u16, put_u32, put_u64, Sample};

pub const HEADER: usize = 24;
pub const FLAG: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    V1,
    V2,
    Zso,
}

/// The last entry of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Holds the end of the file, which is padded up to the alignment.
    Exact,
    /// Holds the end of the data rounded down to the alignment. No padding follows the data.
    RoundedDown,
    /// Holds the end of the padding, although the padding is not written.
    Unwritten,
    /// Is missing: the index has only one entry for each block.
    Absent,
}

#[derive(Clone, Debug)]
pub struct Ciso {
    pub kind: Kind,
    pub block_size: usize,
    pub shift: u8,
    pub version: u8,
    pub header_size: u32,
    pub reserved: u16,
    /// Pads the last block with zeros to the block size before it is compressed.
    pub full_last: bool,
    pub end: End,
    /// Appends the Adler-32 of the block to each deflate stream, as some tools do.
    pub adler: bool,
    /// Pads the file to a multiple of this number of bytes. 1 adds no padding.
    pub multiple: usize,
    /// Added to the block number to choose the encoder of a block.
    pub turn: usize,
}

impl Ciso {
    pub fn new(kind: Kind, block_size: usize) -> Self {
        Ciso {
            kind,
            block_size,
            shift: 0,
            version: if kind == Kind::V2 { 2 } else { 1 },
            header_size: HEADER as u32,
            reserved: 0,
            full_last: true,
            end: End::Exact,
            adler: false,
            multiple: 1,
            turn: 0,
        }
    }

    /// Returns the bytes that a block of `len` bytes takes in the file, with the padding after it.
    fn aligned(&self, len: usize) -> usize {
        len.next_multiple_of(1 << self.shift)
    }

    /// Returns the bytes of a block in the file, and the flag of its index entry.
    fn encode(&self, number: usize, block: &[u8]) -> (Vec<u8>, bool) {
        let turn = number + self.turn;
        let (mut compressed, flag) = match self.kind {
            Kind::V1 => (codecs::deflate(block, turn), false),
            Kind::Zso => (codecs::lz4(block, turn), false),
            Kind::V2 if turn % 2 == 0 => (codecs::lz4(block, turn / 2), true),
            Kind::V2 => (codecs::deflate(block, turn / 2), false),
        };
        if self.adler && !flag {
            compressed.extend_from_slice(&codecs::adler32(block).to_be_bytes());
        }
        if self.aligned(compressed.len()) < self.block_size {
            return (compressed, flag);
        }
        // In CSO v2, a stored block is recognized by its length. The reader must ignore its flag,
        // so the flag is set for every second block.
        let flag = self.kind != Kind::V2 || number % 2 == 0;
        let mut stored = block.to_vec();
        if self.kind == Kind::V2 {
            stored.resize(self.block_size, 0);
        }
        (stored, flag)
    }

    pub fn build(&self, name: &str, image: &[u8]) -> Sample {
        let count = image.len().div_ceil(self.block_size);
        let entries = count + usize::from(self.end != End::Absent);
        let mut file = vec![0; self.aligned(HEADER + 4 * entries)];
        file[..4].copy_from_slice(if self.kind == Kind::Zso {
            b"ZISO"
        } else {
            b"CISO"
        });
        put_u32(&mut file, 4, self.header_size);
        put_u64(&mut file, 8, image.len() as u64);
        put_u32(&mut file, 16, self.block_size as u32);
        file[20] = self.version;
        file[21] = self.shift;
        put_u16(&mut file, 22, self.reserved);
        let mut blocks = Vec::new();
        for (number, plain) in image.chunks(self.block_size).enumerate() {
            let mut plain = plain.to_vec();
            if self.full_last {
                plain.resize(self.block_size, 0);
            }
            let (compressed, flag) = self.encode(number, &plain);
            let start = file.len();
            let entry = (start >> self.shift) as u32 | if flag { FLAG } else { 0 };
            put_u32(&mut file, HEADER + 4 * number, entry);
            file.extend_from_slice(&compressed);
            blocks.push(start..file.len());
            let written = self.end == End::Exact || number + 1 < count;
            if written {
                file.resize(self.aligned(file.len()), 0);
            }
        }
        let end = match self.end {
            End::Exact | End::RoundedDown => Some(file.len()),
            End::Unwritten => Some(self.aligned(file.len())),
            End::Absent => None,
        };
        if let Some(end) = end {
            put_u32(&mut file, HEADER + 4 * count, (end >> self.shift) as u32);
        }
        file.resize(file.len().next_multiple_of(self.multiple), 0);
        Sample {
            name: format!("{name} {self:?} of {} bytes", image.len()),
            file,
            image: image.to_vec(),
            blocks,
        }
    }
}
