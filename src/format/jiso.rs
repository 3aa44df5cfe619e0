//! JISO: read only.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `JISO` |
//! | 0x06 | 2 | block size |
//! | 0x08 | 1 | not 0: each block begins with four bytes of its own |
//! | 0x0A | 1 | method: 0 LZO1X, 1 deflate |
//! | 0x0C | 4 | bytes of the decoded image |
//! | 0x10 | 16 | MD5 of the decoded image |
//! | 0x20 | 4 | header size: where the index begins |
//!
//! All little-endian. The index has n + 1 words without flags; a block whose length is the block
//! size is stored as it is.
//!
//! Source: the readers of the PSP's custom firmwares.

use super::{
    count_blocks, truncated_at, u16_at, u32_at, Coding, Entry, Format, Header, Span, Tables,
};
use crate::error::{ErrorKind, Result};

/// Magic of JISO.
pub const MAGIC: [u8; 4] = *b"JISO";

/// Bytes of the part of the header that is known.
pub const HEADER_SIZE: u32 = 0x30;

/// Bytes at the start of each block, where the header announces them.
const BLOCK_HEADER_SIZE: u64 = 4;

/// What a JISO header says beyond what all formats share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Details {
    /// Each block begins with four bytes that are no data.
    pub block_headers: bool,
    /// How the blocks that are not stored are compressed.
    pub coding: Coding,
    /// MD5 of the decoded image; all zero where the tool did not compute it.
    pub md5: [u8; 16],
}

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<Header> {
    let Some(head) = head.first_chunk::<{ HEADER_SIZE as usize }>() else {
        return Err(truncated_at(file_len));
    };
    let coding = match head[0x0A] {
        0 => Coding::Lzo,
        1 => Coding::Deflate,
        _ => return Err(ErrorKind::Method.into()),
    };
    let size = u64::from(u32_at(head, 0x0C));
    let block_size = u32::from(u16_at(head, 0x06));
    let blocks = count_blocks(size, block_size)?;
    let words = u32_at(head, 0x20);
    if words < HEADER_SIZE {
        return Err(ErrorKind::HeaderSize.into());
    }
    let tables = Tables {
        words: u64::from(words),
        word_count: blocks + 1,
        ..Tables::default()
    };
    if tables.words + 4 * u64::from(tables.word_count) > file_len {
        return Err(truncated_at(file_len));
    }
    let mut md5 = [0; 16];
    md5.copy_from_slice(&head[0x10..0x20]);
    Ok(Header {
        format: Format::Jiso,
        version: 0,
        size,
        block_size,
        blocks,
        index_shift: 0,
        tables,
        file_len,
        jiso: Some(Details {
            block_headers: head[0x08] != 0,
            coding,
            md5,
        }),
    })
}

pub(super) fn span(header: &Header, entry: Entry) -> core::result::Result<Span, ErrorKind> {
    let start = u64::from(entry.word);
    let end = entry.next.map_or(header.file_len, u64::from);
    let tables_end = header.tables.words + 4 * u64::from(header.tables.word_count);
    if start < tables_end {
        return Err(ErrorKind::IndexOverlap);
    }
    if end < start {
        return Err(ErrorKind::IndexOrder);
    }
    let (skip, method) = match header.jiso {
        Some(details) if details.block_headers => (BLOCK_HEADER_SIZE, details.coding),
        Some(details) => (0, details.coding),
        None => (0, Coding::Deflate),
    };
    let len = (end - start)
        .checked_sub(skip)
        .ok_or(ErrorKind::BlockLength)?;
    // The length of a partial last block says nothing: it may as well be that of packed data.
    let stored = len == u64::from(header.block_size);
    Ok(Span {
        offset: start + skip,
        len: len as u32,
        coding: if stored { Coding::Stored } else { method },
    })
}
