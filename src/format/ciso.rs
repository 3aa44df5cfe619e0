//! The formats CSO v1, CSO v2 and ZSO ("CISO family"). Files of the three formats have the same
//! layout. The formats differ in the meaning of one bit of an index entry, called the flag.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `CISO` (CSO v1, CSO v2) or `ZISO` (ZSO) |
//! | 0x04 | 4 | header size: 0x18. Programs that read CSO v1 ignore it |
//! | 0x08 | 8 | size of the decoded image in bytes |
//! | 0x10 | 4 | block size: the decoded size of a block in bytes |
//! | 0x14 | 1 | version: 0 or 1 in CSO v1, 2 in CSO v2, 1 in ZSO |
//! | 0x15 | 1 | index shift: number of low bits that the positions in the index omit |
//! | 0x16 | 2 | reserved |
//! | 0x18 | 4 n + 4 | index: an entry for each of n blocks, and one for the end of the data |
//!
//! Offsets and sizes are in bytes. All numbers are little-endian. An index entry has 32 bits. Bits
//! 0 to 30, shifted left by the index shift, are the position of the block in the file. Bit 31 is
//! the flag, which selects how the block is stored:
//!
//! | format | flag is 0 | flag is 1 |
//! |---|---|---|
//! | CSO v1 | deflate | not compressed |
//! | CSO v2 | deflate, or not compressed if the block has its full size in the file | LZ4 |
//! | ZSO | LZ4 | not compressed |
//!
//! Sources: BOOSTER's ciso (CSO v1), Unknown W. Brackets' `README_CSO.md` in maxcso (CSO v2), and
//! the programs that read ZSO. The layout was checked with files that these tools wrote.

use super::block::{BlockRecord, Coding, Span};
use super::header::{
    count_blocks, truncated_at, u16_at, u32_at, u64_at, Format, ImageHeader, Properties,
    TableLayout,
};
use crate::error::{Error, ErrorKind, Result};

pub(super) const CSO_V1_PROPERTIES: Properties = Properties {
    name: c"CSO v1",
    extensions: &["cso", "ciso", "cbn"],
    fixed_block_size: None,
};

pub(super) const CSO_V2_PROPERTIES: Properties = Properties {
    name: c"CSO v2",
    extensions: &["cso"],
    fixed_block_size: None,
};

pub(super) const ZSO_PROPERTIES: Properties = Properties {
    name: c"ZSO",
    extensions: &["zso", "ziso"],
    fixed_block_size: None,
};

/// The first four bytes of CSO v1 and CSO v2 files.
pub(super) const CISO_MAGIC: [u8; 4] = *b"CISO";

/// The first four bytes of ZSO files.
pub(super) const ZISO_MAGIC: [u8; 4] = *b"ZISO";

/// Number of bytes in the header. The index follows the header immediately.
pub(crate) const HEADER_SIZE: u32 = 0x18;

type HeaderBytes = [u8; HEADER_SIZE as usize];

/// Largest index shift that is accepted. The index shift is the number of bits by which positions
/// in index entries are shifted left. With a shift of 20 bits, every block begins at a multiple of
/// 1 MiB.
const MAX_INDEX_SHIFT: u8 = 20;

/// The bit of an index entry that is called the flag. It selects how the block is stored. Its
/// meaning depends on the format.
pub(crate) const FLAG: u32 = 1 << 31;

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<ImageHeader> {
    let Some(head) = head.first_chunk() else {
        return Err(truncated_at(file_len));
    };
    let format = format(head)?;
    let size = u64_at(head, 0x08);
    let block_size = u32_at(head, 0x10);
    let index_shift = head[0x15];
    let blocks = count_blocks(size, block_size)?;
    if index_shift > MAX_INDEX_SHIFT {
        return Err(ErrorKind::IndexShift.into());
    }
    let tables = TableLayout {
        index: u64::from(HEADER_SIZE),
        entry_count: blocks + 1,
        ..TableLayout::default()
    };
    // The file must have at least one index entry for each block. The additional entry for the end
    // of the data is not required here, because some tools do not write it. For files of these
    // tools, `fit_index_to_first_entry` later corrects `entry_count`.
    if u64::from(HEADER_SIZE) + 4 * u64::from(blocks) > file_len {
        return Err(truncated_at(file_len));
    }
    Ok(ImageHeader {
        format,
        version: head[0x14],
        size,
        block_size,
        blocks,
        index_shift,
        tables,
        file_len,
        compressed_coding: match format {
            Format::Zso => Coding::Lz4,
            _ => Coding::Deflate,
        },
        block_prefix: 0,
        md5: None,
    })
}

