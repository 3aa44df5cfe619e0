//! Preparation of a compression, before the first block is encoded. The options are checked, the
//! layout of the new file is chosen, and the image is divided into batches of blocks.

use super::layout::{self, FileLayout, ImageShape};
use super::options::{CompressOptions, DEFAULT_LEVEL, MAX_COST, MAX_LEVEL};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{is_block_size, MIN_BLOCK_SIZE};
use crate::image::MAX_THREADS;
use alloc::boxed::Box;

/// Lowest compression level at which each encoded block is decoded again by default, to check it.
/// At this level and at higher ones, decoding takes less than a twentieth of the time of encoding.
const VERIFY_LEVEL: u32 = 5;

/// Number of bytes of the decoded image in a batch. A batch consists of the blocks that a worker
/// thread encodes as one task. If a block is larger than this, a batch is one block.
///
/// A batch has to be large for two reasons. First, each batch requires some locks and system calls,
/// and their part of the time has to be negligible. Second, the encoders discard their statistics
/// of earlier blocks before each batch. With small batches, this would make the output larger.
const BATCH_SIZE: u32 = 512 << 10;

impl CompressOptions {
    /// Checks the options. Returns a copy in which the values that stand for defaults are replaced:
    /// `block_size` and `level` are not 0, and `verify` is not `None`.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::Argument`] if this crate cannot write the format, or if a value is out of its
    ///   range.
    /// * [`ErrorKind::BlockSize`] if the format does not allow the block size.
    pub(crate) fn checked(mut self) -> Result<Self> {
        layout::check_writable(self.format)?;
        let fixed = self.format.fixed_block_size();
        if self.block_size == 0 {
            self.block_size = fixed.unwrap_or(MIN_BLOCK_SIZE);
        }
        let allowed = fixed.map_or(self.block_size.is_power_of_two(), |size| {
            size == self.block_size
        });
        if !allowed || !is_block_size(self.block_size) {
            return Err(ErrorKind::BlockSize.into());
        }
        if self.level == 0 {
            self.level = DEFAULT_LEVEL;
        }
        self.verify.get_or_insert(self.level >= VERIFY_LEVEL);
        let in_range = self.level <= MAX_LEVEL
            && self.threads <= MAX_THREADS
            && self.stored_cost <= MAX_COST
            && self.lz4_cost <= MAX_COST;
        if !in_range {
            return Err(ErrorKind::Argument.into());
        }
        Ok(self)
    }
}

/// Layout of a new file, and the division of its blocks into batches. A worker thread encodes a
/// batch as one task.
pub(super) struct FilePlan {
    pub(super) shape: ImageShape,
    pub(super) layout: Box<dyn FileLayout>,
}

impl FilePlan {
    /// Plans the file for an image of `image_size` bytes. `options` must be a result of
    /// [`CompressOptions::checked`].
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Empty`] if the image has no bytes, and with [`ErrorKind::TooLarge`]
    /// if the format cannot address an image of this size.
    pub(super) fn new(options: &CompressOptions, image_size: u64) -> Result<Self> {
        if image_size == 0 {
            return Err(ErrorKind::Empty.into());
        }
        let blocks = image_size.div_ceil(u64::from(options.block_size));
        let blocks = u32::try_from(blocks).map_err(|_| Error::new(ErrorKind::TooLarge))?;
        let shape = ImageShape {
            image_size,
            block_size: options.block_size,
            blocks,
        };
        Ok(FilePlan {
            shape,
            layout: layout::new_layout(options, shape)?,
        })
    }

    /// Returns the number of blocks in a batch. Only the last batch of the image may have fewer.
    pub(super) fn batch_blocks(&self) -> u32 {
        (BATCH_SIZE / self.shape.block_size).max(1)
    }

    /// Returns the number of batches in the image.
    pub(super) fn batches(&self) -> u32 {
        self.shape.blocks.div_ceil(self.batch_blocks())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;

    #[test]
    fn encoded_blocks_are_verified_at_levels_5_and_higher_unless_the_option_is_set() {
        let verifies = |level, verify| {
            let mut options = CompressOptions::new(Format::CsoV1).level(level);
            options.verify = verify;
            options.checked().unwrap().verify
        };
        assert_eq!(verifies(0, None), Some(true));
        assert_eq!(verifies(4, None), Some(false));
        assert_eq!(verifies(5, None), Some(true));
        assert_eq!(verifies(1, Some(true)), Some(true));
        assert_eq!(verifies(MAX_LEVEL, Some(false)), Some(false));
    }

    #[test]
    fn image_sizes_that_a_format_does_not_allow_are_refused() {
        let kind = |format, size| {
            let plan = CompressOptions::new(format)
                .checked()
                .and_then(|options| FilePlan::new(&options, size));
            plan.map(|_| ()).unwrap_err().kind()
        };
        assert_eq!(kind(Format::CsoV1, 0), ErrorKind::Empty);
        assert_eq!(kind(Format::Dax, 1 << 32), ErrorKind::TooLarge);
        assert_eq!(kind(Format::CsoV2, u64::MAX), ErrorKind::TooLarge);
        assert_eq!(kind(Format::Iso, 1), ErrorKind::Argument);
    }
}
