//! Number of bytes of memory that a reader needs, for a caller that lends the memory.

use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader};
use crate::image::block_decoder::BlockDecoder;
use crate::image::options::OpenOptions;

/// Memory for one image, lent until the image is closed: the decoder, and the bytes for all
/// buffers. The address of `bytes` is a multiple of [`LINE`].
pub(crate) struct LentMemory {
    pub(crate) decoder: &'static mut BlockDecoder,
    pub(crate) bytes: &'static mut [u8],
}

/// Capacities, in bytes, of all buffers of a reader in low-memory mode, which allocates nothing
/// after the image was opened.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct Needs {
    /// Capacity in bytes for the index entries of one index page.
    pub(in crate::image) entries: usize,
    /// Capacity in bytes for the compressed sizes of the blocks of one index page. 0 if the format
    /// is not DAX.
    pub(in crate::image) sizes: usize,
    /// Capacity in bytes for the flags of one index page, which have one bit for each block. 0 if
    /// the format is not DAX.
    pub(in crate::image) areas: usize,
    pub(in crate::image) reader: ReaderNeeds,
}

/// Capacities, in bytes, of the buffers of a reader, without those of its index page.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct ReaderNeeds {
    /// Capacity in bytes for the compressed bytes of one block.
    pub(in crate::image) compressed: usize,
    /// Capacity in bytes for one decoded block.
    pub(in crate::image) block: usize,
}

impl Needs {
    /// Returns the capacities for an image whose header is `header`, with index pages of
    /// `page_blocks` blocks. `page_blocks` is 1 or more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if a capacity exceeds a sixteenth of the address space.
    pub(in crate::image) fn of(header: &ImageHeader, page_blocks: u32) -> Result<Self> {
        let blocks = u64::from(page_blocks.min(header.blocks));
        let tables = &header.tables;
        let has_sizes = tables.sizes.is_some();
        // The size of the file limits the compressed size of a block, and the largest expansion of
        // a codec (1032) limits its decoded size. An uncompressed image needs no buffer, because it
        // is read straight into the caller's buffer.
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

    /// Returns the number of bytes for all buffers, each of which begins at a multiple of [`LINE`].
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
    /// Returns the number of bytes that a caller has to lend for an image whose header is `header`.
    /// The address of the bytes has to be a multiple of [`LINE`].
    pub(crate) fn bytes_needed(&self, header: &ImageHeader) -> Result<usize> {
        let blocks = match self.index_page_blocks {
            0 => header.blocks,
            blocks => blocks,
        };
        Needs::of(header, blocks)?.total()
    }
}

/// Size of a line of the data cache, in bytes. Buffers begin at multiples of this size and do not
/// share a line, so that a device can transfer data into them without a copy.
pub(crate) const LINE: usize = 64;

/// Rounds up to a multiple of [`LINE`].
pub(crate) const fn round_up_to_line(len: usize) -> usize {
    len.next_multiple_of(LINE)
}

/// Converts a size in bytes to `usize`. Fails if the size is a sixteenth of the address space or
/// more, so that the sum of a few rounded sizes cannot overflow.
fn size(bytes: u64) -> Result<usize> {
    match usize::try_from(bytes) {
        Ok(bytes) if bytes < usize::MAX / 16 => Ok(bytes),
        _ => Err(ErrorKind::OutOfMemory.into()),
    }
}
