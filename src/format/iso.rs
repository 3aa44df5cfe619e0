//! A plain ISO 9660 image: sectors of 2048 bytes, no header of its own.
//!
//! Source: ECMA-119 (ISO 9660), 8.1: the volume descriptors begin at sector 16 and hold the
//! standard identifier `CD001` from their second byte on.

use super::{Coding, Format, Header, Span, Tables, SECTOR_SIZE};
use crate::error::{ErrorKind, Result};

/// Where [`MARK`] stands in a plain image.
pub const MARK_OFFSET: u64 = 0x8001;

/// The standard identifier of a volume descriptor.
pub const MARK: [u8; 5] = *b"CD001";

/// The header that a plain image of `file_len` bytes would have.
pub fn header(file_len: u64) -> Result<Header> {
    Ok(Header {
        format: Format::Iso,
        version: 0,
        size: file_len,
        block_size: SECTOR_SIZE,
        blocks: super::count_blocks(file_len, SECTOR_SIZE)?,
        index_shift: 0,
        tables: Tables::default(),
        file_len,
        jiso: None,
    })
}

/// Where a block begins, and its span.
pub(super) fn span(header: &Header, block: u32) -> (u64, core::result::Result<Span, ErrorKind>) {
    let offset = u64::from(block) * u64::from(SECTOR_SIZE);
    let span = match block < header.blocks {
        false => Err(ErrorKind::OutOfRange),
        true => Ok(Span {
            offset,
            len: header.block_len(block),
            coding: Coding::Stored,
        }),
    };
    (offset, span)
}
