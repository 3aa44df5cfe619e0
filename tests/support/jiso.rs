//! Builds JISO files.

use super::{codecs, put_u16, put_u32, Sample};

pub const HEADER: usize = 48;

#[derive(Clone, Debug)]
pub struct Jiso {
    pub block_size: usize,
    /// Compresses with LZO1X instead of deflate.
    pub lzo: bool,
    /// Writes a header of four bytes before each block.
    pub block_headers: bool,
    /// Offset of the index in bytes.
    pub header_size: usize,
    /// MD5 of the image in the header.
    pub md5: [u8; 16],
    /// Pads the last block with zeros to the block size.
    pub full_last: bool,
    pub turn: usize,
}

impl Jiso {
    pub fn new(block_size: usize, lzo: bool) -> Self {
        Jiso {
            block_size,
            lzo,
            block_headers: false,
            header_size: HEADER,
            md5: [0; 16],
            full_last: true,
            turn: 0,
        }
    }

    pub fn build(&self, name: &str, image: &[u8]) -> Sample {
        let count = image.len().div_ceil(self.block_size);
        let mut file = vec![0; self.header_size + 4 * (count + 1)];
        file[..4].copy_from_slice(b"JISO");
        file[4..6].copy_from_slice(&[1, 1]);
        put_u16(&mut file, 6, self.block_size as u16);
        file[8] = u8::from(self.block_headers);
        file[10] = u8::from(!self.lzo);
        put_u32(&mut file, 12, image.len() as u32);
        file[16..32].copy_from_slice(&self.md5);
        put_u32(&mut file, 32, self.header_size as u32);
        let mut blocks = Vec::new();
        for (number, plain) in image.chunks(self.block_size).enumerate() {
            let mut plain = plain.to_vec();
            if self.full_last {
                plain.resize(self.block_size, 0);
            }
            let start = file.len();
            put_u32(&mut file, self.header_size + 4 * number, start as u32);
            let compressed = self.encode(number, &plain);
            if self.block_headers {
                file.extend_from_slice(&(compressed.len() as u32).to_le_bytes());
            }
            let data = file.len();
            file.extend_from_slice(&compressed);
            blocks.push(data..file.len());
        }
        let end = file.len() as u32;
        put_u32(&mut file, self.header_size + 4 * count, end);
        Sample {
            name: format!("{name} {self:?} of {} bytes", image.len()),
            file,
            image: image.to_vec(),
            blocks,
        }
    }

    fn encode(&self, number: usize, block: &[u8]) -> Vec<u8> {
        let turn = number + self.turn;
        let compressed = if self.lzo {
            codecs::lzo(block, turn)
        } else {
            codecs::deflate(block, turn)
        };
        if compressed.len() < self.block_size {
            return compressed;
        }
        let mut stored = block.to_vec();
        stored.resize(self.block_size, 0);
        stored
    }
}
