//! What is done before the first block is encoded: the options are checked, and the layout of the
//! file and the batches of blocks are chosen.

use super::layout::{self, FileLayout, ImageShape};
use super::options::{CompressOptions, DEFAULT_LEVEL, MAX_COST, MAX_LEVEL};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{is_block_size, MIN_BLOCK_SIZE};
use crate::image::MAX_THREADS;
use alloc::boxed::Box;

/// Lowest level at which encoded blocks are decoded again by default. At this level and above,
/// decoding takes less than a twentieth of the time of encoding.
const VERIFY_LEVEL: u32 = 5;

/// Number of bytes of the image in a batch. A batch consists of one block if a block is larger than
/// this. Batches are so large that the time of locks and system calls does not matter, and that the
/// reset of the encoders before each batch does not make the output larger.
const BATCH_SIZE: u32 = 512 << 10;

impl CompressOptions {
    /// Returns the options with each value that stands for a default replaced by the default.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Argument`] if the format is not written or a value is out of its
    /// range, and with [`ErrorKind::BlockSize`] if the format does not allow the block size.
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

/// Layout of a file to write, and the division of its blocks into batches. A worker encodes a batch
/// as one task.
pub(super) struct FilePlan {
    pub(super) shape: ImageShape,
    pub(super) layout: Box<dyn FileLayout>,
}

impl FilePlan {
    /// Plans the file for an image of `image_size` bytes. `options` comes from
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

    /// Returns the number of blocks in every batch except the last, which may have fewer.
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
