//! On-disk layouts: converts headers and indexes to values and back.
//!
//! Nothing here does I/O, uses a codec or allocates. Each format has one file, which describes its
//! layout. To add a format, write such a file and extend this one: [`Format`] gets a variant that
//! is listed in [`Format::ALL`], the magic goes into [`PARSERS`], and the matches in
//! [`Format::properties`], [`ImageHeader::span`] and [`ImageHeader::min_file_len`] get an arm each.

pub(crate) mod ciso;
pub(crate) mod dax;
pub(crate) mod iso;
mod jiso;

use crate::error::{Error, ErrorKind, Result};
use core::ffi::CStr;

/// Bytes of a sector of the decoded image, in every format.
pub const SECTOR_SIZE: u32 = 2048;

/// The smallest block size that an image may have, in bytes.
pub const MIN_BLOCK_SIZE: u32 = 2048;

/// The largest block size that an image may have, in bytes (16 MiB).
pub const MAX_BLOCK_SIZE: u32 = 16 << 20;

/// Bytes at the start of a file from which `probe` recognizes a compressed image.
pub const PROBE_SIZE: usize = 0x30;

/// Bytes at the start of a file from which `probe` recognizes an image of any
/// format, plain ISO 9660 images among them.
pub const PROBE_SIZE_ISO: usize = iso::IDENTIFIER_OFFSET as usize + iso::IDENTIFIER.len();

/// Block size of images made from raw CD sectors, in bytes. The only block size that is not a power
/// of two.
const RAW_CD_BLOCK_SIZE: u32 = 2352;

/// A format of disc images that this library reads.
///
/// | format | file names | compression | block size in bytes | |
/// |---|---|---|---|---|
/// | [CSO v1](Self::CsoV1) | `.cso`, `.ciso` | deflate | 2048 to 16 Mi | read, written |
/// | [CSO v2](Self::CsoV2) | `.cso` | deflate or LZ4 | 2048 to 16 Mi | read, written |
/// | [ZSO](Self::Zso) | `.zso`, `.ziso` | LZ4 | 2048 to 16 Mi | read, written |
/// | [DAX](Self::Dax) | `.dax` | zlib | 8192 | read, written |
/// | [JISO](Self::Jiso) | `.jso` | LZO or deflate | 2048 to 32 Ki | read |
/// | [ISO](Self::Iso) | `.iso` | none | | read, written |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Format {
    /// Plain disc image, not compressed.
    Iso = 1,
    /// CSO version 1: deflate.
    CsoV1 = 2,
    /// CSO version 2: deflate or LZ4, chosen for each block.
    CsoV2 = 3,
    /// ZSO: LZ4.
    Zso = 4,
    /// DAX: zlib, in blocks ("frames") of 8192 bytes.
    Dax = 5,
    /// JISO: LZO1X or deflate. Read only.
    Jiso = 6,
}

/// Facts about a format that its users ask for and that reading an image does not need.
struct Properties {
    name: &'static CStr,
    /// File name extensions in lower case, without a dot. The usual one comes first.
    extensions: &'static [&'static str],
    /// The only block size, for a format that has one only.
    fixed_block_size: Option<u32>,
}

impl Format {
    /// All formats, ordered by their numbers.
    pub const ALL: &'static [Format] = &[
        Format::Iso,
        Format::CsoV1,
        Format::CsoV2,
        Format::Zso,
        Format::Dax,
        Format::Jiso,
    ];

    const fn properties(self) -> &'static Properties {
        match self {
            Format::Iso => &iso::PROPERTIES,
            Format::CsoV1 => &ciso::CSO_V1_PROPERTIES,
            Format::CsoV2 => &ciso::CSO_V2_PROPERTIES,
            Format::Zso => &ciso::ZSO_PROPERTIES,
            Format::Dax => &dax::PROPERTIES,
            Format::Jiso => &jiso::PROPERTIES,
        }
    }

    /// Returns the usual name of the format, such as `CSO v1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.c_name().to_str() {
            Ok(name) => name,
            Err(_) => "",
        }
    }

    /// Returns the usual name of the format for C.
    pub(crate) const fn c_name(self) -> &'static CStr {
        self.properties().name
    }

    /// Returns the file name extensions of the format, in lower case and without a dot. The usual
    /// one comes first.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        self.properties().extensions
    }

    /// Returns the only block size that the format allows, in bytes, or `None` if a writer can
    /// choose it.
    #[must_use]
    pub const fn fixed_block_size(self) -> Option<u32> {
        self.properties().fixed_block_size
    }

    /// Returns whether this is CSO v1, CSO v2 or ZSO, which share one layout of header and index.
    #[must_use]
    pub const fn is_ciso(self) -> bool {
        matches!(self, Format::CsoV1 | Format::CsoV2 | Format::Zso)
    }

    /// Returns the format with this number, which is the discriminant of the enum and the value of
    /// `cso_format` in C.
    pub(crate) fn from_number(number: u32) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| *f as u32 == number)
    }
}

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
    /// Bytes of the block in the file, including padding after its data.
    pub len: u32,
    /// How the block is stored.
    pub coding: Coding,
}

