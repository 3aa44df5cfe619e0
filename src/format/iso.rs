//! Plain ISO 9660 image: sectors of 2048 bytes, without a header of its own.
//!
//! Source: ECMA-119 (ISO 9660), 8.1. The volume descriptors begin at sector 16. Each has the
//! standard identifier `CD001` from its second byte on.

use super::block::{Coding, Span};
use super::header::{count_blocks, Format, ImageHeader, Properties, TableLayout, SECTOR_SIZE};
use crate::error::{ErrorKind, Result};

pub(super) const PROPERTIES: Properties = Properties {
    name: c"ISO",
    extensions: &["iso", "bin", "img"],
    fixed_block_size: None,
};

/// Offset of [`IDENTIFIER`] in a plain image.
pub(crate) const IDENTIFIER_OFFSET: u64 = 0x8001;

/// The standard identifier of a volume descriptor.
pub(crate) const IDENTIFIER: [u8; 5] = *b"CD001";

/// Returns the values that a header of a plain image with `file_len` bytes would have.
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

/// Returns the offset of block `block` and, if the image has such a block, its span.
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
