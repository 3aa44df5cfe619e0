//! `IndexPage`: the index entries of neighboring blocks, as the bytes of the file.

use crate::error::{Error, ErrorKind, Result};
use crate::format::{dax, BlockRecord, ImageHeader};
use crate::image::storage::{Buffer, Needs, Region};
use crate::io::ReadAt;

/// The index entries of `blocks` neighboring blocks, beginning with block number `first`.
pub(in crate::image) struct IndexPage {
    first: u32,
    blocks: u32,
    entries: Buffer,
    /// Compressed size of each block in DAX files, 16 bits each. Empty for other formats.
    sizes: Buffer,
    /// One bit for each block in DAX files, set if the block lies in an area of stored blocks.
    /// Empty for other formats.
    stored_areas: Buffer,
}

impl IndexPage {
    /// Returns a page that has no entries.
    pub(in crate::image) fn new() -> Self {
        IndexPage {
            first: 0,
            blocks: 0,
            entries: Buffer::new(),
            sizes: Buffer::new(),
            stored_areas: Buffer::new(),
        }
    }

    /// Returns a page that has no entries yet but all the memory that `needs` states, from `lent`
    /// or from the heap if `lent` is `None`.
    pub(in crate::image) fn with_capacity(
        needs: &Needs,
        mut lent: Option<&mut Region>,
    ) -> Result<Self> {
        Ok(IndexPage {
            first: 0,
            blocks: 0,
            entries: Buffer::with_capacity(needs.entries, lent.as_deref_mut())?,
            sizes: Buffer::with_capacity(needs.sizes, lent.as_deref_mut())?,
            stored_areas: Buffer::with_capacity(needs.areas, lent)?,
        })
    }

    /// Returns whether the page has the entry of `block`.
    pub(in crate::image) fn covers(&self, block: u32) -> bool {
        block >= self.first && block - self.first < self.blocks
    }

    /// Replaces the entries by those of `count` blocks, beginning with block number `first`. Loads
    /// fewer if the image has fewer blocks from there on.
    ///
    /// # Errors
    ///
    /// The errors of the source, and of the areas of stored blocks in a DAX file. After an error
    /// the page has no entries.
    pub(in crate::image) fn load<S: ReadAt + ?Sized>(
        &mut self,
        source: &S,
        header: &ImageHeader,
        first: u32,
        count: u32,
    ) -> Result<()> {
        self.blocks = 0;
        let count = count.min(header.blocks - first);
        let tables = &header.tables;
        // Load one entry more than there are blocks, if the file has it. In most formats, a block
        // ends at the position in the entry after its own.
        let entries = (count + 1).min(tables.entry_count - first);
        let at = tables.index + 4 * u64::from(first);
        fill(&mut self.entries, source, at, 4 * u64::from(entries))?;
        if let Some(sizes) = tables.sizes {
            let at = sizes + 2 * u64::from(first);
            fill(&mut self.sizes, source, at, 2 * u64::from(count))?;
            self.load_areas(source, header, first, count)?;
        }
        self.first = first;
        self.blocks = count;
        Ok(())
    }

    /// Sets `stored_areas` for `count` blocks, beginning with block number `first`.
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

    /// Returns the values of `block` in the tables of the file, or `None` if the page does not have
    /// its entry.
    pub(in crate::image) fn entry(&self, block: u32) -> Option<BlockRecord> {
        if !self.covers(block) {
            return None;
        }
        let i = (block - self.first) as usize;
        let bits = self.stored_areas.get(i / 8).copied().unwrap_or(0);
        Some(BlockRecord {
            entry: self.value(i)?,
            next_entry: self.value(i + 1),
            stored_size: match self.sizes.get(2 * i..2 * i + 2) {
                Some(size) => u16::from_le_bytes([size[0], size[1]]),
                None => 0,
            },
            in_stored_area: bits >> (i % 8) & 1 != 0,
        })
    }

    /// Returns entry number `i` of the page, or `None` if the page has no such entry.
    fn value(&self, i: usize) -> Option<u32> {
        let entry = self.entries.get(4 * i..4 * i + 4)?;
        Some(u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]))
    }
}

/// Largest number of bytes in the first read of a table. Each later read at most doubles the number
/// of bytes that were read. Memory for a read is allocated only when the reads before it succeeded,
/// so that a source with a wrong size cannot cause a large allocation.
const FIRST_PART: usize = 1 << 20;

/// Replaces the content of `bytes` by `len` bytes of the source, beginning at byte `at`.
fn fill<S: ReadAt + ?Sized>(bytes: &mut Buffer, source: &S, at: u64, len: u64) -> Result<()> {
    let len = usize::try_from(len).map_err(|_| Error::new(ErrorKind::OutOfMemory))?;
    bytes.clear();
    while bytes.len() < len {
        let done = bytes.len();
        bytes.grow((len - done).min(done.max(FIRST_PART)))?;
        source.read_exact_at(at + done as u64, &mut bytes[done..])?;
    }
    Ok(())
}
