//! The index in memory: all of it, at once or as it is touched, or a window.

use super::buffer::{Buffer, Lent};
use super::memory::Needs;
#[cfg(feature = "std")]
use super::pages::Pages;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{dax, BlockRecord, ImageHeader};
use crate::io::ReadAt;

/// What a format without an index says of each block.
pub(super) const NO_ENTRY: BlockRecord = BlockRecord {
    entry: 0,
    next_entry: None,
    stored_size: 0,
    in_stored_area: false,
};

/// What an image keeps of its index.
pub(super) enum Index {
    /// All of it, checked when the image was opened. (In lent memory that is a window too.)
    #[cfg(not(cso_rt))]
    Whole(Window),
    /// What was touched, a page at a time.
    #[cfg(feature = "std")]
    Pages(Pages),
    /// Nothing: each reader has a window of so many blocks.
    Windows(u32),
}

/// The index entries of a run of blocks, as they stand in the file.
pub(super) struct Window {
    first: u32,
    blocks: u32,
    words: Buffer,
    sizes: Buffer,
    /// One bit a block: it lies in one of DAX's uncompressed areas.
    uncompressed: Buffer,
}

impl Window {
    pub(super) fn new() -> Self {
        Window {
            first: 0,
            blocks: 0,
            words: Buffer::new(),
            sizes: Buffer::new(),
            uncompressed: Buffer::new(),
        }
    }

    /// One that has all its memory from the beginning.
    pub(super) fn with_room(needs: &Needs, mut lent: Option<&mut Lent>) -> Result<Self> {
        Ok(Window {
            first: 0,
            blocks: 0,
            words: Buffer::with_room(needs.words, lent.as_deref_mut())?,
            sizes: Buffer::with_room(needs.sizes, lent.as_deref_mut())?,
            uncompressed: Buffer::with_room(needs.areas, lent)?,
        })
    }

    pub(super) fn covers(&self, block: u32) -> bool {
        block >= self.first && block - self.first < self.blocks
    }

    /// Loads the entries of up to `count` blocks from `first` on.
    pub(super) fn load<S: ReadAt + ?Sized>(
        &mut self,
        source: &S,
        header: &ImageHeader,
        first: u32,
        count: u32,
    ) -> Result<()> {
        self.blocks = 0;
        let count = count.min(header.blocks - first);
        let tables = &header.tables;
        // One word more than blocks, where there is one: the end of the last block.
        let words = (count + 1).min(tables.entry_count - first);
        let at = tables.index + 4 * u64::from(first);
        fill(&mut self.words, source, at, 4 * u64::from(words))?;
        if let Some(sizes) = tables.sizes {
            let at = sizes + 2 * u64::from(first);
            fill(&mut self.sizes, source, at, 2 * u64::from(count))?;
            self.load_areas(source, header, first, count)?;
        }
        self.first = first;
        self.blocks = count;
        Ok(())
    }

    /// Marks those of `count` blocks from `first` on that lie in an uncompressed area.
    fn load_areas<S: ReadAt + ?Sized>(
        &mut self,
        source: &S,
        header: &ImageHeader,
        first: u32,
        count: u32,
    ) -> Result<()> {
        self.uncompressed.reset(count.div_ceil(8) as usize)?;
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
                    self.uncompressed[bit / 8] |= 1 << (bit % 8);
                }
            }
            done += some;
        }
        Ok(())
    }

    /// What the tables say about `block`, if the window covers it.
    pub(super) fn entry(&self, block: u32) -> Option<BlockRecord> {
        if !self.covers(block) {
            return None;
        }
        let i = (block - self.first) as usize;
        let bits = self.uncompressed.get(i / 8).copied().unwrap_or(0);
        Some(BlockRecord {
            entry: self.word(i)?,
            next_entry: self.word(i + 1),
            stored_size: match self.sizes.get(2 * i..2 * i + 2) {
                Some(size) => u16::from_le_bytes([size[0], size[1]]),
                None => 0,
            },
            in_stored_area: bits >> (i % 8) & 1 != 0,
        })
    }

    fn word(&self, i: usize) -> Option<u32> {
        let word = self.words.get(4 * i..4 * i + 4)?;
        Some(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
    }
}

/// How many bytes of a table are read before there is proof that the source has any.
const FIRST_PART: usize = 1 << 20;

/// Makes `bytes` hold the `len` bytes of the source that begin at `at`.
///
/// Memory grows with what has arrived: a source may be wrong about its size.
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
