//! Writes streams bit by bit.

use std::vec::Vec;

pub(super) struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 8,
        }
    }

    /// A number, lowest bit first.
    pub(crate) fn bits(mut self, value: u32, count: u32) -> Self {
        for bit in 0..count {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << self.used;
            self.used += 1;
        }
        self
    }

    /// A Huffman code, highest bit first.
    pub(crate) fn code(self, value: u32, count: u32) -> Self {
        self.bits(value.reverse_bits() >> (32 - count), count)
    }

    /// Start of a sub-block: 0 stored, 1 fixed, 2 dynamic, 3 reserved.
    pub(crate) fn sub_block(self, last: bool, kind: u32) -> Self {
        self.bits(u32::from(last), 1).bits(kind, 2)
    }

    /// A stored sub-block's contents.
    pub(crate) fn stored(mut self, data: &[u8]) -> Self {
        let size = data.len() as u16;
        self.used = 8;
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend((!size).to_le_bytes());
        self.bytes.extend(data);
        self
    }

    /// A symbol of the fixed literal/length code.
    pub(crate) fn fixed(self, symbol: u32) -> Self {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// A dynamic header whose code lengths are written plainly, each as a code of 4 bits.
    pub(crate) fn header(mut self, literals: &[u8], distances: &[u8]) -> Self {
        self = self
            .bits(literals.len() as u32 - 257, 5)
            .bits(distances.len() as u32 - 1, 5)
            .bits(15, 4);
        for place in 0..19 {
            // The first three are the runs.
            self = self.bits(if place < 3 { 0 } else { 4 }, 3);
        }
        for &length in literals.iter().chain(distances) {
            self = self.code(u32::from(length), 4);
        }
        self
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
