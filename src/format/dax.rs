//! DAX: zlib streams of 8192 decoded bytes each. DAX calls a block a frame.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `DAX\0` |
//! | 0x04 | 4 | size of the decoded image in bytes |
//! | 0x08 | 4 | version: 0 or 1 |
//! | 0x0C | 4 | rows in the table of stored ("NC", not compressed) areas; version 1 |
//! | 0x10 | 16 | unused |
//! | 0x20 | 4 n | index: position of each frame, without a flag and without an entry for the end |
//! | | 2 n | size of each frame in the file |
//! | | 8 m | stored areas: number of the first frame, number of frames; version 1 |
//!
//! n is the number of frames, m the number of stored areas. All numbers are little-endian. A frame
//! in a stored area consists of 8192 bytes of the image.
//!
//! Source: Dark_AleX's DAX ZISO tool and the readers of the custom firmwares. Checked against files
//! that maxcso wrote.

use super::block::{BlockRecord, Coding, Span};
use super::header::{
    count_blocks, truncated_at, u32_at, Format, ImageHeader, Properties, TableLayout,
};
use crate::error::{ErrorKind, Result};

pub(super) const PROPERTIES: Properties = Properties {
    name: c"DAX",
    extensions: &["dax"],
    fixed_block_size: Some(FRAME_SIZE),
};

/// Magic of DAX.
pub(super) const MAGIC: [u8; 4] = *b"DAX\0";

/// Number of bytes in the header. The index begins immediately after the header.
const HEADER_SIZE: u32 = 0x20;

/// Number of bytes in a decoded frame.
const FRAME_SIZE: u32 = 8192;

/// Number of bytes in one row of the table of stored areas.
pub(crate) const AREA_SIZE: usize = 8;

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<ImageHeader> {
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
    // There cannot be more areas than frames, because areas are disjoint and each contains a frame.
    if area_count > blocks {
        return Err(ErrorKind::NcTable.into());
    }
    let tables = table_layout(blocks, area_count);
    if data_start(&tables) > file_len {
        return Err(truncated_at(file_len));
    }
    Ok(ImageHeader {
        format: Format::Dax,
        version,
        size,
        block_size: FRAME_SIZE,
        blocks,
        index_shift: 0,
        tables,
        file_len,
        compressed_coding: Coding::Zlib,
        block_prefix: 0,
        md5: None,
    })
}

/// Returns the positions of the tables in a file with `frames` frames and `area_count` areas.
pub(crate) fn table_layout(frames: u32, area_count: u32) -> TableLayout {
    let index = u64::from(HEADER_SIZE);
    let sizes = index + 4 * u64::from(frames);
    TableLayout {
        index,
        entry_count: frames,
        sizes: Some(sizes),
        areas: sizes + 2 * u64::from(frames),
        area_count,
    }
}

/// Returns the offset of the first byte after the tables.
pub(crate) fn data_start(tables: &TableLayout) -> u64 {
    tables.areas + AREA_SIZE as u64 * u64::from(tables.area_count)
}

/// Reads a row of the table of stored areas. Returns the number of the first frame in the area and
/// the number of the first frame after the area.
pub(crate) fn area_frames(header: &ImageHeader, row: [u8; AREA_SIZE]) -> Result<(u32, u32)> {
    let first = u32_at(&row, 0);
    let count = u32_at(&row, 4);
    first
        .checked_add(count)
        .filter(|end| *end <= header.blocks)
        .map(|end| (first, end))
        .ok_or_else(|| ErrorKind::NcTable.into())
}

/// Returns the span of a frame, or the kind of damage in the tables of the file.
pub(super) fn span(
    header: &ImageHeader,
    record: BlockRecord,
) -> core::result::Result<Span, ErrorKind> {
    let offset = u64::from(record.entry);
    if offset < data_start(&header.tables) {
        return Err(ErrorKind::IndexOverlap);
    }
    if offset > header.file_len {
        return Err(ErrorKind::IndexRange);
    }
    let (len, coding) = if record.in_stored_area {
        // The last frame may lack the bytes past the end of the image.
        let left = header.file_len - offset;
        (left.min(u64::from(FRAME_SIZE)) as u32, Coding::Stored)
    } else {
        (u32::from(record.stored_size), header.compressed_coding)
    };
    match record.next_entry {
        Some(next) if next < record.entry => Err(ErrorKind::IndexOrder),
        Some(next) if u64::from(next) < offset + u64::from(len) => Err(ErrorKind::IndexOverlap),
        _ => Ok(Span {
            offset,
            len,
            coding,
        }),
    }
}

/// Returns the smallest length that the file can have, in bytes, which is the end of the last
/// frame.
pub(super) fn min_file_len(header: &ImageHeader, last: BlockRecord) -> u64 {
    let len = if last.in_stored_area {
        header.block_len(header.blocks - 1)
    } else {
        u32::from(last.stored_size)
    };
    u64::from(last.entry) + u64::from(len)
}

/// Returns the header of a new file with `area_count` stored areas. Its version is 0 if there are
/// none.
#[must_use]
pub(crate) fn header_bytes(size: u32, area_count: u32) -> [u8; HEADER_SIZE as usize] {
    let version = u32::from(area_count != 0);
    let mut head = [0; HEADER_SIZE as usize];
    head[0x00..0x04].copy_from_slice(&MAGIC);
    head[0x04..0x08].copy_from_slice(&size.to_le_bytes());
    head[0x08..0x0C].copy_from_slice(&version.to_le_bytes());
    head[0x0C..0x10].copy_from_slice(&area_count.to_le_bytes());
    head
}
