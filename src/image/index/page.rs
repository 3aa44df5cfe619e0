//! `IndexPage`: the part of an image's index that is loaded at once.

use crate::error::{Error, ErrorKind, Result};
use crate::format::{dax, BlockRecord, ImageHeader};
use crate::image::storage::{Buffer, MemoryNeeds, Region};
use crate::io::ReadAt;

/// The index entries of `block_count` neighboring blocks, beginning with block number `first`. The
/// page has no entries if `block_count` is 0.
pub(in crate::image) struct IndexPage {
    first: u32,
    block_count: u32,
    /// The index entries as they are in the file, 4 bytes each. If the index has an entry after
    /// that of the last block of the page, it is included, because it states where that block ends.
    entries: Buffer,
    /// Number of bytes of each block in a DAX file, as 16-bit numbers in little-endian order. Empty
    /// for other formats.
    sizes: Buffer,
    /// One bit for each block of a DAX file. The bit is set if a table of the file lists the block
    /// as stored, which means not compressed. Empty for other formats.
    stored_areas: Buffer,
}

impl IndexPage {
    /// Returns a page without entries, which allocates memory when entries are loaded.
    pub(in crate::image) fn new() -> Self {
        IndexPage {
            first: 0,
            block_count: 0,
            entries: Buffer::new(),
            sizes: Buffer::new(),
            stored_areas: Buffer::new(),
        }
    }

    /// Returns a page without entries that already has the memory for them. `needs` states how much
    /// memory this is. It is taken from `lent`, or allocated on the heap if `lent` is `None`.
    pub(in crate::image) fn with_capacity(
        needs: &MemoryNeeds,
        mut lent: Option<&mut Region>,
    ) -> Result<Self> {
        Ok(IndexPage {
            first: 0,
            block_count: 0,
            entries: Buffer::with_capacity(needs.entries, lent.as_deref_mut())?,
            sizes: Buffer::with_capacity(needs.compressed_sizes, lent.as_deref_mut())?,
            stored_areas: Buffer::with_capacity(needs.stored_areas, lent)?,
        })
    }

    /// Returns whether the page has the entry of block number `block`.
    pub(in crate::image) fn covers(&self, block: u32) -> bool {
        block >= self.first && block - self.first < self.block_count
    }

    /// Replaces the entries by those of `count` blocks, beginning with block number `first`. Loads
    /// fewer entries if the image ends first. `first` has to be below the number of blocks.
    ///
    /// # Errors
    ///
    /// The errors that the source returns. [`ErrorKind::NcTable`] if a DAX file has a table of
    /// stored blocks with block numbers that do not exist. After an error the page has no entries.
    pub(in crate::image) fn load<S: ReadAt + ?Sized>(
        &mut self,
        source: &S,
        header: &ImageHeader,
        first: u32,
        count: u32,
    ) -> Result<()> {
        self.block_count = 0;
        let count = count.min(header.blocks - first);
        let tables = &header.tables;
        // Also load the entry after that of the last block, if the file has it. In most formats,
        // this entry states where the last block ends.
        let entries = (count + 1).min(tables.entry_count - first);
        let at = tables.index + 4 * u64::from(first);
        fill(&mut self.entries, source, at, 4 * u64::from(entries))?;
        if let Some(sizes) = tables.sizes {
            let at = sizes + 2 * u64::from(first);
            fill(&mut self.sizes, source, at, 2 * u64::from(count))?;
            self.load_areas(source, header, first, count)?;
        }
        self.first = first;
        self.block_count = count;
        Ok(())
    }

    /// Sets the bits of `stored_areas` for `count` blocks, beginning with block number `first`.
    /// Reads the table of stored areas from the file for this, 64 rows at a time. Each row names a
    /// range of blocks.
    fn load_areas<S: ReadAt + ?Sized>(
        &mut self,
        source: &S,
        header: &ImageHeader,
        first: u32,
        count: u32,
    ) -> Result<()> {
        self.stored_areas.reset(count.div_ceil(8) as usize)?;
        let mut rows = [0; 64 * dax::AREA_SIZE];
        let mut done = 0;
        while done < header.tables.area_count {
            let count_read = (header.tables.area_count - done).min(64);
            let at = header.tables.areas + u64::from(done) * dax::AREA_SIZE as u64;
            let rows = &mut rows[..count_read as usize * dax::AREA_SIZE];
            source.read_exact_at(at, rows)?;
            for row in rows.chunks_exact(dax::AREA_SIZE) {
                let mut area = [0; dax::AREA_SIZE];
                area.copy_from_slice(row);
                let (start, end) = dax::area_frames(header, area).map_err(|e| e.at(at))?;
                for block in start.max(first)..end.min(first + count) {
                    let bit = (block - first) as usize;
                    self.stored_areas[bit / 8] |= 1 << (bit % 8);
                }
            }
            done += count_read;
        }
        Ok(())
    }

    /// Returns the values that the tables of the file have for block number `block`, or `None` if
    /// the page does not have them.
    pub(in crate::image) fn entry(&self, block: u32) -> Option<BlockRecord> {
        if !self.covers(block) {
            return None;
        }
        let i = (block - self.first) as usize;
        let bits = self.stored_areas.get(i / 8).copied().unwrap_or(0);
        Some(BlockRecord {
            entry: self.entry_at(i)?,
            next_entry: self.entry_at(i + 1),
            stored_size: match self.sizes.get(2 * i..2 * i + 2) {
                Some(size) => u16::from_le_bytes([size[0], size[1]]),
                None => 0,
            },
            in_stored_area: bits >> (i % 8) & 1 != 0,
        })
    }

    /// Returns the index entry at position `i` of the page. The entry of the page's first block is
    /// at position 0. Returns `None` if the page has no entry at this position.
    fn entry_at(&self, i: usize) -> Option<u32> {
        let entry = self.entries.get(4 * i..4 * i + 4)?;
        Some(u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]))
    }
}

/// Largest number of bytes in the first read of a table. Each later read is at most as long as all
/// reads before it together. Memory for a read is allocated only when all reads before it
/// succeeded. Therefore a header that states a wrong size cannot cause a large allocation.
const MAX_FIRST_READ: usize = 1 << 20;

/// Replaces the content of `bytes` by `len` bytes of the file, beginning at offset `at` of the
/// file.
fn fill<S: ReadAt + ?Sized>(bytes: &mut Buffer, source: &S, at: u64, len: u64) -> Result<()> {
    let len = usize::try_from(len).map_err(|_| Error::new(ErrorKind::OutOfMemory))?;
    bytes.clear();
    while bytes.len() < len {
        let done = bytes.len();
        bytes.grow((len - done).min(done.max(MAX_FIRST_READ)))?;
        source.read_exact_at(at + done as u64, &mut bytes[done..])?;
    }
    Ok(())
}
