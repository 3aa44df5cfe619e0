//! Types and functions that all formats use: the list of the formats, the values of a header, and
//! checks of sizes.

use super::block::{Coding, Span};
use crate::error::{Error, ErrorKind, Result};
use core::ffi::CStr;

/// Number of bytes in a sector of the decoded image, in every format.
pub const SECTOR_SIZE: u32 = 2048;

/// Smallest block size that an image may have, in bytes.
pub const MIN_BLOCK_SIZE: u32 = 2048;

/// Largest block size that an image may have, in bytes (16 MiB).
pub const MAX_BLOCK_SIZE: u32 = 16 << 20;

/// Number of bytes at the start of a file from which `probe` can recognize any compressed image.
pub const PROBE_SIZE: usize = 0x30;

/// Size in bytes of a raw CD sector, which has error correction data in addition to its 2048 bytes
/// of user data. This is the only allowed block size that is not a power of two.
pub(super) const RAW_CD_BLOCK_SIZE: u32 = 2352;

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
    /// A disc image that is not compressed.
    Iso = 1,
    /// CSO version 1, compressed with deflate.
    CsoV1 = 2,
    /// CSO version 2, compressed with deflate or LZ4. The compression is chosen for each block.
    CsoV2 = 3,
    /// ZSO, compressed with LZ4.
    Zso = 4,
    /// DAX, compressed with zlib. The blocks ("frames") have 8192 bytes.
    Dax = 5,
    /// JISO, compressed with LZO1X or deflate. The library can read this format and cannot write
    /// it.
    Jiso = 6,
}

impl Format {
    /// All formats, in the order of their discriminants.
    pub const ALL: &'static [Format] = &[
        Format::Iso,
        Format::CsoV1,
        Format::CsoV2,
        Format::Zso,
        Format::Dax,
        Format::Jiso,
    ];

    /// Returns whether this is CSO v1, CSO v2 or ZSO. Files of these formats have the same layout.
    #[must_use]
    pub const fn is_ciso(self) -> bool {
        matches!(self, Format::CsoV1 | Format::CsoV2 | Format::Zso)
    }

    /// Returns the format with the discriminant `number`, which is also the value of the C type
    /// `cso_format`. Returns `None` if no format has this number.
    pub(crate) fn from_number(number: u32) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| *f as u32 == number)
    }
}

/// Properties of a format that describe it to a user and are not needed to read an image.
pub(super) struct Properties {
    pub(super) name: &'static CStr,
    /// File name extensions, in lower case and without a dot. The most usual extension comes first.
    pub(super) extensions: &'static [&'static str],
    /// The block size in bytes, if the format allows only one. `None` if a writer can choose it.
    pub(super) fixed_block_size: Option<u32>,
}

/// Positions and lengths of the index and the other tables of a file. All offsets are in bytes,
/// from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct TableLayout {
    /// Offset of the index. Each of its entries has 4 bytes.
    pub(crate) index: u64,
    /// Number of entries in the index.
    pub(crate) entry_count: u32,
    /// Offset of a table that only the DAX format has. It has 2 bytes for each block: the size of
    /// the block in the file. `None` in other formats.
    pub(crate) sizes: Option<u64>,
    /// Offset of the table of stored areas, which are ranges of blocks that are not compressed.
    /// Only the DAX format has this table. 0 in other formats.
    pub(crate) areas: u64,
    /// Number of rows in the table of stored areas. 0 in formats other than DAX.
    pub(crate) area_count: u32,
}