/// Returns the format of the file with the header `head`. Fails if the file is a GameCube or Wii
/// image, because these images also begin with `CISO`. Also fails if the version, the header size
/// or the reserved field is invalid.
fn format(head: &HeaderBytes) -> Result<Format> {
    let header_size = u32_at(head, 0x04);
    let version = head[0x14];
    if head.starts_with(&ZISO_MAGIC) {
        return match (version, header_size) {
            (1, HEADER_SIZE) => Ok(Format::Zso),
            (1, _) => Err(ErrorKind::HeaderSize.into()),
            _ => Err(ErrorKind::Version.into()),
        };
    }
    if is_gamecube(head) {
        return Err(ErrorKind::ForeignGameCube.into());
    }
    match version {
        0 | 1 => Ok(Format::CsoV1),
        2 if header_size != HEADER_SIZE => Err(ErrorKind::HeaderSize.into()),
        2 if u16_at(head, 0x16) != 0 => Err(ErrorKind::HeaderSize.into()),
        2 => Ok(Format::CsoV2),
        _ => Err(ErrorKind::Version.into()),
    }
}

/// Returns whether `head` is the header of a GameCube or Wii image, which is another format that
/// begins with `CISO`. Such a header has a block size at offset 4, a power of two from 32 KiB to 16
/// MiB. From offset 8 on, it has a map with one byte for each block, which is 0 or 1.
///
/// The header of a CSO v1 file can have any value at offset 4, so the value at offset 4 is not
/// enough to tell the formats apart. From offset 8 on, a CSO v1 file has the image size and the
/// block size. These two numbers usually contain a byte other than 0 and 1.
fn is_gamecube(head: &HeaderBytes) -> bool {
    let block_size = u32_at(head, 0x04);
    (0x8000..=16 << 20).contains(&block_size)
        && block_size.is_power_of_two()
        && head[0x08..0x18].iter().all(|present| *present <= 1)
}

impl ImageHeader {
    /// Returns the position in the file that an index entry contains, in bytes. The file must be a
    /// CSO v1, CSO v2 or ZSO.
    pub(super) fn entry_position(&self, entry: u32) -> u64 {
        u64::from(entry & !FLAG) << self.index_shift
    }

    /// Corrects the number of index entries if the file lacks the last one, which holds the end of
    /// the data. `entry` is the first index entry of the file.
    ///
    /// Some tools omit the last entry if the image ends within its last block. In files of these
    /// tools, the first block begins four bytes earlier, where the omitted entry would be. The last
    /// block extends to the end of the file.
    ///
    /// Fails if the first block begins anywhere else in the header or the index.
    pub(crate) fn fit_index_to_first_entry(&mut self, entry: u32) -> Result<()> {
        let index_end = u64::from(HEADER_SIZE) + 4 * u64::from(self.tables.entry_count);
        let start = self.entry_position(entry);
        if start >= index_end {
            return Ok(());
        }
        let last_is_partial = self.block_and_offset(self.size).1 != 0;
        if start == index_end - 4 && last_is_partial {
            self.tables.entry_count -= 1;
            return Ok(());
        }
        Err(Error::new(ErrorKind::IndexOverlap).in_block(0).at(start))
    }
}

/// Returns the position, length and coding of block `block`, which begins at `offset` in the file.
/// `record` has the block's index entry and the next one. If these entries are damaged, returns the
/// kind of damage instead.
pub(super) fn span(
    header: &ImageHeader,
    block: u32,
    offset: u64,
    record: BlockRecord,
) -> core::result::Result<Span, ErrorKind> {
    let listed_end = match record.next_entry {
        Some(next) => header.entry_position(next),
        None => header.file_len,
    };
    let index_end = u64::from(HEADER_SIZE) + 4 * u64::from(header.tables.entry_count);
    if offset < index_end {
        return Err(ErrorKind::IndexOverlap);
    }
    if listed_end < offset {
        return Err(ErrorKind::IndexOrder);
    }
    if offset > header.file_len {
        return Err(ErrorKind::IndexRange);
    }
    let listed = listed_end - offset;
    let last = block + 1 == header.blocks;
    let len = if last {
        // The index may state an end of the last block that is too low, because the index omits the
        // low bits of positions. So the end of the file is used instead. This is right because no
        // data follows the last block.
        (header.file_len - offset).min(header.max_stored_size())
    } else {
        listed
    };
    let coding = coding(header, record.entry & FLAG != 0, listed);
    Ok(Span {
        offset,
        len: u32::try_from(len).map_err(|_| ErrorKind::BlockLength)?,
        coding,
    })
}

