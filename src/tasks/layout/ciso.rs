//! Layout of new files of the CISO family: CSO v1, CSO v2 and ZSO.

use super::file_layout::{EncodedBlock, FileLayout, FileTables, ImageShape};
use super::table_writer::TableWriter;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{ciso, Coding, Format};
use crate::io::WriteAt;
use crate::tasks::encoders::Encoders;
use crate::tasks::options::CompressOptions;
use crate::tasks::pipeline::StopFlag;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Returns the layout of a new file. The index of the file has an entry for each block. An entry
/// has 31 bits for the position of the block, in units of `1 << index_shift` bytes. The index shift
/// is the smallest one with which the entries can address the whole file even if all blocks are
/// stored uncompressed.
pub(super) fn layout(options: &CompressOptions, shape: ImageShape) -> Result<Box<dyn FileLayout>> {
    Ok(Box::new(CisoLayout {
        format: options.format,
        shape,
        index_shift: ciso::smallest_index_shift(shape.image_size, shape.block_size)?,
        stored_cost: options.stored_cost,
        lz4_cost: options.lz4_cost,
    }))
}

#[derive(Clone, Copy)]
struct CisoLayout {
    format: Format,
    shape: ImageShape,
    index_shift: u8,
    /// A block is stored uncompressed if it is at most this many percent larger than the compressed
    /// block. See [`CompressOptions::stored_cost`].
    stored_cost: u32,
    /// LZ4 is chosen if its result is at most this many percent larger than the result of deflate.
    /// See [`CompressOptions::lz4_cost`].
    lz4_cost: u32,
}

impl FileLayout for CisoLayout {
    fn data_start(&self) -> u64 {
        let index_end = u64::from(ciso::HEADER_SIZE) + 4 * (u64::from(self.shape.blocks) + 1);
        index_end.next_multiple_of(self.alignment() as u64)
    }

    fn alignment(&self) -> usize {
        1 << self.index_shift
    }

    fn codings(&self) -> &'static [Coding] {
        match self.format {
            Format::CsoV2 => &[Coding::Deflate, Coding::Lz4],
            Format::Zso => &[Coding::Lz4],
            _ => &[Coding::Deflate],
        }
    }

    /// Encodes the block with deflate and with LZ4, if the format allows them, and chooses the
    /// coding in two steps. The sizes of the results include the padding after the block.
    ///
    /// 1. LZ4 is chosen if its result is at most `lz4_cost` percent larger than the result of
    ///    deflate. Otherwise deflate is chosen. A result that is not smaller than the block is not
    ///    considered.
    /// 2. If the uncompressed block is at most `stored_cost` percent larger than the chosen result,
    ///    or if there is no result, the block is stored uncompressed instead.
    fn encode(&self, block: &[u8], encoders: &mut Encoders, stop: &StopFlag) -> (Coding, usize) {
        let block_size = block.len() as u64;
        let stored_size = |len: usize| len.next_multiple_of(self.alignment()) as u64;
        let with_cost = |cost: u32| 100 + u64::from(cost);
        let lz4_cost = with_cost(self.lz4_cost);
        let deflated = encoders.deflate(block, stop);
        // `lz4_target` is the size in bytes of the largest LZ4 result that can be chosen. The
        // encoder may stop as soon as its result is certain to be larger.
        let lz4_target = deflated.map_or(block_size, |len| stored_size(len) * lz4_cost / 100);
        let lz4 = encoders.lz4(block, lz4_target as usize, stop);
        let chosen = match (deflated, lz4) {
            (Some(d), Some(l)) if stored_size(l) * 100 <= stored_size(d) * lz4_cost => {
                Some((Coding::Lz4, l))
            }
            (Some(d), _) => Some((Coding::Deflate, d)),
            (None, Some(l)) => Some((Coding::Lz4, l)),
            (None, None) => None,
        };
        chosen
            .filter(|(_, len)| block_size * 100 > stored_size(*len) * with_cost(self.stored_cost))
            .unwrap_or((Coding::Stored, block.len()))
    }

    fn tables(&self) -> Box<dyn FileTables> {
        Box::new(CisoTables {
            layout: *self,
            index: TableWriter::new(u64::from(ciso::HEADER_SIZE)),
            next_block: 0,
        })
    }
}

struct CisoTables {
    layout: CisoLayout,
    index: TableWriter,
    next_block: u32,
}

impl FileTables for CisoTables {
    fn encode_unless_storable(&self, _block: &[u8], _out: &mut Vec<u8>) -> Result<Option<Coding>> {
        Ok(None)
    }

    fn add(&mut self, sink: &mut dyn WriteAt, offset: u64, block: EncodedBlock) -> Result<()> {
        let entry = self.entry(offset)? | ciso::entry_flag(self.layout.format, block.coding);
        self.index.push(sink, &entry.to_le_bytes())?;
        self.next_block += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>, sink: &mut dyn WriteAt, data_end: u64) -> Result<()> {
        let entry = self.entry(data_end)?;
        self.index.push(sink, &entry.to_le_bytes())?;
        self.index.flush(sink)?;
        let CisoLayout {
            format,
            shape,
            index_shift,
            ..
        } = self.layout;
        let header = ciso::header_bytes(format, shape.image_size, shape.block_size, index_shift);
        sink.write_all_at(0, &header)
    }
}

impl CisoTables {
    /// Returns the index entry for a block at `offset` bytes in the file. Bit 31, the flag, is 0 in
    /// the result. Fails with [`ErrorKind::TooLarge`] if the offset does not fit into the other
    /// bits.
    fn entry(&self, offset: u64) -> Result<u32> {
        u32::try_from(offset >> self.layout.index_shift)
            .ok()
            .filter(|entry| entry & ciso::FLAG == 0)
            .ok_or_else(|| Error::new(ErrorKind::TooLarge).in_block(self.next_block))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn index_shift_is_the_smallest_that_can_address_an_image_of_stored_blocks() {
        const GIB: u64 = 1 << 30;
        for (image_size, shift) in [
            (1, 0),
            (2 * GIB - 5_000_000, 0),
            (2 * GIB - 2048, 1),
            (4 * GIB - 20_000_000, 1),
            (4 * GIB, 2),
            (8 * GIB - 50_000_000, 2),
            (8 * GIB, 3),
        ] {
            let shape = ImageShape {
                image_size,
                block_size: 2048,
                blocks: image_size.div_ceil(2048) as u32,
            };
            let layout = layout(&CompressOptions::new(Format::CsoV1), shape).unwrap();
            assert_eq!(layout.alignment(), 1 << shift, "{image_size}");
            let largest_end = layout.data_start() + u64::from(shape.blocks) * 2048;
            assert!(largest_end >> shift < 1 << 31, "{image_size}");
            assert_eq!(layout.data_start() % (1 << shift), 0);
        }
    }
}