/// Values of the header of a file. They were checked against the length of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageHeader {
    pub(crate) format: Format,
    /// Version number in the file. 0 in formats that have no version number.
    pub(crate) version: u8,
    /// Size of the decoded image in bytes.
    pub(crate) size: u64,
    /// Size of a decoded block in bytes. The last block may be shorter.
    pub(crate) block_size: u32,
    /// Number of blocks in the image.
    pub(crate) blocks: u32,
    /// Number of low bits of a position that index entries omit. A position in the file is the
    /// number in the index entry, shifted left by `index_shift` bits. So all blocks begin at
    /// multiples of `1 << index_shift` bytes. 0 in formats that have no index shift.
    pub(crate) index_shift: u8,
    /// Positions of the index and the other tables in the file.
    pub(crate) tables: TableLayout,
    /// Length of the file that contains the image, in bytes.
    pub(crate) file_len: u64,
    /// Compression method of blocks that are compressed. In CSO v2, an index entry may select
    /// another method for its block.
    pub(crate) compressed_coding: Coding,
    /// Number of bytes before the data of each block in the file. The reader ignores these bytes. 0
    /// or 4 in JISO, and 0 in all other formats.
    pub(crate) block_prefix: u8,
    /// MD5 of the decoded image. `None` if the header has none.
    pub(crate) md5: Option<[u8; 16]>,
}

impl ImageHeader {
    /// Returns the number of the block that contains byte `at` of the decoded image, and the offset
    /// of this byte in the decoded block.
    pub(crate) fn block_and_offset(&self, at: u64) -> (u32, u32) {
        let (block, offset) = divide(at, self.block_size);
        (block as u32, offset)
    }

    /// Returns the number of sectors of 2048 bytes in the decoded image. A partial sector at the
    /// end is counted.
    pub(crate) fn sectors(&self) -> u32 {
        // The number fits 32 bits, as `count_blocks` checked when the header was parsed.
        self.size.div_ceil(u64::from(SECTOR_SIZE)) as u32
    }

    /// Returns the number of bytes that block `block` decodes to. This is the block size for all
    /// blocks except the last one, which may have fewer. Returns 0 if the image has no such block.
    pub(crate) fn block_len(&self, block: u32) -> u32 {
        let start = u64::from(block) * u64::from(self.block_size);
        let left = self.size.saturating_sub(start);
        left.min(u64::from(self.block_size)) as u32
    }

    /// Checks the position and the length of block `block` in the file, which `span` describes.
    /// The rules are the same in all formats. The block must end within the file. Its length must
    /// not exceed [`max_stored_size`](Self::max_stored_size), and must be large enough to decode to
    /// all bytes of the block. Returns `span` unchanged, or the kind of damage.
    pub(super) fn check_span(
        &self,
        block: u32,
        span: Span,
    ) -> core::result::Result<Span, ErrorKind> {
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

    /// Returns the largest number of bytes that a block may have in the file. An encoder may make
    /// incompressible data longer. An eighth of the block size and 1024 bytes are allowed for this.
    /// Up to `1 << index_shift` bytes are allowed for padding after the block.
    pub(crate) fn max_stored_size(&self) -> u64 {
        let block = u64::from(self.block_size);
        block + block / 8 + 1024 + (1 << self.index_shift)
    }
}

/// Returns the number of blocks of `block_size` bytes in an image of `size` bytes. A partial block
/// at the end is counted.
///
/// Fails if `block_size` is not allowed, or if `size` is 0. Also fails if the image has 2^31 blocks
/// or more, or 2^32 sectors or more.
pub(super) fn count_blocks(size: u64, block_size: u32) -> Result<u32> {
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

/// Returns `number / by` and `number % by`. `by` must be a power of two, or greater than 0 and less
/// than 2^16. Every block size fulfills this condition.
///
/// If `by` is not a power of two, the function divides as on paper, with four digits of 16 bits. A
/// remainder and the next digit then fit in 32 bits. So the function needs only 32-bit divisions.
/// Many 32-bit machines have no instruction that divides 64-bit numbers, and the compiler's
/// replacement for this instruction would take more code.
pub(super) fn divide(number: u64, by: u32) -> (u64, u32) {
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

/// Returns whether an image may have blocks of `block_size` bytes.
pub(crate) fn is_block_size(block_size: u32) -> bool {
    count_blocks(1, block_size).is_ok()
}

pub(super) fn truncated_at(file_len: u64) -> Error {
    Error::new(ErrorKind::Truncated).at(file_len)
}

#[inline(always)]
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

#[inline(always)]
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[inline(always)]
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
