//! Layout of new DAX files. DAX calls a block a frame.

use super::file_layout::{EncodedBlock, FileLayout, FileTables, ImageShape};
use super::table_writer::TableWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{dax, Coding, TableLayout};
use crate::io::WriteAt;
use crate::tasks::encoders::{uncompressed_zlib_stream, Encoders, ZLIB_RESERVE};
use crate::tasks::options::CompressOptions;
use crate::tasks::pipeline::StopFlag;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Largest number of rows that are reserved for the table of stored areas. A stored area is a
/// series of consecutive frames that are stored uncompressed. Each row of the table describes one
/// area.
///
/// In the file, the table precedes the frames. The number of rows is therefore chosen before the
/// first frame is encoded.
const MAX_RESERVED_ROWS: u32 = 1024;

/// Returns the layout of a new file. Fails with [`ErrorKind::TooLarge`] if the image has 4 GiB or
/// more, because the header has only 32 bits for the size of the image.
pub(super) fn layout(options: &CompressOptions, shape: ImageShape) -> Result<Box<dyn FileLayout>> {
    let image_size = u32::try_from(shape.image_size).map_err(|_| ErrorKind::TooLarge)?;
    let reserved_rows = if options.dax_areas {
        (shape.blocks / 8 + 1).min(MAX_RESERVED_ROWS)
    } else {
        0
    };
    Ok(Box::new(DaxLayout {
        image_size,
        tables: dax::table_layout(shape.blocks, reserved_rows),
        stored_cost: options.stored_cost,
    }))
}

#[derive(Clone, Copy)]
struct DaxLayout {
    image_size: u32,
    /// Positions of the tables in the file. `area_count` is the number of rows that are reserved in
    /// the table of stored areas, which are series of consecutive uncompressed frames. It is 0 in
    /// version 0 of the format, which does not have this table.
    tables: TableLayout,
    /// A frame is stored uncompressed if it is at most this many percent larger than its zlib
    /// stream. See [`CompressOptions::stored_cost`].
    stored_cost: u32,
}

impl FileLayout for DaxLayout {
    fn data_start(&self) -> u64 {
        dax::data_start(&self.tables)
    }

    fn alignment(&self) -> usize {
        1
    }

    fn codings(&self) -> &'static [Coding] {
        &[Coding::Zlib]
    }

    /// Encodes a frame as a zlib stream, or chooses to store it uncompressed.
    ///
    /// In version 0 of the format, every frame is a zlib stream. In version 1, which has a table of
    /// stored areas, a frame is stored if it is at most `stored_cost` percent larger than its zlib
    /// stream.
    fn encode(&self, block: &[u8], encoders: &mut Encoders, stop: &StopFlag) -> (Coding, usize) {
        let has_areas = self.tables.area_count != 0;
        let with_cost = 100 + self.stored_cost as usize;
        let zlib = match encoders.zlib(block, stop) {
            Some(len) if has_areas => Some(len).filter(|len| len * with_cost < block.len() * 100),
            None if !has_areas => encoders.zlib_uncompressed(block),
            result => result,
        };
        zlib.map_or((Coding::Stored, block.len()), |len| (Coding::Zlib, len))
    }

    fn tables(&self) -> Box<dyn FileTables> {
        Box::new(DaxTables {
            layout: *self,
            index: TableWriter::new(self.tables.index),
            sizes: TableWriter::new(self.tables.sizes.unwrap_or(0)),
            areas: Vec::new(),
            next_frame: 0,
        })
    }
}

struct DaxTables {
    layout: DaxLayout,
    index: TableWriter,
    sizes: TableWriter,
    /// The stored areas so far. A stored area is a series of consecutive uncompressed frames. The
    /// first number of a pair is the number of the area's first frame, counted from 0. The second
    /// number is how many frames the area has.
    areas: Vec<(u32, u32)>,
    next_frame: u32,
}

impl FileTables for DaxTables {
    /// Returns `None` if the next frame can be stored. This is the case if it continues the last
    /// stored area, or if the table of stored areas has a free row. Otherwise writes a zlib stream
    /// to `out` that contains the frame uncompressed, and returns [`Coding::Zlib`].
    fn encode_unless_storable(&self, frame: &[u8], out: &mut Vec<u8>) -> Result<Option<Coding>> {
        let rows = self.layout.tables.area_count as usize;
        if self.extends_last_area() || self.areas.len() < rows {
            return Ok(None);
        }
        out.resize(frame.len() + ZLIB_RESERVE, 0);
        let len = uncompressed_zlib_stream(frame, out).ok_or(ErrorKind::Internal)?;
        out.truncate(len);
        Ok(Some(Coding::Zlib))
    }

    fn add(&mut self, sink: &mut dyn WriteAt, offset: u64, frame: EncodedBlock) -> Result<()> {
        let too_large = Error::new(ErrorKind::TooLarge).in_block(self.next_frame);
        let entry = u32::try_from(offset).map_err(|_| too_large)?;
        let size = u16::try_from(frame.stored_size).map_err(|_| too_large)?;
        self.index.push(sink, &entry.to_le_bytes())?;
        self.sizes.push(sink, &size.to_le_bytes())?;
        if frame.coding == Coding::Stored {
            self.add_to_areas();
        }
        self.next_frame += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>, sink: &mut dyn WriteAt, _data_end: u64) -> Result<()> {
        self.index.flush(sink)?;
        self.sizes.flush(sink)?;
        self.write_areas(sink)?;
        let header = dax::header_bytes(self.layout.image_size, self.areas.len() as u32);
        sink.write_all_at(0, &header)
    }
}

impl DaxTables {
    /// Returns whether the next frame is directly after the last stored area.
    fn extends_last_area(&self) -> bool {
        matches!(self.areas.last(), Some((first, count)) if first + count == self.next_frame)
    }

    /// Records that the next frame is stored. Adds the frame to the last stored area if it is
    /// directly after that area, and otherwise begins a new area.
    fn add_to_areas(&mut self) {
        let extends = self.extends_last_area();
        match self.areas.last_mut() {
            Some((_, count)) if extends => *count += 1,
            _ => self.areas.push((self.next_frame, 1)),
        }
    }

    fn write_areas(&self, sink: &mut dyn WriteAt) -> Result<()> {
        let mut rows = Vec::new();
        for (first, count) in &self.areas {
            rows.extend_from_slice(&first.to_le_bytes());
            rows.extend_from_slice(&count.to_le_bytes());
        }
        sink.write_all_at(self.layout.tables.areas, &rows)
    }
}
