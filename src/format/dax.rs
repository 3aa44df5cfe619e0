//! DAX: frames of 8192 bytes, zlib-wrapped.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `DAX\0` |
//! | 0x04 | 4 | bytes of the decoded image |
//! | 0x08 | 4 | version: 0 or 1 |
//! | 0x0C | 4 | rows in the table of uncompressed ("NC") areas; version 1 |
//! | 0x10 | 16 | unused |
//! | 0x20 | 4 n | position of each frame, all 32 bits used, no end entry |
//! | | 2 n | stored size of each frame |
//! | | 8 m | NC areas: first frame, count of frames; version 1 |
//!
//! All little-endian. A frame in an NC area is 8192 plain bytes.
//!
//! Source: Dark_AleX's DAX ZISO tool and the readers of the custom firmwares; checked against
//! files that maxcso wrote.

use super::{count_blocks, truncated_at, u32_at, Coding, Entry, Format, Header, Span, Tables};
use crate::error::{ErrorKind, Result};

/// Magic of DAX.
pub const MAGIC: [u8; 4] = *b"DAX\0";

/// Bytes of the header; the table of positions follows at once.
pub const HEADER_SIZE: u32 = 0x20;

/// Bytes of a decoded frame.
pub const FRAME_SIZE: u32 = 8192;

/// Bytes of a row of the table of uncompressed areas.
pub const AREA_SIZE: usize = 8;

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<Header> {
    let Some(head) = head.first_chunk::<{ HEADER_SIZE as usize }>() else {
        return Err(truncated_at(file_len));
    };
    let size = u64::from(u32_at(head, 0x04));
    let version = match u32_at(head, 0x08) {
        0 => 0,
        1 => 1,
        _ => return Err(ErrorKind::Version.into()),
    };
    let area_count = if version == 0 { 0 } else { u32_at(head, 0x0C) };
    let blocks = count_blocks(size, FRAME_SIZE)?;
    // Areas are runs of frames that do not touch: there are never more of them than frames.
    if area_count > blocks {
        return Err(ErrorKind::NcTable.into());
    }
    let tables = tables(blocks, area_count);
    let end = data_start(&tables);
    if end > file_len {
        return Err(truncated_at(file_len));
    }
    Ok(Header {
        format: Format::Dax,
        version,
        size,
        block_size: FRAME_SIZE,
        blocks,
        index_shift: 0,
        tables,
        file_len,
        jiso: None,
    })
}

/// Where the tables of a file of `frames` frames and `area_count` areas lie.
#[must_use]
pub fn tables(frames: u32, area_count: u32) -> Tables {
    let words = u64::from(HEADER_SIZE);
    let sizes = words + 4 * u64::from(frames);
    Tables {
        words,
        word_count: frames,
        sizes: Some(sizes),
        areas: sizes + 2 * u64::from(frames),
        area_count,
    }
}

/// The first byte behind the tables.
#[must_use]
pub fn data_start(tables: &Tables) -> u64 {
    tables.areas + AREA_SIZE as u64 * u64::from(tables.area_count)
}

/// A row of the table of uncompressed areas as first frame and first frame behind it.
pub fn area(header: &Header, row: [u8; AREA_SIZE]) -> Result<(u32, u32)> {
    let first = u32_at(&row, 0);
    let count = u32_at(&row, 4);
    first
        .checked_add(count)
        .filter(|end| *end <= header.blocks)
        .map(|end| (first, end))
        .ok_or_else(|| ErrorKind::NcTable.into())
}

pub(super) fn span(header: &Header, entry: Entry) -> core::result::Result<Span, ErrorKind> {
    let offset = u64::from(entry.word);
    if offset < data_start(&header.tables) {
        return Err(ErrorKind::IndexOverlap);
    }
    if offset > header.file_len {
        return Err(ErrorKind::IndexRange);
    }
    let (len, coding) = if entry.uncompressed {
        // The last frame may lack the bytes behind the image's end.
        let left = header.file_len - offset;
        (left.min(u64::from(FRAME_SIZE)) as u32, Coding::Stored)
    } else {
        (u32::from(entry.size), Coding::Zlib)
    };
    match entry.next {
        Some(next) if next < entry.word => Err(ErrorKind::IndexOrder),
        Some(next) if u64::from(next) < offset + u64::from(len) => Err(ErrorKind::IndexOverlap),
        _ => Ok(Span {
            offset,
            len,
            coding,
        }),
    }
}

/// The end of the last frame.
pub(super) fn end(header: &Header, last: Entry) -> u64 {
    let len = if last.uncompressed {
        header.block_len(header.blocks - 1)
    } else {
        u32::from(last.size)
    };
    u64::from(last.word) + u64::from(len)
}

/// The header of a new file with `area_count` areas: version 0 where there are none.
#[must_use]
pub fn header_bytes(size: u32, area_count: u32) -> [u8; HEADER_SIZE as usize] {
    let version = u32::from(area_count != 0);
    let mut head = [0; HEADER_SIZE as usize];
    head[0x00..0x04].copy_from_slice(&MAGIC);
    head[0x04..0x08].copy_from_slice(&size.to_le_bytes());
    head[0x08..0x0C].copy_from_slice(&version.to_le_bytes());
    head[0x0C..0x10].copy_from_slice(&area_count.to_le_bytes());
    head
}
