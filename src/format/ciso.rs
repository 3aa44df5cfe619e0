//! The CISO family: CSO v1, CSO v2 and ZSO share one layout and differ in what a flag means.
//!
//! | offset | size | field |
//! |---|---|---|
//! | 0x00 | 4 | `CISO` (CSO v1, v2) or `ZISO` (ZSO) |
//! | 0x04 | 4 | header size: 0x18; CSO v1 readers ignore it |
//! | 0x08 | 8 | bytes of the decoded image |
//! | 0x10 | 4 | block size |
//! | 0x14 | 1 | version: CSO v1 0 or 1, CSO v2 2, ZSO 1 |
//! | 0x15 | 1 | index shift |
//! | 0x16 | 2 | reserved |
//! | 0x18 | 4 n + 4 | index: position of each block, then the end of the data |
//!
//! All little-endian. Bits 0 to 30 of an index word, shifted left by the index shift, are a
//! position in the file; bit 31 says how the block is stored.
//!
//! Sources: BOOSTER's ciso (CSO v1), Unknown W. Brackets' `README_CSO.md` in maxcso (CSO v2), and
//! the loaders that read ZSO; checked against files that their tools wrote.

use super::{
    count_blocks, truncated_at, u16_at, u32_at, u64_at, Coding, Entry, Format, Header, Span, Tables,
};
use crate::error::{Error, ErrorKind, Result};

/// Magic of CSO v1 and CSO v2.
pub const CISO: [u8; 4] = *b"CISO";

/// Magic of ZSO.
pub const ZISO: [u8; 4] = *b"ZISO";

/// Bytes of the header; the index follows at once.
pub const HEADER_SIZE: u32 = 0x18;

type Head = [u8; HEADER_SIZE as usize];

/// The largest index shift that is read: blocks aligned to 1 MiB.
pub const MAX_INDEX_SHIFT: u8 = 20;

/// Bit 31 of an index word.
pub const FLAG: u32 = 1 << 31;

pub(super) fn is_magic(head: &[u8]) -> bool {
    head.starts_with(&CISO) || head.starts_with(&ZISO)
}

pub(super) fn parse(head: &[u8], file_len: u64) -> Result<Header> {
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
    let tables = Tables {
        words: u64::from(HEADER_SIZE),
        word_count: blocks + 1,
        ..Tables::default()
    };
    // One word less than announced may be the shorter index of `with_first_word`.
    if u64::from(HEADER_SIZE) + 4 * u64::from(blocks) > file_len {
        return Err(truncated_at(file_len));
    }
    Ok(Header {
        format,
        version: head[0x14],
        size,
        block_size,
        blocks,
        index_shift,
        tables,
        file_len,
        jiso: None,
    })
}

/// Tells the three formats and their namesake apart, and checks what is fixed in each.
fn format(head: &Head) -> Result<Format> {
    let header_size = u32_at(head, 0x04);
    let version = head[0x14];
    if head.starts_with(&ZISO) {
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

/// GameCube and Wii CISO: a block size of 32 KiB to 16 MiB at offset 4, then a map of bytes that
/// are 0 or 1. (A CSO v1 may hold rubbish at offset 4, but its image size and block size are no
/// such map.)
fn is_gamecube(head: &Head) -> bool {
    let block_size = u32_at(head, 0x04);
    (0x8000..=16 << 20).contains(&block_size)
        && block_size.is_power_of_two()
        && head[0x08..0x18].iter().all(|present| *present <= 1)
}

impl Header {
    /// Position in the file that an index word of the CISO family stands for.
    #[must_use]
    pub fn position(&self, word: u32) -> u64 {
        u64::from(word & !FLAG) << self.index_shift
    }

    /// Corrects the header by the first word of the index.
    ///
    /// Some tools write an index that is one word short, for images whose last block is partial:
    /// then the first block begins where the last word should stand, and the last block runs to
    /// the end of the file.
    pub(crate) fn heed_first_word(&mut self, word: u32) -> Result<()> {
        let full = u64::from(HEADER_SIZE) + 4 * u64::from(self.tables.word_count);
        let start = self.position(word);
        if start >= full {
            return Ok(());
        }
        let partial = self.place(self.size).1 != 0;
        if start == full - 4 && partial {
            self.tables.word_count -= 1;
            return Ok(());
        }
        Err(Error::new(ErrorKind::IndexOverlap).in_block(0).at(start))
    }
}

/// The span of a block that begins at `offset`.
pub(super) fn span(
    header: &Header,
    block: u32,
    offset: u64,
    entry: Entry,
) -> core::result::Result<Span, ErrorKind> {
    let listed_end = match entry.next {
        Some(next) => header.position(next),
        None => header.file_len,
    };
    let tables_end = u64::from(HEADER_SIZE) + 4 * u64::from(header.tables.word_count);
    if offset < tables_end {
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
        // The end of the data may have been rounded down: there is nothing else behind it.
        (header.file_len - offset).min(header.max_span())
    } else {
        listed
    };
    let coding = coding(header, entry.word & FLAG != 0, listed);
    Ok(Span {
        offset,
        len: u32::try_from(len).map_err(|_| ErrorKind::BlockLength)?,
        coding,
    })
}

/// The end of the data. Some tools count the padding behind it and do not write it.
pub(super) fn end(header: &Header, last: Entry) -> u64 {
    match last.next {
        Some(next) => header
            .position(next)
            .saturating_sub((1 << header.index_shift) - 1),
        None => header.position(last.word) + 1,
    }
}

fn coding(header: &Header, flag: bool, listed: u64) -> Coding {
    match (header.format, flag) {
        (Format::CsoV2, _) if listed >= u64::from(header.block_size) => Coding::Stored,
        (Format::CsoV2, true) => Coding::Lz4,
        (Format::CsoV2, false) => Coding::Deflate,
        (_, true) => Coding::Stored,
        (Format::Zso, false) => Coding::Lz4,
        (_, false) => Coding::Deflate,
    }
}

/// The header of a new file. `format` is one of the family.
#[must_use]
pub fn header_bytes(format: Format, size: u64, block_size: u32, index_shift: u8) -> [u8; 0x18] {
    let (magic, version) = match format {
        Format::Zso => (ZISO, 1),
        Format::CsoV2 => (CISO, 2),
        _ => (CISO, 1),
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

/// The smallest index shift that can address a new file even if no block compresses.
///
/// Fails with [`ErrorKind::TooLarge`] beyond what the largest shift can address.
pub fn smallest_shift(size: u64, block_size: u32) -> Result<u8> {
    let blocks = count_blocks(size, block_size).map_err(|e| match e.kind() {
        ErrorKind::ImageSize => ErrorKind::TooLarge.into(),
        _ => e,
    })?;
    let start = u64::from(HEADER_SIZE) + 4 * (u64::from(blocks) + 1);
    let data = u64::from(blocks) * u64::from(block_size);
    (0..=MAX_INDEX_SHIFT)
        .find(|shift| {
            // Each block may take padding on top, once the shift asks for any.
            let padding = (u64::from(blocks) + 1) * ((1 << shift) - 1);
            start + data + padding < 1 << (31 + shift)
        })
        .ok_or_else(|| ErrorKind::TooLarge.into())
}

/// The bit that says how a block is stored, for a writer.
#[must_use]
pub fn flag(format: Format, coding: Coding) -> u32 {
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
