//! How many bytes reading an image takes, for a caller that lends them.

use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader};
use crate::image::block_decoder::BlockDecoder;
use crate::image::options::OpenOptions;

/// Memory for one image, lent until the image is closed. Everything that reading needs, except the
/// state of the decoder, is taken from `bytes`, whose address is a multiple of [`LINE`].
pub(crate) struct LentMemory {
    pub(crate) decoder: &'static mut BlockDecoder,
    pub(crate) bytes: &'static mut [u8],
}

/// Capacities, in bytes, of the buffers of a reader that allocates nothing after the image was
/// opened.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct Needs {
    /// Index entries of one page.
    pub(in crate::image) entries: usize,
    /// DAX: compressed sizes of the blocks of one page.
    pub(in crate::image) sizes: usize,
    /// DAX: one bit for each block of a page.
    pub(in crate::image) areas: usize,
    pub(in crate::image) reader: ReaderNeeds,
}

/// Capacities, in bytes, of the buffers of a reader besides its index page.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct ReaderNeeds {
    /// Compressed bytes of one block.
    pub(in crate::image) compressed: usize,
    /// One decoded block.
    pub(in crate::image) block: usize,
}

impl Needs {
    /// Returns the needs of an image with this header and index pages of `page_blocks` blocks, one
    /// or more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if that is more than the machine can address.
    pub(in crate::image) fn of(header: &ImageHeader, page_blocks: u32) -> Result<Self> {
        let blocks = u64::from(page_blocks.min(header.blocks));
        let tables = &header.tables;
        let has_sizes = tables.sizes.is_some();
        // No block has more bytes in the file than the file has, or decodes to more than those can
        // stand for. A plain image is read straight into the caller's buffer.
        let compressed = match header.format {
            Format::Iso => 0,
            _ => header.max_stored_size().min(header.file_len),
        };
        Ok(Needs {
            entries: size(4 * (blocks + 1).min(u64::from(tables.entry_count)))?,
            sizes: size(if has_sizes { 2 * blocks } else { 0 })?,
            areas: size(if has_sizes { blocks.div_ceil(8) } else { 0 })?,
            reader: ReaderNeeds {
                compressed: size(compressed)?,
                block: size(u64::from(header.block_size).min(compressed.saturating_mul(1032)))?,
            },
        })
    }

    /// Returns the sum of the buffers, each of which begins at a multiple of [`LINE`].
    pub(in crate::image) fn total(&self) -> Result<usize> {
        let ReaderNeeds { compressed, block } = self.reader;
        let buffers = [self.entries, self.sizes, self.areas, compressed, block];
        size(
            buffers
                .iter()
                .map(|len| round_up_to_line(*len) as u64)
                .sum(),
        )
    }
}

impl OpenOptions {
    /// Returns how many bytes a caller must lend for an image with this header. Their address must be
    /// a multiple of [`LINE`].
    pub(crate) fn bytes_needed(&self, header: &ImageHeader) -> Result<usize> {
        let blocks = match self.index_page_blocks {
            0 => header.blocks,
            blocks => blocks,
        };
        Needs::of(header, blocks)?.total()
    }
}

/// Bytes of a line of a data cache. Buffers begin at multiples of it and share no line, so that
/// transfers from a device need no copy.
pub(crate) const LINE: usize = 64;

/// Rounds up to a multiple of [`LINE`].
pub(crate) const fn round_up_to_line(len: usize) -> usize {
    len.next_multiple_of(LINE)
}

/// Converts a size that can then be rounded up and added to a few others without overflow.
fn size(bytes: u64) -> Result<usize> {
    match usize::try_from(bytes) {
        Ok(bytes) if bytes < usize::MAX / 16 => Ok(bytes),
        _ => Err(ErrorKind::OutOfMemory.into()),
    }
}
