//! What is going to be written, before the first block is encoded.

use super::options::CompressOptions;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{ciso, dax, Format};

/// Bytes of the image in a batch, unless a block has more. Large enough that locks and system
/// calls do not show, and that an encoder which starts each batch anew loses nothing by that.
const BATCH_SIZE: u32 = 512 << 10;

/// Rows that are kept free for DAX's table of uncompressed areas, at the most. The table stands
/// before the data, so its size must be known before they are.
const MAX_AREAS: u32 = 1024;

#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) format: Format,
    pub(super) size: u64,
    pub(super) block_size: u32,
    pub(super) blocks: u32,
    pub(super) index_shift: u8,
    /// Rows of DAX's table of uncompressed areas that there is room for.
    pub(super) areas: u32,
    /// First byte of the first block.
    pub(super) data_start: u64,
}

impl Plan {
    /// The plan for an image of `size` bytes. The options are checked ones.
    pub(super) fn new(options: &CompressOptions, size: u64) -> Result<Plan> {
        if size == 0 {
            return Err(ErrorKind::Empty.into());
        }
        let blocks = size.div_ceil(u64::from(options.block_size));
        let blocks = u32::try_from(blocks).map_err(|_| Error::new(ErrorKind::TooLarge))?;
        let mut plan = Plan {
            format: options.format,
            size,
            block_size: options.block_size,
            blocks,
            index_shift: 0,
            areas: 0,
            data_start: 0,
        };
        if options.format == Format::Dax {
            if size > u64::from(u32::MAX) {
                return Err(ErrorKind::TooLarge.into());
            }
            if options.dax_areas {
                plan.areas = (blocks / 8 + 1).min(MAX_AREAS);
            }
            plan.data_start = dax::data_start(&dax::table_layout(blocks, plan.areas));
        } else {
            plan.index_shift = ciso::smallest_index_shift(size, options.block_size)?;
            let index_end = u64::from(ciso::HEADER_SIZE) + 4 * (u64::from(blocks) + 1);
            plan.data_start = index_end.next_multiple_of(1 << plan.index_shift);
        }
        Ok(plan)
    }

    /// Blocks in a batch.
    pub(super) fn batch_blocks(&self) -> u32 {
        (BATCH_SIZE / self.block_size).max(1)
    }

    /// Batches in the image.
    pub(super) fn batches(&self) -> u32 {
        self.blocks.div_ceil(self.batch_blocks())
    }

    /// `len`, rounded up to the alignment of blocks.
    pub(super) fn aligned(&self, len: usize) -> usize {
        len.next_multiple_of(1 << self.index_shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(format: Format, size: u64) -> Result<Plan> {
        Plan::new(&CompressOptions::new(format).checked()?, size)
    }

    #[test]
    fn the_shift_is_the_smallest_that_can_address_everything_raw() {
        const GIB: u64 = 1 << 30;
        for (size, shift) in [
            (1, 0),
            (2 * GIB - 5_000_000, 0),
            (2 * GIB - 2048, 1),
            (4 * GIB - 20_000_000, 1),
            (4 * GIB, 2),
            (8 * GIB - 50_000_000, 2),
            (8 * GIB, 3),
        ] {
            let plan = plan(Format::CsoV1, size).unwrap();
            assert_eq!(plan.index_shift, shift, "{size}");
            let worst = plan.data_start + u64::from(plan.blocks) * 2048;
            assert!(worst >> shift < 1 << 31, "{size}");
            assert_eq!(plan.data_start % (1 << shift), 0);
        }
    }

    #[test]
    fn sizes_that_cannot_be_written() {
        let kind = |format, size| plan(format, size).unwrap_err().kind();
        assert_eq!(kind(Format::CsoV1, 0), ErrorKind::Empty);
        assert_eq!(kind(Format::Dax, 1 << 32), ErrorKind::TooLarge);
        assert_eq!(kind(Format::CsoV2, u64::MAX), ErrorKind::TooLarge);
        assert_eq!(kind(Format::Iso, 1), ErrorKind::Argument);
    }
}
