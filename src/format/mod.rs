//! What the bytes on disk mean: headers and indexes to values, and back.
//!
//! Pure: no I/O, no codec, and nothing here allocates. A new format is one file here and one arm
//! in each of the matches below.

pub mod ciso;
pub mod dax;
pub mod iso;
pub mod jiso;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of a sector of the decoded image, in every format.
pub const SECTOR_SIZE: u32 = 2048;

/// The smallest block size that an image may have, in bytes.
pub const MIN_BLOCK_SIZE: u32 = 2048;

/// The largest block size that an image may have, in bytes (16 MiB).
pub const MAX_BLOCK_SIZE: u32 = 16 << 20;

/// Block size of images made from raw CD sectors; the only one that is no power of two.
pub const RAW_CD_BLOCK_SIZE: u32 = 2352;

/// How many of a file's first bytes [`Header::parse`] wants to see (fewer if the file is shorter).
pub const HEAD_LEN: usize = 0x30;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Format {
    /// A plain disc image, not compressed.
    Iso = 1,
    /// CSO version 1: deflate.
    CsoV1 = 2,
    /// CSO version 2: deflate and LZ4.
    CsoV2 = 3,
    /// ZSO: LZ4.
    Zso = 4,
    /// DAX: zlib, in frames of 8192 bytes.
    Dax = 5,
    /// JISO: LZO1X or deflate. Read only.
    Jiso = 6,
}

impl Format {
    /// Every format there is.
    pub const ALL: &'static [Format] = &[
        Format::Iso,
        Format::CsoV1,
        Format::CsoV2,
        Format::Zso,
        Format::Dax,
        Format::Jiso,
    ];

    /// The name that people use, such as `CSO v1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Format::Iso => "ISO",
            Format::CsoV1 => "CSO v1",
            Format::CsoV2 => "CSO v2",
            Format::Zso => "ZSO",
            Format::Dax => "DAX",
            Format::Jiso => "JISO",
        }
    }

    /// CSO v1, CSO v2 or ZSO: one layout with one kind of index.
    #[must_use]
    pub const fn is_ciso(self) -> bool {
        matches!(self, Format::CsoV1 | Format::CsoV2 | Format::Zso)
    }

    /// The format with this number, as the C API and the `repr` of this type have it.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| *f as u32 == number)
    }
}

/// How a block is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Stored,
    /// Raw deflate (RFC 1951).
    Deflate,
    /// Deflate with the zlib wrapping (RFC 1950).
    Zlib,
    /// One LZ4 block: no frame, no length before it.
    Lz4,
    /// One LZO1X block.
    Lzo,
}

/// Where a block lies in the file, and how it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte in the file.
    pub offset: u64,
    /// Bytes in the file; padding after the data may be among them.
    pub len: u32,
    /// How those bytes stand for the block.
    pub coding: Coding,
}

impl Span {
    /// The most bytes that so many stored bytes can stand for.
    pub(crate) fn most(&self) -> u64 {
        let ratio = match self.coding {
            Coding::Stored => 1,
            // Deflate at its best copies 258 bytes for two bits. LZ4 and LZO stay below 256 bytes
            // for one.
            _ => 1032,
        };
        u64::from(self.len) * ratio
    }
}

/// What the tables of a file say about one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The block's own word in the index.
    pub word: u32,
    /// The next word of the index; there is none behind the last word.
    pub next: Option<u32>,
    /// DAX's own table of sizes: bytes of the frame in the file. 0 in other formats.
    pub size: u16,
    /// The block lies in one of DAX's uncompressed areas.
    pub uncompressed: bool,
}

/// Where the tables lie in the file. Their counts were checked against its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tables {
    /// First byte of the index of u32 words.
    pub words: u64,
    /// Words in the index.
    pub word_count: u32,
    /// First byte of DAX's table of u16 sizes, one for each block.
    pub sizes: Option<u64>,
    /// First byte of DAX's table of uncompressed areas.
    pub areas: u64,
    /// Rows in that table.
    pub area_count: u32,
}

/// What the header of a file says, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format.
    pub format: Format,
    /// The version field as it stands in the file (0 where the format has none).
    pub version: u8,
    /// Bytes of the decoded image.
    pub size: u64,
    /// Bytes of a decoded block; the last one may have fewer.
    pub block_size: u32,
    /// Blocks in the image.
    pub blocks: u32,
    /// Blocks begin at multiples of `1 << index_shift` bytes.
    pub index_shift: u8,
    /// Where the tables are.
    pub tables: Tables,
    /// Bytes of the whole compressed file.
    pub file_len: u64,
    /// JISO only: what its header says of its blocks.
    pub jiso: Option<jiso::Details>,
}

impl Header {
    /// Reads the header of any compressed format from the first [`HEAD_LEN`] bytes of a file of
    /// `file_len` bytes (all of them, if it is shorter).
    ///
    /// `Ok(None)` means that no compressed format begins like this; a plain image may.
    pub fn parse(head: &[u8], file_len: u64) -> Result<Option<Header>> {
        if head.is_empty() {
            return Err(Error::new(ErrorKind::Empty));
        }
        let parse = match head {
            _ if ciso::is_magic(head) => ciso::parse,
            _ if head.starts_with(&dax::MAGIC) => dax::parse,
            _ if head.starts_with(&jiso::MAGIC) => jiso::parse,
            _ if is_cut_magic(head) => return Err(truncated_at(file_len)),
            _ => return Ok(None),
        };
        parse(head, file_len).map(Some)
    }

