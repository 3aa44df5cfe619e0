//! `Coding`, `Span` and `BlockRecord`: how a block is stored in the file, and at which position.

/// How a block is stored in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coding {
    /// Not compressed.
    Stored,
    /// Deflate stream without a wrapper (RFC 1951).
    Deflate,
    /// Deflate stream in a zlib wrapper (RFC 1950).
    Zlib,
    /// One LZ4 block, without a frame and without its length.
    Lz4,
    /// One LZO1X block.
    Lzo,
}

/// Position of a block in the file, and how it is stored there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Offset of the block's first byte in the file.
    pub offset: u64,
    /// Number of bytes of the block in the file, including padding after its data.
    pub len: u32,
    /// How the block is stored.
    pub coding: Coding,
}

impl Span {
    /// Returns the largest number of bytes that can be decoded from the `len` bytes of the block.
    pub(crate) fn max_decoded_len(&self) -> u64 {
        let ratio = match self.coding {
            Coding::Stored => 1,
            // The best case of deflate is 258 decoded bytes from two bits, which is 1032 from one
            // byte. LZ4 and LZO decode fewer than 256 bytes from one byte.
            _ => 1032,
        };
        u64::from(self.len) * ratio
    }
}

/// The values that the tables of a file contain for one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockRecord {
    /// The block's index entry.
    pub(crate) entry: u32,
    /// The index entry that follows `entry`, or `None` if `entry` is the last one of the index.
    pub(crate) next_entry: Option<u32>,
    /// Number of bytes of the block in the file, from DAX's table of sizes. 0 in other formats.
    pub(crate) stored_size: u16,
    /// Whether the block lies in one of DAX's areas of stored frames.
    pub(crate) in_stored_area: bool,
}
