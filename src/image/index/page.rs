//! The index entries of neighboring blocks, as they are in the file.

use crate::error::{Error, ErrorKind, Result};
use crate::format::{dax, BlockRecord, ImageHeader};
use crate::image::storage::{Buffer, Needs, Region};
use crate::io::ReadAt;

/// The index entries of neighboring blocks.
pub(in crate::image) struct IndexPage {
    first: u32,
    blocks: u32,
    entries: Buffer,
    /// DAX: compressed sizes.
    sizes: Buffer,
    /// DAX: a bit for each block, set if it lies in an area of stored blocks.
    stored_areas: Buffer,
}

impl IndexPage {
    /// Returns a page of no blocks.
    pub(in crate::image) fn new() -> Self {
        IndexPage {
            first: 0,
            blocks: 0,
            entries: Buffer::new(),
            sizes: Buffer::new(),
            stored_areas: Buffer::new(),
        }
    }

    /// Returns an empty page with all its memory, for pages of the size that `needs` was made for.
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

    /// Loads the entries of `count` blocks from `first` on, or of those up to the end of the image.
    ///
    /// # Errors
    ///
    /// Those of the source, and what is wrong with the areas of a DAX file. The page is empty then.
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
        // The entry after the last block's has its end, if there is one.
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

    /// Sets the bits of those of `count` blocks from `first` on that lie in an area of stored blocks.
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
            let some = (header.tables.area_count - done).min(64);
            let at = header.tables.areas + u64::from(done) * dax::AREA_SIZE as u64;
            let rows = &mut rows[..some as usize * dax::AREA_SIZE];
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
            done += some;
        }
        Ok(())
    }

    /// Returns what the tables of the file say about `block`, or `None` if the page lacks it.
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

    /// Returns entry `i` of the page.
    fn value(&self, i: usize) -> Option<u32> {
        let entry = self.entries.get(4 * i..4 * i + 4)?;
        Some(u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]))
    }
}

/// Bytes of a table that are allocated before the source has proved that it has as many.
const FIRST_PART: usize = 1 << 20;

/// Replaces the content of `bytes` by `len` bytes of the source, from byte `at` on.
///
/// Memory grows with the bytes that were read, because a source may be wrong about its size.
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
