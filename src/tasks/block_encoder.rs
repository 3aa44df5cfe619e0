//! Encoding of one block, with an optional check that the result decodes to the same block.

use super::block_check::BlockCheck;
use super::encoders::Encoders;
use super::layout::{EncodedBlock, FileLayout};
use super::pipeline::StopFlag;
use crate::error::Result;
use alloc::vec::Vec;

/// Encoder for the blocks of one new file. Each worker thread has an encoder of its own.
pub(super) struct BlockEncoder<'a> {
    layout: &'a dyn FileLayout,
    encoders: Encoders,
    check: Option<BlockCheck>,
}

impl<'a> BlockEncoder<'a> {
    /// Returns an encoder for blocks of `block_size` bytes. `level` is the compression level, 1 to
    /// 10. If `verify` is true, each encoded block is decoded again and compared with the original
    /// block.
    pub(super) fn new(
        layout: &'a dyn FileLayout,
        level: u32,
        block_size: usize,
        verify: bool,
    ) -> Self {
        let encoders = Encoders::new(layout.codings(), level, block_size);
        let origin = encoders.deflate_origin();
        BlockEncoder {
            layout,
            encoders,
            check: verify.then(|| BlockCheck::new(block_size, origin)),
        }
    }

    /// Discards what the encoder has recorded about earlier blocks, so that they have no effect on
    /// how later blocks are encoded.
    pub(super) fn reset(&mut self) {
        self.encoders.reset();
    }

    /// Encodes `block` and appends the result to `out`. Then appends zeros until the number of
    /// appended bytes is a multiple of the alignment that the format requires. Returns the chosen
    /// coding and the number of appended bytes. `block` must have the full block size.
    ///
    /// # Errors
    ///
    /// * [`Mismatch`](crate::ErrorKind::Mismatch) if the encoder verifies blocks and the result
    ///   does not decode to `block`.
    /// * [`Cancelled`](crate::ErrorKind::Cancelled) soon after `stop` is set.
    pub(super) fn encode(
        &mut self,
        block: &[u8],
        out: &mut Vec<u8>,
        stop: &StopFlag,
    ) -> Result<EncodedBlock> {
        let (coding, len) = self.layout.encode(block, &mut self.encoders, stop);
        stop.check()?;
        let data = self.encoders.output(coding, len, block);
        if let Some(check) = &mut self.check {
            check.check(coding, data, block)?;
        }
        let stored_size = len.next_multiple_of(self.layout.alignment());
        let start = out.len();
        out.extend_from_slice(data);
        out.resize(start + stored_size, 0);
        Ok(EncodedBlock {
            coding,
            stored_size,
        })
    }
}
