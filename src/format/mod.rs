//! Reads and creates the headers and the index entries of image files, in every file format.
//!
//! This module does no I/O, does not compress or decompress, and allocates nothing. Each file
//! layout has its own source file, such as `dax.rs`. To add a format, write a source file for its
//! layout and add the format to [`Format`] in `header.rs`. Then add a line for the format to
//! [`Format::properties`], [`PARSERS`], [`ImageHeader::span`] and [`ImageHeader::min_file_len`].

mod block;
pub(crate) mod ciso;
pub(crate) mod dax;
mod header;
pub(crate) mod iso;
mod jiso;

pub(crate) use block::BlockRecord;
pub use block::{Coding, Span};
pub(crate) use header::ImageHeader;
#[cfg(any(feature = "std", test))]
pub(crate) use header::{is_block_size, TableLayout};
pub use header::{Format, MAX_BLOCK_SIZE, MIN_BLOCK_SIZE, PROBE_SIZE, SECTOR_SIZE};

use crate::error::{Error, ErrorKind, Result};
use core::ffi::CStr;
use header::{truncated_at, Properties};

/// Number of bytes at the start of a file that `probe` requires to recognize an image of any
/// format. `probe` needs fewer bytes ([`PROBE_SIZE`]) to recognize an image that is compressed.
pub const PROBE_SIZE_ISO: usize = iso::IDENTIFIER_OFFSET as usize + iso::IDENTIFIER.len();

impl Format {
    const fn properties(self) -> &'static Properties {
        match self {
            Format::Iso => &iso::PROPERTIES,
            Format::CsoV1 => &ciso::CSO_V1_PROPERTIES,
            Format::CsoV2 => &ciso::CSO_V2_PROPERTIES,
            Format::Zso => &ciso::ZSO_PROPERTIES,
            Format::Dax => &dax::PROPERTIES,
            Format::Jiso => &jiso::PROPERTIES,
        }
    }

    /// Returns the usual name of the format, such as `CSO v1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.c_name().to_str() {
            Ok(name) => name,
            Err(_) => "",
        }
    }

    /// Returns the usual name of the format as a string for C.
    pub(crate) const fn c_name(self) -> &'static CStr {
        self.properties().name
    }

    /// Returns the file name extensions of the format, in lower case and without a dot. The most
    /// usual extension comes first.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        self.properties().extensions
    }

    /// Returns the only block size that the format allows, in bytes, or `None` if a writer can
    /// choose it.
    #[must_use]
    pub const fn fixed_block_size(self) -> Option<u32> {
        self.properties().fixed_block_size
    }
}

/// A function that parses the header of one format. The first parameter has the first bytes of the
/// file. The second parameter is the length of the whole file in bytes.
type Parser = fn(&[u8], u64) -> Result<ImageHeader>;

/// The first four bytes of the files in each compressed format, and the function that parses the
/// headers of these files. CSO v1 and CSO v2 share one row.
const PARSERS: &[([u8; 4], Parser)] = &[
    (ciso::CISO_MAGIC, ciso::parse),
    (ciso::ZISO_MAGIC, ciso::parse),
    (dax::MAGIC, dax::parse),
    (jiso::MAGIC, jiso::parse),
];

impl ImageHeader {
    /// Parses the header of a file in any compressed format. `head` is the first [`PROBE_SIZE`]
    /// bytes of the file, or the whole file if it is shorter. `file_len` is the length of the file
    /// in bytes.
    ///
    /// Returns `None` if the file does not begin with the four bytes of a compressed format. The
    /// file may then be an uncompressed image. Fails if the file is empty, if it ends too early, or
    /// if the header has an invalid value.
    pub(crate) fn parse(head: &[u8], file_len: u64) -> Result<Option<ImageHeader>> {
        if head.is_empty() {
            return Err(Error::new(ErrorKind::Empty));
        }
        for (magic, parse) in PARSERS {
            if head.starts_with(magic) {
                return parse(head, file_len).map(Some);
            }
            if magic.starts_with(head) {
                return Err(truncated_at(file_len));
            }
        }
        Ok(None)
    }

    /// Returns the position, length and compression method of block `block` in the file. `record`
    /// has the values that the tables of the file contain for this block. `record` is ignored if
    /// the image is not compressed, because the file then has no tables.
    ///
    /// Fails if the block overlaps the tables of the file, extends past the end of the file, or has
    /// an impossible length. The data of the block is not checked.
    pub(crate) fn span(&self, block: u32, record: BlockRecord) -> Result<Span> {
        let entry = u64::from(record.entry);
        let (start, span) = match self.format {
            Format::Iso => iso::span(self, block),
            Format::CsoV1 | Format::CsoV2 | Format::Zso => {
                let start = self.entry_position(record.entry);
                (start, ciso::span(self, block, start, record))
            }
            Format::Dax => (entry, dax::span(self, record)),
            Format::Jiso => (entry, jiso::span(self, record)),
        };
        span.and_then(|span| self.check_span(block, span))
            .map_err(|kind| Error::new(kind).in_block(block).at(start))
    }

    /// Returns the smallest length in bytes that the file must have to contain all its blocks.
    /// `last` has the values that the tables of the file contain for the last block.
    pub(crate) fn min_file_len(&self, last: BlockRecord) -> u64 {
        match self.format {
            Format::Iso => self.size,
            Format::CsoV1 | Format::CsoV2 | Format::Zso => ciso::min_file_len(self, last),
            Format::Dax => dax::min_file_len(self, last),
            Format::Jiso => u64::from(last.next_entry.unwrap_or(last.entry)),
        }
    }
}

#[cfg(test)]
mod tests;
