//! The DAX format. Its blocks, which DAX calls frames, are zlib streams that decode to 8192 bytes
//! each.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `DAX\0` |
//! | 0x04 | 4 | size of the decoded image in bytes |
//! | 0x08 | 4 | version: 0 or 1 |
//! | 0x0C | 4 | m, the number of stored areas (called "NC", not compressed), in version 1 |
//! | 0x10 | 16 | unused |
//! | 0x20 | 4 n | index: the position in the file of each of n frames |
//! | | 2 n | size in the file of each frame, in bytes |
//! | | 8 m | stored areas, in version 1: number of the first frame, number of frames |
//!
//! Offsets and sizes are in bytes. All numbers are little-endian. The frames of a stored area are
//! not compressed. Index entries have no flag. Unlike in the other compressed formats, the index
//! has no entry for the end of the data.
//!
//! Source: Dark_AleX's DAX ZISO tool and the programs that read DAX in custom firmwares of the PSP.
//! The layout was checked with files that maxcso wrote.

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

/// The first four bytes of a DAX file.
pub(super) const MAGIC: [u8; 4] = *b"DAX\0";

/// Number of bytes in the header. The index follows the header immediately.
const HEADER_SIZE: u32 = 0x20;

/// Number of bytes in a decoded frame, which is a block of the DAX format.
const FRAME_SIZE: u32 = 8192;

/// Number of bytes in one row of the table of stored areas, which are ranges of frames that are not
/// compressed.
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
    // Tools write only areas that have at least one frame, and put no frame into two areas. So a
    // file that states more areas than frames is damaged.
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

/// Returns the positions of the tables in a file with `frames` frames and `area_count` stored
/// areas, which are ranges of frames that are not compressed.
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

/// Returns the offset in the file of the first byte after the tables, where the data of the frames
/// can begin.
pub(crate) fn data_start(tables: &TableLayout) -> u64 {
    tables.areas + AREA_SIZE as u64 * u64::from(tables.area_count)
}

/// Parses a row of the table of stored areas. A stored area is a range of frames that are not
/// compressed. Returns the number of the area's first frame, and the number of the first frame
/// after the area. The two numbers are equal if the area is empty. Fails if the area extends past
/// the last frame of the image.
pub(crate) fn area_frames(header: &ImageHeader, row: [u8; AREA_SIZE]) -> Result<(u32, u32)> {
    let first = u32_at(&row, 0);
    let count = u32_at(&row, 4);
    first
        .checked_add(count)
        .filter(|end| *end <= header.blocks)
        .map(|end| (first, end))
        .ok_or_else(|| ErrorKind::NcTable.into())
}

/// Returns the position, length and coding of a frame in the file. `record` has the values that the
/// tables of the file contain for the frame. If these values are damaged, returns the kind of
/// damage instead.
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
        // A frame that is not compressed has the full frame size in the file. The last frame may be
        // shorter, because the file may end where the image ends.
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

/// Returns the smallest length that the file can have, in bytes. It is the end of the last block,
/// which DAX calls a frame. `last` has the values that the tables of the file contain for this
/// frame.
pub(super) fn min_file_len(header: &ImageHeader, last: BlockRecord) -> u64 {
    let len = if last.in_stored_area {
        header.block_len(header.blocks - 1)
    } else {
        u32::from(last.stored_size)
    };
    u64::from(last.entry) + u64::from(len)
}

/// Returns the header of a new file with `area_count` stored areas, which are ranges of frames that
/// are not compressed. `size` is the size of the decoded image in bytes. The version in the header
/// is 0 if there are no stored areas, and 1 otherwise.
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
