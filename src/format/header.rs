//! Types and functions that the modules of all formats share: the list of formats, the header's
//! values and size checks.

use super::block::{Coding, Span};
use crate::error::{Error, ErrorKind, Result};
use core::ffi::CStr;

/// Number of bytes in a sector of the decoded image, in every format.
pub const SECTOR_SIZE: u32 = 2048;

/// Smallest block size that an image may have, in bytes.
pub const MIN_BLOCK_SIZE: u32 = 2048;

/// Largest block size that an image may have, in bytes (16 MiB).
pub const MAX_BLOCK_SIZE: u32 = 16 << 20;

/// Number of bytes at the start of a file that are enough for `probe` to recognize a compressed
/// image.
pub const PROBE_SIZE: usize = 0x30;

/// Block size of images made from raw CD sectors, in bytes. This is the only block size that is not
/// a power of two.
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

/// Properties of a format that are not needed to read an image.
pub(super) struct Properties {
    pub(super) name: &'static CStr,
    /// File name extensions in lower case, without a dot. The usual one comes first.
    pub(super) extensions: &'static [&'static str],
    /// The block size, if the format allows only one. `None` if a writer can choose the block size.
    pub(super) fixed_block_size: Option<u32>,
}

/// Positions and lengths of the tables in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct TableLayout {
    /// Offset of the index, whose entries have 4 bytes each.
    pub(crate) index: u64,
    /// Number of entries in the index.
    pub(crate) entry_count: u32,
    /// DAX: offset of the table of stored sizes, which has 2 bytes for each block. `None` in other
    /// formats.
    pub(crate) sizes: Option<u64>,
    /// DAX: offset of the table of stored areas.
    pub(crate) areas: u64,
    /// DAX: number of rows in the table of stored areas.
    pub(crate) area_count: u32,
}

/// Values of a header that was parsed and checked against the length of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ImageHeader {
    pub(crate) format: Format,
    /// The version field of the file. 0 in formats that have none.
    pub(crate) version: u8,
    /// Size of the decoded image in bytes.
    pub(crate) size: u64,
    /// Size of a decoded block in bytes. The last block may be shorter.
    pub(crate) block_size: u32,
    /// Number of blocks in the image.
    pub(crate) blocks: u32,
    /// Blocks begin at multiples of `1 << index_shift` bytes.
    pub(crate) index_shift: u8,
    pub(crate) tables: TableLayout,
    /// Length of the compressed file in bytes.
    pub(crate) file_len: u64,
    /// Coding of the compressed blocks. In CSO v2, an index entry may select another one for its
    /// block.
    pub(crate) compressed_coding: Coding,
    /// Number of bytes in the file that precede the data of each block. 0 except in JISO.
    pub(crate) block_prefix: u8,
    /// MD5 of the decoded image, if the header has it.
    pub(crate) md5: Option<[u8; 16]>,
}

impl ImageHeader {
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

    /// Returns the number of decoded bytes in the block with number `block`. This is the block
    /// size, or less for the last block.
    pub(crate) fn block_len(&self, block: u32) -> u32 {
        let start = u64::from(block) * u64::from(self.block_size);
        let left = self.size.saturating_sub(start);
        left.min(u64::from(self.block_size)) as u32
    }

    /// Checks a span against the file and the block size, as all formats require, and returns it.
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

    /// Returns the largest number of bytes that a block can have in the file. It includes
    /// the bytes that an encoder adds to incompressible data, and the padding of aligned blocks.
    pub(crate) fn max_stored_size(&self) -> u64 {
        let block = u64::from(self.block_size);
        block + block / 8 + 1024 + (1 << self.index_shift)
    }
}

/// Checks a block size and returns the number of blocks in an image of `size` bytes.
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

/// Returns `number / by` and `number % by` for a divisor that is a power of two or fits 16 bits, as
/// every block size does.
///
/// 32-bit machines have no instruction for this, and the compiler's own division of 64-bit numbers
/// takes more code.
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

/// Returns whether an image may have this block size.
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
