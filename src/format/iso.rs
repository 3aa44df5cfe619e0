//! Uncompressed ISO 9660 images. The file consists of sectors of 2048 bytes and has no header like
//! the files of compressed formats.
//!
//! Source: ECMA-119 (ISO 9660), section 8.1. Sector 16 holds the first volume descriptor, a
//! structure that describes the volume. From its second byte on, it has the text `CD001`, the
//! standard identifier.

use super::block::{Coding, Span};
use super::header::{count_blocks, Format, ImageHeader, Properties, TableLayout, SECTOR_SIZE};
use crate::error::{ErrorKind, Result};

pub(super) const PROPERTIES: Properties = Properties {
    name: c"ISO",
    extensions: &["iso", "bin", "img"],
    fixed_block_size: None,
};

/// Offset of [`IDENTIFIER`] in the file, in bytes. This is the second byte of sector 16.
pub(crate) const IDENTIFIER_OFFSET: u64 = 0x8001;

/// The text by which an ISO 9660 image is recognized.
pub(crate) const IDENTIFIER: [u8; 5] = *b"CD001";

/// Returns header values for an uncompressed image, which has no header. `file_len` is the size of
/// the file in bytes. The sectors of the image serve as blocks. Fails if `file_len` is 0 or too
/// large.
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

/// Returns two values. The first one is the offset of block `block` in the file, in bytes. The
/// second one is the position, length and coding of the block, or [`ErrorKind::OutOfRange`] if the
/// image has no block with this number. The blocks of an uncompressed image are its sectors.
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
