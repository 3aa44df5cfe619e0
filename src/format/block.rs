//! Types that describe the position of a block in the file and how it is stored there.

/// Compression method of a block in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Coding {
    /// The block is not compressed.
    Stored,
    /// A deflate stream (RFC 1951) without a header or checksum.
    Deflate,
    /// A zlib stream (RFC 1950): a deflate stream with a header and a checksum.
    Zlib,
    /// One block in the LZ4 block format, without the LZ4 frame format and without a length field.
    Lz4,
    /// One stream of LZO1X, a compression method of the LZO family.
    Lzo,
}

/// Position, length and compression method of a block in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// Offset of the block's first byte in the file, in bytes.
    pub offset: u64,
    /// Number of bytes of the block in the file, including any padding after the compressed data.
    pub len: u32,
    /// Compression method of the block.
    pub coding: Coding,
}

impl Span {
    /// Returns an upper limit of the block's decoded size in bytes. The limit follows from `len`
    /// and the compression method.
    pub(crate) fn max_decoded_len(&self) -> u64 {
        let ratio = match self.coding {
            Coding::Stored => 1,
            // In deflate, two bits can stand for 258 decoded bytes. So one compressed byte stands
            // for up to 4 * 258 = 1032 decoded bytes. LZ4 and LZO have at most 255 decoded bytes
            // for each compressed byte, so the limit also holds for them.
            _ => 1032,
        };
        u64::from(self.len) * ratio
    }
}

/// The values that the index and other tables of a file contain for one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockRecord {
    /// The index entry of the block. It holds the position of the block in the file. In CSO v1,
    /// CSO v2 and ZSO, its highest bit is a flag that selects how the block is stored.
    pub(crate) entry: u32,
    /// The index entry after `entry`. In DAX, it holds the position at which the next block begins.
    /// In the other formats, it holds the end of the block that `entry` belongs to. `None` if
    /// `entry` is the last entry of the index.
    pub(crate) next_entry: Option<u32>,
    /// Number of bytes of the block in the file, according to the table of sizes that only the DAX
    /// format has. 0 in other formats.
    pub(crate) stored_size: u16,
    /// Whether the block belongs to one of the ranges of blocks that a table of the DAX format
    /// lists as not compressed. False in other formats.
    pub(crate) in_stored_area: bool,
}
