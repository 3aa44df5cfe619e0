//! A writer of deflate streams bit by bit.

use std::vec::Vec;

pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Number of bits that are used in the last byte.
    used: u32,
}

impl BitWriter {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 8,
        }
    }

    /// Writes the lowest `count` bits of `value`, beginning with the lowest.
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

    /// Writes the codeword `value` of `count` bits, beginning with its highest bit.
    pub(crate) fn code(self, value: u32, count: u32) -> Self {
        self.bits(value.reverse_bits() >> (32 - count), count)
    }

    /// Writes the start of a deflate block. The types are 0 stored, 1 fixed, 2 dynamic, 3 reserved.
    pub(crate) fn deflate_block(self, last: bool, block_type: u32) -> Self {
        self.bits(u32::from(last), 1).bits(block_type, 2)
    }

    /// Writes the contents of a stored deflate block.
    pub(crate) fn stored(mut self, data: &[u8]) -> Self {
        let size = data.len() as u16;
        self.used = 8;
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend((!size).to_le_bytes());
        self.bytes.extend(data);
        self
    }

    /// Writes a symbol with the fixed literal/length code.
    pub(crate) fn fixed(self, symbol: u32) -> Self {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// Writes the header of a dynamic deflate block with these code lengths. Each code length is
    /// written as a codeword of 4 bits, and repeats are not used.
    pub(crate) fn header(mut self, literals: &[u8], distances: &[u8]) -> Self {
        self = self
            .bits(literals.len() as u32 - 257, 5)
            .bits(distances.len() as u32 - 1, 5)
            .bits(15, 4);
        for position in 0..19 {
            // The first three symbols in the header are the repeats. They get no codeword.
            self = self.bits(if position < 3 { 0 } else { 4 }, 3);
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