impl Span {
    /// Returns the largest number of bytes that the stored bytes can decode to.
    pub(crate) fn max_decoded_len(&self) -> u64 {
        let ratio = match self.coding {
            Coding::Stored => 1,
            // Deflate copies at most 258 bytes for two bits. LZ4 and LZO stay below 256 bytes for
            // each byte.
            _ => 1032,
        };
        u64::from(self.len) * ratio
    }
}

/// What the tables of a file record about one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockRecord {
    /// The block's index entry.
    pub(crate) entry: u32,
    /// The index entry after it. `None` for the last entry of the index.
    pub(crate) next_entry: Option<u32>,
    /// Bytes of the block in the file according to DAX's table of sizes. 0 in other formats.
    pub(crate) stored_size: u16,
    /// Whether the block lies in one of DAX's areas of stored frames.
    pub(crate) in_stored_area: bool,
}

/// Positions and lengths of the tables in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct TableLayout {
    /// Offset of the index, whose entries have 4 bytes each.
    pub(crate) index: u64,
    /// Entries in the index.
    pub(crate) entry_count: u32,
    /// Offset of DAX's table of stored sizes, which has 2 bytes for each block.
    pub(crate) sizes: Option<u64>,
    /// Offset of DAX's table of stored areas.
    pub(crate) areas: u64,
    /// Rows in the table of stored areas.
    pub(crate) area_count: u32,
}

/// Values of a header that was parsed and checked against the length of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageHeader {
    pub(crate) format: Format,
    /// The version field of the file. 0 in formats that have none.
    pub(crate) version: u8,
    /// Bytes of the decoded image.
    pub(crate) size: u64,
    /// Bytes of a decoded block. The last block may have fewer.
    pub(crate) block_size: u32,
    /// Blocks in the image.
    pub(crate) blocks: u32,
    /// Blocks begin at multiples of `1 << index_shift` bytes.
    pub(crate) index_shift: u8,
    pub(crate) tables: TableLayout,
    /// Bytes of the compressed file.
    pub(crate) file_len: u64,
    /// Coding of a compressed block whose index entry does not name another one.
    pub(crate) compressed_coding: Coding,
    /// Bytes before the data of each block that are not part of it. 0 except in JISO.
    pub(crate) block_prefix: u8,
    /// MD5 of the decoded image, if the header has it.
    pub(crate) md5: Option<[u8; 16]>,
}

/// Parses the header of one format from the first bytes of a file of the given length.
type Parser = fn(&[u8], u64) -> Result<ImageHeader>;

/// The magic of each compressed format, with the parser of the header that begins with it.
const PARSERS: [([u8; 4], Parser); 4] = [
    (ciso::CISO_MAGIC, ciso::parse),
    (ciso::ZISO_MAGIC, ciso::parse),
    (dax::MAGIC, dax::parse),
    (jiso::MAGIC, jiso::parse),
];

impl ImageHeader {
    /// Parses the header of any compressed format from the first [`PROBE_SIZE`] bytes of a file of
    /// `file_len` bytes, or from all bytes of a shorter file.
    ///
    /// Returns `None` if the bytes begin like no compressed format. The file may still be a plain
    /// image.
    pub(crate) fn parse(head: &[u8], file_len: u64) -> Result<Option<ImageHeader>> {
        if head.is_empty() {
            return Err(Error::new(ErrorKind::Empty));
        }
        for (magic, parse) in PARSERS {
            if head.starts_with(&magic) {
                return parse(head, file_len).map(Some);
            }
            if magic.starts_with(head) {
                return Err(truncated_at(file_len));
            }
        }
        Ok(None)
    }

