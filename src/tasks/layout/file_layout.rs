//! The interface between the compressor and the layouts of the formats it writes.

use crate::error::Result;
use crate::format::Coding;
use crate::io::WriteAt;
use crate::tasks::encoders::Encoders;
use crate::tasks::pipeline::StopFlag;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Size of an image and its division into blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageShape {
    /// Bytes of the decoded image. Not 0.
    pub(crate) image_size: u64,
    /// Bytes of a decoded block. The format of the new file allows this size.
    pub(crate) block_size: u32,
    /// Blocks in the image. The last one may be partial.
    pub(crate) blocks: u32,
}

/// A block that was encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedBlock {
    pub(crate) coding: Coding,
    /// Bytes of the block in the file, with the padding up to the alignment of blocks.
    pub(crate) stored_size: usize,
}

/// Layout of one new file. Worker threads share it.
pub(crate) trait FileLayout: Sync {
    /// Returns the offset of the first block in the file.
    fn data_start(&self) -> u64;

    /// Returns the alignment of blocks in bytes, a power of two.
    fn alignment(&self) -> usize;

    /// Returns the codings that a compressed block of the file can have.
    fn codings(&self) -> &'static [Coding];

    /// Encodes a whole block with the encoders of [`codings`](Self::codings) and chooses how to
    /// store it. Returns the coding and the compressed size in bytes. The compressed bytes are in
    /// the output buffer of `encoders`.
    ///
    /// Returns soon after `stop` is set. The caller must not use that result.
    fn encode(&self, block: &[u8], encoders: &mut Encoders, stop: &StopFlag) -> (Coding, usize);

    /// Returns the tables of the file, without any block yet.
    fn tables(&self) -> Box<dyn FileTables>;
}

/// Tables of one new file, which record the position of each block. Only the thread that writes the
/// file uses them.
pub(crate) trait FileTables {
    /// Returns `None` if the tables can record the next block as a stored one. Otherwise encodes
    /// the block so that they can record it, to `out`, and returns the coding.
    ///
    /// `block` is a whole block. `out` is replaced.
    fn replace_stored(&self, block: &[u8], out: &mut Vec<u8>) -> Result<Option<Coding>>;

    /// Records the next block, which begins at `offset` in the file.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the format cannot express
    /// the offset or the size, and with what `sink` reports.
    fn add(&mut self, sink: &mut dyn WriteAt, offset: u64, block: EncodedBlock) -> Result<()>;

    /// Writes the rest of the tables, then the header. `data_end` is the offset after the last
    /// block.
    ///
    /// The header comes last, because a file without it is not an image.
    fn finish(self: Box<Self>, sink: &mut dyn WriteAt, data_end: u64) -> Result<()>;
}
