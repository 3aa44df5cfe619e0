//! Uncompressed ISO 9660 images. The file is the disc image itself, in sectors of 2048 bytes. It
//! has no header, no index and no magic number at its start.
//!
//! An image is recognized by the text `CD001` at the second byte of sector 16. The text belongs to
//! the first volume descriptor, which is a structure that describes the contents of the disc.
//!
//! Source: ECMA-119 (ISO 9660), section 8.1.

use super::block::{Coding, Span};
use super::header::{count_blocks, Format, ImageHeader, Properties, TableLayout, SECTOR_SIZE};
use crate::error::{ErrorKind, Result};

pub(super) const PROPERTIES: Properties = Properties {
    name: c"ISO",
    extensions: &["iso", "bin", "img"],
    fixed_block_size: None,
};

/// Offset of [`IDENTIFIER`] in the file, in bytes. Sector 16 begins one byte before this offset.
pub(crate) const IDENTIFIER_OFFSET: u64 = 0x8001;

/// The five bytes that every ISO 9660 image has at [`IDENTIFIER_OFFSET`].
pub(crate) const IDENTIFIER: [u8; 5] = *b"CD001";

/// Returns the values that describe an uncompressed image. They follow from the size of the file,
/// because the file has no header. `file_len` is this size in bytes. Each sector counts as a block.
///
/// Fails if `file_len` is 0, or if the file has 2^31 sectors or more.
pub(crate) fn header(file_len: u64) -> Result<ImageHeader> {
    Ok(ImageHeader {
        format: Format::Iso,
        version: 0,
        size: file_len,
        block_size: SECTOR_SIZE,
        blocks: count_blocks(file_len, SECTOR_SIZE)?,
        index_shift: 0,
        tables: TableLayout::default(),
        file_len,
        compressed_coding: Coding::Stored,
        block_prefix: 0,
        md5: None,
    })
}

/// Returns the offset of block `block` in the file, in bytes, and a description of the block: its
/// offset, its length in bytes, and [`Coding::Stored`]. Each sector counts as a block.
///
/// Instead of the description, returns [`ErrorKind::OutOfRange`] if the image has no block with
/// this number.
pub(super) fn span(
    header: &ImageHeader,
    block: u32,
) -> (u64, core::result::Result<Span, ErrorKind>) {
    let offset = u64::from(block) * u64::from(SECTOR_SIZE);
    let span = if block < header.blocks {
        Ok(Span {
            offset,
            len: header.block_len(block),
            coding: Coding::Stored,
        })
    } else {
        Err(ErrorKind::OutOfRange)
    };
    (offset, span)
}