    /// Returns the block that contains byte `at` of the image, and the byte's offset in that block.
    pub(crate) fn block_and_offset(&self, at: u64) -> (u32, u32) {
        let (block, offset) = divide(at, self.block_size);
        (block as u32, offset)
    }

    /// Returns the number of sectors in the image. The last sector may be partial.
    pub(crate) fn sectors(&self) -> u32 {
        // `count_blocks` checked that the number fits.
        self.size.div_ceil(u64::from(SECTOR_SIZE)) as u32
    }

    /// Returns how many bytes of the image block `block` has: the block size, or less for the last
    /// block.
    pub(crate) fn block_len(&self, block: u32) -> u32 {
        let start = u64::from(block) * u64::from(self.block_size);
        let left = self.size.saturating_sub(start);
        left.min(u64::from(self.block_size)) as u32
    }

    /// Returns the position of block `block` according to its record in the tables.
    ///
    /// The span was checked: it lies within the file and after the tables, and its length is
    /// possible for the block. Only decoding shows whether the data is intact.
    pub(crate) fn span(&self, block: u32, record: BlockRecord) -> Result<Span> {
        let entry = u64::from(record.entry);
        let (start, span) = match self.format {
            Format::Iso => iso::span(self, block),
            Format::CsoV1 | Format::CsoV2 | Format::Zso => {
                let start = self.entry_position(record.entry);
                (start, ciso::span(self, block, start, record))
            }
            Format::Dax => (entry, dax::span(self, record)),
            Format::Jiso => (entry, jiso::span(self, record)),
        };
        span.and_then(|span| self.check_span(block, span))
            .map_err(|kind| Error::new(kind).in_block(block).at(start))
    }

    /// Makes the checks of a span that all formats share.
    fn check_span(&self, block: u32, span: Span) -> core::result::Result<Span, ErrorKind> {
        let len = u64::from(span.len);
        if span.offset + len > self.file_len {
            return Err(ErrorKind::IndexRange);
        }
        let too_short = span.max_decoded_len() < u64::from(self.block_len(block));
        if len > self.max_stored_size() || too_short {
            return Err(ErrorKind::BlockLength);
        }
        Ok(span)
    }

    /// Returns the smallest length that the file can have, in bytes, according to the record of its
    /// last block.
    pub(crate) fn min_file_len(&self, last: BlockRecord) -> u64 {
        match self.format {
            Format::Iso => self.size,
            Format::CsoV1 | Format::CsoV2 | Format::Zso => ciso::min_file_len(self, last),
            Format::Dax => dax::min_file_len(self, last),
            Format::Jiso => u64::from(last.next_entry.unwrap_or(last.entry)),
        }
    }

    /// Returns the largest number of bytes that a block can have in the file. It leaves space for
    /// what an encoder adds to data that does not compress, and for the padding of aligned blocks.
    pub(crate) fn max_stored_size(&self) -> u64 {
        let block = u64::from(self.block_size);
        block + block / 8 + 1024 + (1 << self.index_shift)
    }
}

/// Checks a block size and returns the number of blocks in an image of `size` bytes.
fn count_blocks(size: u64, block_size: u32) -> Result<u32> {
    let allowed = block_size.is_power_of_two() || block_size == RAW_CD_BLOCK_SIZE;
    if !allowed || !(MIN_BLOCK_SIZE..=MAX_BLOCK_SIZE).contains(&block_size) {
        return Err(ErrorKind::BlockSize.into());
    }
    let sectors = size.div_ceil(u64::from(SECTOR_SIZE));
    let (full, rest) = divide(size, block_size);
    let blocks = full + u64::from(rest != 0);
    if blocks == 0 || blocks > u64::from(u32::MAX >> 1) || sectors > u64::from(u32::MAX) {
        return Err(ErrorKind::ImageSize.into());
    }
    Ok(blocks as u32)
}

/// Returns `number / by` and `number % by` for a divisor that is a power of two or fits 16 bits, as
/// every block size does.
///
/// 32-bit machines have no instruction for this, and the compiler's own division of 64-bit numbers
/// takes more code.
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

/// Returns whether an image may have this block size.
pub(crate) fn is_block_size(block_size: u32) -> bool {
    count_blocks(1, block_size).is_ok()
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