/// Returns the smallest length that the file can have, in bytes. `last` has the index entry of the
/// last block and the entry after it, which holds the end of the last block.
///
/// Some tools round this end up to a multiple of `1 << index_shift` bytes, but do not write padding
/// after the last block. So the file may end up to `(1 << index_shift) - 1` bytes before the end in
/// the index. If the index has no entry for the end, the last block must have at least one byte.
pub(super) fn min_file_len(header: &ImageHeader, last: BlockRecord) -> u64 {
    match last.next_entry {
        Some(next) => header
            .entry_position(next)
            .saturating_sub((1 << header.index_shift) - 1),
        None => header.entry_position(last.entry) + 1,
    }
}

fn coding(header: &ImageHeader, flag: bool, listed: u64) -> Coding {
    match (header.format, flag) {
        (Format::CsoV2, _) if listed >= u64::from(header.block_size) => Coding::Stored,
        (Format::CsoV2, true) => Coding::Lz4,
        (_, true) => Coding::Stored,
        (_, false) => header.compressed_coding,
    }
}

/// Returns the header of a new file. `format` is CSO v1, CSO v2 or ZSO. `size` is the size of the
/// decoded image in bytes. `block_size` is the decoded size of a block in bytes. `index_shift` is
/// the number of low bits of a position that index entries omit.
#[must_use]
pub(crate) fn header_bytes(
    format: Format,
    size: u64,
    block_size: u32,
    index_shift: u8,
) -> [u8; HEADER_SIZE as usize] {
    let (magic, version) = match format {
        Format::Zso => (ZISO_MAGIC, 1),
        Format::CsoV2 => (CISO_MAGIC, 2),
        _ => (CISO_MAGIC, 1),
    };
    let mut head = [0; HEADER_SIZE as usize];
    head[0x00..0x04].copy_from_slice(&magic);
    head[0x04..0x08].copy_from_slice(&HEADER_SIZE.to_le_bytes());
    head[0x08..0x10].copy_from_slice(&size.to_le_bytes());
    head[0x10..0x14].copy_from_slice(&block_size.to_le_bytes());
    head[0x14] = version;
    head[0x15] = index_shift;
    head
}

/// Returns the smallest index shift with which index entries can hold every position in a new file.
/// The index shift is the number of low bits of a position that index entries omit. `size` is the
/// size of the decoded image in bytes. `block_size` is the decoded size of a block in bytes. The
/// result suffices for any data, because it is computed for a file in which no block is compressed.
///
/// Fails with [`ErrorKind::TooLarge`] if even the largest index shift does not suffice, or if
/// `size` is 0. Fails with [`ErrorKind::BlockSize`] if `block_size` is not allowed.
pub(crate) fn smallest_index_shift(size: u64, block_size: u32) -> Result<u8> {
    let blocks = count_blocks(size, block_size).map_err(|e| match e.kind() {
        ErrorKind::ImageSize => ErrorKind::TooLarge.into(),
        _ => e,
    })?;
    let start = u64::from(HEADER_SIZE) + 4 * (u64::from(blocks) + 1);
    let data = u64::from(blocks) * u64::from(block_size);
    (0..=MAX_INDEX_SHIFT)
        .find(|shift| {
            // Blocks begin at multiples of `1 << shift` bytes. So up to `(1 << shift) - 1` bytes of
            // padding follow the index, and as many follow each block. The end of the file must fit
            // in the `31 + shift` bits of a position.
            let padding = (u64::from(blocks) + 1) * ((1 << shift) - 1);
            start + data + padding < 1 << (31 + shift)
        })
        .ok_or_else(|| ErrorKind::TooLarge.into())
}

/// Returns the flag for the index entry of a block with the compression method `coding`. The result
/// is [`FLAG`] if the flag must be set, and 0 if not. `format` is CSO v1, CSO v2 or ZSO.
#[must_use]
pub(crate) fn entry_flag(format: Format, coding: Coding) -> u32 {
    let set = match format {
        Format::CsoV2 => coding == Coding::Lz4,
        _ => coding == Coding::Stored,
    };
    if set {
        FLAG
    } else {
        0
    }
}
