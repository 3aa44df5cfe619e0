//! The JISO format, whose blocks are compressed with LZO1X or deflate. The library reads it and
//! does not write it.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `JISO` |
//! | 0x06 | 2 | decoded size of a block in bytes |
//! | 0x08 | 1 | if not 0, each block begins with four bytes that are not data |
//! | 0x0A | 1 | compression: 0 for LZO1X, 1 for deflate |
//! | 0x0C | 4 | size of the decoded image in bytes |
//! | 0x10 | 16 | MD5 of the decoded image, or all zeros if the tool did not compute it |
//! | 0x20 | 4 | header size, which is also the offset of the index |
//!
//! Offsets and sizes are in bytes. All numbers are little-endian. The index has one entry of four
//! bytes for each block, then one for the end of the data. An entry is a position in the file. A
//! block is not compressed if its data has the block size in the file. The four bytes that may
//! precede the data are not counted.
//!
//! Source: the programs that read JISO in custom firmwares of the PSP.

use super::block::{BlockRecord, Coding, Span};
use super::header::{
    count_blocks, truncated_at, u16_at, u32_at, Format, ImageHeader, Properties, TableLayout,
};
use crate::error::{ErrorKind, Result};

pub(super) const PROPERTIES: Properties = Properties {
    name: c"JISO",
    extensions: &["jso"],
    fixed_block_size: None,
};

/// The first four bytes of a JISO file.
pub(super) const MAGIC: [u8; 4] = *b"JISO";

/// Number of bytes at the start of the header that have a known meaning. The header may be longer.
const HEADER_SIZE: u32 = 0x30;

/// Number of bytes before the data of each block if byte 8 of the header is not 0. They are
/// ignored.
const BLOCK_PREFIX: u8 = 4;

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<ImageHeader> {
    let Some(head) = head.first_chunk::<{ HEADER_SIZE as usize }>() else {
        return Err(truncated_at(file_len));
    };
    let compressed_coding = match head[0x0A] {
        0 => Coding::Lzo,
        1 => Coding::Deflate,
        _ => return Err(ErrorKind::Method.into()),
    };
    let size = u64::from(u32_at(head, 0x0C));
    let block_size = u32::from(u16_at(head, 0x06));
    let blocks = count_blocks(size, block_size)?;
    let index = u32_at(head, 0x20);
    if index < HEADER_SIZE {
        return Err(ErrorKind::HeaderSize.into());
    }
    let tables = TableLayout {
        index: u64::from(index),
        entry_count: blocks + 1,
        ..TableLayout::default()
    };
    if index_end(&tables) > file_len {
        return Err(truncated_at(file_len));
    }
    let mut md5 = [0; 16];
    md5.copy_from_slice(&head[0x10..0x20]);
    Ok(ImageHeader {
        format: Format::Jiso,
        version: 0,
        size,
        block_size,
        blocks,
        index_shift: 0,
        tables,
        file_len,
        compressed_coding,
        block_prefix: if head[0x08] != 0 { BLOCK_PREFIX } else { 0 },
        md5: (md5 != [0; 16]).then_some(md5),
    })
}

fn index_end(tables: &TableLayout) -> u64 {
    tables.index + 4 * u64::from(tables.entry_count)
}

/// Returns the position, length and coding of a block in the file. `record` has the block's index
/// entry and the next one. If these entries are damaged, returns the kind of damage instead.
pub(super) fn span(
    header: &ImageHeader,
    record: BlockRecord,
) -> core::result::Result<Span, ErrorKind> {
    let start = u64::from(record.entry);
    let end = record.next_entry.map_or(header.file_len, u64::from);
    if start < index_end(&header.tables) {
        return Err(ErrorKind::IndexOverlap);
    }
    if end < start {
        return Err(ErrorKind::IndexOrder);
    }
    let prefix = u64::from(header.block_prefix);
    let len = (end - start)
        .checked_sub(prefix)
        .ok_or(ErrorKind::BlockLength)?;
    // A block is not compressed if its length in the file is the block size. This also holds for
    // the last block. If the last block is not compressed, it has the full block size in the file,
    // even if the image ends within the block.
    let stored = len == u64::from(header.block_size);
    Ok(Span {
        offset: start + prefix,
        len: len as u32,
        coding: if stored {
            Coding::Stored
        } else {
            header.compressed_coding
        },
    })
}
