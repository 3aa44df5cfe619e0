//! A writer of deflate streams for tests. It can write every bit of a stream separately.

use std::vec::Vec;

pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Number of bits that have been written to the last byte, 1 to 8. If the number is 8, the next
    /// bit begins a new byte. Therefore it is also 8 if there is no byte yet.
    used: u32,
}

impl BitWriter {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            used: 8,
        }
    }

    /// Writes the lowest `count` bits of `value` to the stream. The lowest bit is written first.
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

    /// Writes the codeword `value`, which has `count` bits, to the stream. The highest bit of the
    /// codeword is written first.
    pub(crate) fn code(self, value: u32, count: u32) -> Self {
        self.bits(value.reverse_bits() >> (32 - count), count)
    }

    /// Writes the first 3 bits of a deflate block. `last` is whether it is the last deflate block
    /// of the stream. `block_type` is 0 for a stored block, 1 for fixed codes, 2 for dynamic codes,
    /// and 3 is reserved.
    pub(crate) fn deflate_block(self, last: bool, block_type: u32) -> Self {
        self.bits(u32::from(last), 1).bits(block_type, 2)
    }

    /// Writes the contents of a stored deflate block: the length of `data`, the bitwise complement
    /// of the length, and `data`. The contents begin at the next whole byte.
    pub(crate) fn stored(mut self, data: &[u8]) -> Self {
        let size = data.len() as u16;
        self.used = 8;
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend((!size).to_le_bytes());
        self.bytes.extend(data);
        self
    }

    /// Writes the codeword that `symbol` has in the literal/length code of fixed deflate blocks.
    pub(crate) fn fixed(self, symbol: u32) -> Self {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    /// Writes the header of a dynamic deflate block. `literals` and `distances` are the code
    /// lengths of the literal/length symbols and of the distance symbols. `literals` must have at
    /// least 257 elements.
    ///
    /// The header encodes these code lengths with a third Huffman code. In that code, the codeword
    /// of the code length `n` has 4 bits, whose value is `n`.
    pub(crate) fn header(mut self, literals: &[u8], distances: &[u8]) -> Self {
        self = self
            .bits(literals.len() as u32 - 257, 5)
            .bits(distances.len() as u32 - 1, 5)
            .bits(15, 4);
        for position in 0..19 {
            // The first three symbols of this code repeat a code length. They get the length 0, so
            // they have no codeword.
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
