//! Builds files of the CISO family: CSO v1, CSO v2 and ZSO, with the quirks that are seen in the
//! wild.

use super::{pack, put_u16, put_u32, put_u64, Sample};

pub const HEADER: usize = 24;
pub const FLAG: u32 = 1 << 31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    V1,
    V2,
    Zso,
}

/// The last word of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The end of the file, which is padded up to the alignment.
    Exact,
    /// The end of the data rounded down to the alignment; no padding behind the data.
    RoundedDown,
    /// The end of the padding, but the padding is not written.
    Unwritten,
    /// There is no such word: the index is one word short.
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
    /// Pad the last block with zeros to a full one before it is packed.
    pub full_last: bool,
    pub end: End,
    /// Leave the Adler-32 of the block behind each deflate stream, as one tool does.
    pub adler: bool,
    /// Bytes of the file are a multiple of this; 1 for no such padding.
    pub multiple: usize,
    /// Shifts which encoder packs which block.
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

    /// Bytes that a block takes in the file, with the padding behind it.
    fn aligned(&self, len: usize) -> usize {
        len.next_multiple_of(1 << self.shift)
    }

    /// A block as it is stored, and the flag of its index word.
    fn pack(&self, number: usize, block: &[u8]) -> (Vec<u8>, bool) {
        let turn = number + self.turn;
        let (mut packed, flag) = match self.kind {
            Kind::V1 => (pack::deflate(block, turn), false),
            Kind::Zso => (pack::lz4(block, turn), false),
            Kind::V2 if turn % 2 == 0 => (pack::lz4(block, turn / 2), true),
            Kind::V2 => (pack::deflate(block, turn / 2), false),
        };
        if self.adler && !flag {
            packed.extend_from_slice(&pack::adler32(block).to_be_bytes());
        }
        if self.aligned(packed.len()) < self.block_size {
            return (packed, flag);
        }
        // CSO v2 knows a raw block by its length; the flag means nothing then, so try both.
        let flag = self.kind != Kind::V2 || number % 2 == 0;
        let mut raw = block.to_vec();
        if self.kind == Kind::V2 {
            raw.resize(self.block_size, 0);
        }
        (raw, flag)
    }

    pub fn build(&self, name: &str, image: &[u8]) -> Sample {
        let count = image.len().div_ceil(self.block_size);
        let words = count + usize::from(self.end != End::Absent);
        let mut file = vec![0; self.aligned(HEADER + 4 * words)];
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
            let (packed, flag) = self.pack(number, &plain);
            let start = file.len();
            let word = (start >> self.shift) as u32 | if flag { FLAG } else { 0 };
            put_u32(&mut file, HEADER + 4 * number, word);
            file.extend_from_slice(&packed);
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