    /// The block that byte `at` of the image lies in, and where in the block.
    pub(crate) fn place(&self, at: u64) -> (u32, u32) {
        let (block, within) = divide(at, self.block_size);
        (block as u32, within)
    }

    /// Sectors of the image; the last one may be partial.
    pub(crate) fn sectors(&self) -> u32 {
        // Their number was checked when the blocks were counted.
        self.size.div_ceil(u64::from(SECTOR_SIZE)) as u32
    }

    /// Bytes of the image in block `block`: the block size, or less for the last one.
    #[must_use]
    pub fn block_len(&self, block: u32) -> u32 {
        let start = u64::from(block) * u64::from(self.block_size);
        let left = self.size.saturating_sub(start);
        left.min(u64::from(self.block_size)) as u32
    }

    /// Where block `block` lies, by what the tables say about it.
    ///
    /// Everything is checked but whether the data decodes: the span lies within the file and
    /// behind the tables, and could hold the block.
    pub fn span(&self, block: u32, entry: Entry) -> Result<Span> {
        let word = u64::from(entry.word);
        let (start, span) = match self.format {
            Format::Iso => iso::span(self, block),
            Format::CsoV1 | Format::CsoV2 | Format::Zso => {
                let start = self.position(entry.word);
                (start, ciso::span(self, block, start, entry))
            }
            Format::Dax => (word, dax::span(self, entry)),
            Format::Jiso => (word, jiso::span(self, entry)),
        };
        span.and_then(|span| self.check_span(block, span))
            .map_err(|kind| Error::new(kind).in_block(block).at(start))
    }

    /// The checks that all formats share.
    fn check_span(&self, block: u32, span: Span) -> core::result::Result<Span, ErrorKind> {
        let len = u64::from(span.len);
        if span.offset + len > self.file_len {
            return Err(ErrorKind::IndexRange);
        }
        if len > self.max_span() || span.most() < u64::from(self.block_len(block)) {
            return Err(ErrorKind::BlockLength);
        }
        Ok(span)
    }

    /// Where the file must end at the earliest, by what the tables say about the last block.
    #[must_use]
    pub fn end(&self, last: Entry) -> u64 {
        match self.format {
            Format::Iso => self.size,
            Format::CsoV1 | Format::CsoV2 | Format::Zso => ciso::end(self, last),
            Format::Dax => dax::end(self, last),
            Format::Jiso => u64::from(last.next.unwrap_or(last.word)),
        }
    }

    /// The longest that a block can be in the file: what an encoder may add to data that does
    /// not compress, and the padding up to the alignment.
    #[must_use]
    pub fn max_span(&self) -> u64 {
        let block = u64::from(self.block_size);
        block + block / 8 + 1024 + (1 << self.index_shift)
    }
}

/// Checks a block size and counts the blocks and sectors of an image of `size` bytes.
fn count_blocks(size: u64, block_size: u32) -> Result<u32> {
    let known = block_size.is_power_of_two() || block_size == RAW_CD_BLOCK_SIZE;
    if !known || !(MIN_BLOCK_SIZE..=MAX_BLOCK_SIZE).contains(&block_size) {
        return Err(ErrorKind::BlockSize.into());
    }
    let sectors = size.div_ceil(u64::from(SECTOR_SIZE));
    let (whole, rest) = divide(size, block_size);
    let blocks = whole + u64::from(rest != 0);
    if blocks == 0 || blocks > u64::from(u32::MAX >> 1) || sectors > u64::from(u32::MAX) {
        return Err(ErrorKind::ImageSize.into());
    }
    Ok(blocks as u32)
}

/// `number / by` and `number % by`, for a power of two or a number of 16 bits at the most, as all
/// block sizes are. A machine of 32 bits has no instruction for it, and the compiler's own function
/// for any divisor is a large one.
fn divide(number: u64, by: u32) -> (u64, u32) {
    if by.is_power_of_two() {
        return (number >> by.trailing_zeros(), number as u32 & (by - 1));
    }
    let (mut quotient, mut rest) = (0, 0);
    for shift in [48, 32, 16, 0] {
        let part = rest << 16 | (number >> shift) as u32 & 0xFFFF;
        quotient = quotient << 16 | u64::from(part / by);
        rest = part % by;
    }
    (quotient, rest)
}

/// Whether a block size is one that an image may have.
#[must_use]
pub fn is_block_size(block_size: u32) -> bool {
    count_blocks(1, block_size).is_ok()
}

/// The file ends in the middle of its first four bytes.
fn is_cut_magic(head: &[u8]) -> bool {
    head.len() < 4
        && [ciso::CISO, ciso::ZISO, dax::MAGIC, jiso::MAGIC]
            .iter()
            .any(|magic| magic.starts_with(head))
}

fn truncated_at(file_len: u64) -> Error {
    Error::new(ErrorKind::Truncated).at(file_len)
}

#[inline(always)]
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

#[inline(always)]
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[inline(always)]
fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests;
