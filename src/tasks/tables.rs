//! The tables of a new file, written piece by piece so that they never sit whole in memory.

use super::encode::Packed;
use super::plan::Plan;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{ciso, dax, Coding, Format};
use crate::io::WriteAt;
use alloc::vec::Vec;

/// Bytes of a table that are gathered before they are written.
const PIECE: usize = 64 << 10;

/// Where blocks were put; in the end, header and tables of the file.
pub(super) struct Tables {
    plan: Plan,
    words: Column,
    sizes: Column,
    areas: Vec<(u32, u32)>,
    block: u32,
}

/// A table that is written from its beginning to its end.
struct Column {
    at: u64,
    gathered: Vec<u8>,
}

impl Tables {
    pub(super) fn new(plan: &Plan) -> Self {
        let (words, sizes) = if plan.format == Format::Dax {
            let tables = dax::table_layout(plan.blocks, plan.areas);
            (tables.index, tables.sizes.unwrap_or(0))
        } else {
            (u64::from(ciso::HEADER_SIZE), 0)
        };
        Tables {
            plan: *plan,
            words: Column::new(words),
            sizes: Column::new(sizes),
            areas: Vec::new(),
            block: 0,
        }
    }

    /// Whether the next block can be stored raw.
    pub(super) fn has_room_for_raw(&self) -> bool {
        self.plan.format != Format::Dax
            || self.continues_area()
            || self.areas.len() < self.plan.areas as usize
    }

    /// The next block was put at `position`.
    pub(super) fn add<W: WriteAt + ?Sized>(
        &mut self,
        sink: &mut W,
        position: u64,
        packed: &Packed,
    ) -> Result<()> {
        if self.plan.format == Format::Dax {
            let word = u32::try_from(position).map_err(|_| self.too_large())?;
            let size = u16::try_from(packed.len).map_err(|_| self.too_large())?;
            self.words.push(sink, &word.to_le_bytes())?;
            self.sizes.push(sink, &size.to_le_bytes())?;
            if packed.coding == Coding::Stored {
                self.add_to_area();
            }
        } else {
            let word =
                self.ciso_word(position)? | ciso::entry_flag(self.plan.format, packed.coding);
            self.words.push(sink, &word.to_le_bytes())?;
        }
        self.block += 1;
        Ok(())
    }

    /// All blocks were added; their data ends at `end`. Writes what is left of the tables, then
    /// the header: without it the file is no image.
    pub(super) fn finish<W: WriteAt + ?Sized>(mut self, sink: &mut W, end: u64) -> Result<()> {
        if self.plan.format == Format::Dax {
            self.words.flush(sink)?;
            self.sizes.flush(sink)?;
            self.write_areas(sink)?;
            let areas = self.areas.len() as u32;
            return sink.write_all_at(0, &dax::header_bytes(self.plan.size as u32, areas));
        }
        let word = self.ciso_word(end)?;
        self.words.push(sink, &word.to_le_bytes())?;
        self.words.flush(sink)?;
        let Plan {
            format,
            size,
            block_size,
            index_shift,
            ..
        } = self.plan;
        sink.write_all_at(
            0,
            &ciso::header_bytes(format, size, block_size, index_shift),
        )
    }

    fn ciso_word(&self, position: u64) -> Result<u32> {
        u32::try_from(position >> self.plan.index_shift)
            .ok()
            .filter(|word| word & ciso::FLAG == 0)
            .ok_or_else(|| self.too_large())
    }

    fn too_large(&self) -> Error {
        Error::new(ErrorKind::TooLarge).in_block(self.block)
    }

    fn continues_area(&self) -> bool {
        matches!(self.areas.last(), Some((first, count)) if first + count == self.block)
    }

    fn add_to_area(&mut self) {
        let continues = self.continues_area();
        match self.areas.last_mut() {
            Some((_, count)) if continues => *count += 1,
            _ => self.areas.push((self.block, 1)),
        }
    }

    fn write_areas<W: WriteAt + ?Sized>(&self, sink: &mut W) -> Result<()> {
        let mut rows = Vec::new();
        for (first, count) in &self.areas {
            rows.extend_from_slice(&first.to_le_bytes());
            rows.extend_from_slice(&count.to_le_bytes());
        }
        let tables = dax::table_layout(self.plan.blocks, self.plan.areas);
        sink.write_all_at(tables.areas, &rows)
    }
}

impl Column {
    fn new(at: u64) -> Self {
        Column {
            at,
            gathered: Vec::new(),
        }
    }

    fn push<W: WriteAt + ?Sized>(&mut self, sink: &mut W, item: &[u8]) -> Result<()> {
        self.gathered.extend_from_slice(item);
        if self.gathered.len() >= PIECE {
            self.flush(sink)?;
        }
        Ok(())
    }

    fn flush<W: WriteAt + ?Sized>(&mut self, sink: &mut W) -> Result<()> {
        sink.write_all_at(self.at, &self.gathered)?;
        self.at += self.gathered.len() as u64;
        self.gathered.clear();
        Ok(())
    }
}
