//! The traits that each format implements to be written.

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
    /// Number of bytes in the decoded image. Never 0.
    pub(crate) image_size: u64,
    /// Bytes of a decoded block.
    pub(crate) block_size: u32,
    /// Number of blocks. The image may end within the last one.
    pub(crate) blocks: u32,
}

/// Coding and size of an encoded block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedBlock {
    pub(crate) coding: Coding,
    /// Bytes of the block in the file, with the padding up to the alignment of blocks.
    pub(crate) stored_size: usize,
}

/// Layout of a new file. All worker threads use the same value.
pub(crate) trait FileLayout: Sync {
    /// Returns the offset of the first block in the file.
    fn data_start(&self) -> u64;

    /// Returns the alignment of blocks in bytes, a power of two.
    fn alignment(&self) -> usize;

    /// Returns the codings that a compressed block of the file can have.
    fn codings(&self) -> &'static [Coding];

    /// Encodes a whole block with each of [`codings`](Self::codings). Chooses one of the results,
    /// or [`Coding::Stored`]. Returns the chosen coding and the size of its result in bytes. If the
    /// block is compressed, the result is in the output buffer that `encoders` has for this coding.
    ///
    /// Returns soon after `stop` is set, with a result that must not be used.
    fn encode(&self, block: &[u8], encoders: &mut Encoders, stop: &StopFlag) -> (Coding, usize);

    /// Returns the tables of the file without any blocks.
    fn tables(&self) -> Box<dyn FileTables>;
}

/// Tables of a new file, which record the position of each block. Only the thread that writes the
/// file uses them.
pub(crate) trait FileTables {
    /// `block` is the next block, which is to be stored. Returns `None` if the tables can record it
    /// as a stored block. Otherwise replaces `out` by an encoding of `block` that the tables can
    /// record, and returns its coding.
    fn replace_stored(&self, block: &[u8], out: &mut Vec<u8>) -> Result<Option<Coding>>;

    /// Records the next block, which begins at `offset` in the file.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the offset or the size
    /// does not fit into the tables, and with the error of `sink`.
    fn add(&mut self, sink: &mut dyn WriteAt, offset: u64, block: EncodedBlock) -> Result<()>;

    /// Writes the rest of the tables, then the header. `data_end` is the offset after the last
    /// block.
    ///
    /// The header is written last, so that an incomplete file is not mistaken for an image.
    fn finish(self: Box<Self>, sink: &mut dyn WriteAt, data_end: u64) -> Result<()>;
}
