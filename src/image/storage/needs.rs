//! Computes how much memory a reader in low-memory mode needs. The caller can lend this memory when
//! the image is opened.

use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader};
use crate::image::block_decoder::BlockDecoder;
use crate::image::options::OpenOptions;

/// Memory for one image, which the caller lends until the image is closed. `bytes` is the memory
/// for all buffers. Its address is a multiple of [`LINE`].
pub(crate) struct LentMemory {
    pub(crate) decoder: &'static mut BlockDecoder,
    pub(crate) bytes: &'static mut [u8],
}

/// Sizes in bytes of all buffers of a reader in low-memory mode. All these buffers are allocated
/// when the image is opened, and nothing is allocated later.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct MemoryNeeds {
    /// Number of bytes for the index entries of one index page, which is the part of the index that
    /// is loaded at once.
    pub(in crate::image) entries: usize,
    /// Number of bytes for the compressed sizes of the blocks of one index page. Only DAX files
    /// have a table of these sizes. 0 for other formats.
    pub(in crate::image) compressed_sizes: usize,
    /// Number of bytes for a bit array that has one bit for each block of an index page. In DAX
    /// files, the bit states whether the block is stored (not compressed). 0 for other formats.
    pub(in crate::image) stored_areas: usize,
    /// The buffers that do not belong to the index page.
    pub(in crate::image) reader: ReaderNeeds,
}

/// Sizes in bytes of the buffers of a reader, without those of its index page.
#[derive(Clone, Copy, Debug)]
pub(in crate::image) struct ReaderNeeds {
    /// Number of bytes for the largest compressed block.
    pub(in crate::image) compressed: usize,
    /// Number of bytes for one decoded block.
    pub(in crate::image) block: usize,
}

impl MemoryNeeds {
    /// Returns the sizes for an image whose header is `header`. `page_blocks` is the number of
    /// blocks whose index entries are in one index page, 1 or more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if a size is a sixteenth of the address space or more.
    pub(in crate::image) fn of(header: &ImageHeader, page_blocks: u32) -> Result<Self> {
        let blocks = u64::from(page_blocks.min(header.blocks));
        let tables = &header.tables;
        let has_sizes = tables.sizes.is_some();
        // The header may state a block size that is much too large. Therefore the sizes are limited
        // by the length of the file. A compressed block cannot be longer than the file, and a
        // decoded block cannot be longer than 1032 times a compressed block, which is the largest
        // ratio of all codecs.
        //
        // An uncompressed image needs no buffers, because it is read straight into the caller's
        // buffer.
        let compressed = match header.format {
            Format::Iso => 0,
            _ => header.max_stored_size().min(header.file_len),
        };
        Ok(MemoryNeeds {
            entries: checked_size(4 * (blocks + 1).min(u64::from(tables.entry_count)))?,
            compressed_sizes: checked_size(if has_sizes { 2 * blocks } else { 0 })?,
            stored_areas: checked_size(if has_sizes { blocks.div_ceil(8) } else { 0 })?,
            reader: ReaderNeeds {
                compressed: checked_size(compressed)?,
                block: checked_size(
                    u64::from(header.block_size).min(compressed.saturating_mul(1032)),
                )?,
            },
        })
    }

    /// Returns the number of bytes for all buffers together, if each buffer begins at a multiple of
    /// [`LINE`].
    pub(in crate::image) fn total(&self) -> Result<usize> {
        let ReaderNeeds { compressed, block } = self.reader;
        let buffers = [
            self.entries,
            self.compressed_sizes,
            self.stored_areas,
            compressed,
            block,
        ];
        checked_size(
            buffers
                .iter()
                .map(|len| round_up_to_line(*len) as u64)
                .sum(),
        )
    }
}

impl OpenOptions {
    /// Returns the number of bytes that a caller has to lend to open an image whose header is
    /// `header`. The address of the first byte has to be a multiple of [`LINE`].
    pub(crate) fn bytes_needed(&self, header: &ImageHeader) -> Result<usize> {
        let blocks = match self.index_page_blocks {
            0 => header.blocks,
            blocks => blocks,
        };
        MemoryNeeds::of(header, blocks)?.total()
    }
}

/// Number of bytes in a line of the data cache of a PSP and of most other processors. Each buffer
/// begins at a multiple of this number, so no two buffers share a line. A device can therefore
/// transfer data straight into a buffer.
pub(crate) const LINE: usize = 64;

/// Rounds `len` up to a multiple of [`LINE`].
pub(crate) const fn round_up_to_line(len: usize) -> usize {
    len.next_multiple_of(LINE)
}

/// Converts a number of bytes to `usize`. Fails if it is a sixteenth of the address space or more.
/// Therefore the sum of a few results, each rounded up to a multiple of [`LINE`], cannot overflow.
fn checked_size(bytes: u64) -> Result<usize> {
    match usize::try_from(bytes) {
        Ok(bytes) if bytes < usize::MAX / 16 => Ok(bytes),
        _ => Err(ErrorKind::OutOfMemory.into()),
    }
}
