//! The traits that a format implements so that files of the format can be written.

use crate::error::Result;
use crate::format::Coding;
use crate::io::WriteAt;
use crate::tasks::encoders::Encoders;
use crate::tasks::pipeline::StopFlag;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Size of a decoded image, and its division into blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageShape {
    /// Size of the decoded image in bytes. Never 0.
    pub(crate) image_size: u64,
    /// Size of a decoded block in bytes.
    pub(crate) block_size: u32,
    /// Number of blocks in the image. The image may end within the last block.
    pub(crate) blocks: u32,
}

/// Coding and size of an encoded block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncodedBlock {
    pub(crate) coding: Coding,
    /// Number of bytes that the block takes in the file. Includes the padding after the block.
    pub(crate) stored_size: usize,
}

/// Layout of a new file in one format: where the blocks are in the file, and how they are encoded.
/// All worker threads share one value.
pub(crate) trait FileLayout: Sync {
    /// Returns the offset in the file, in bytes, of the first block.
    fn data_start(&self) -> u64;

    /// Returns the alignment of blocks in bytes. Every block begins at a multiple of the alignment,
    /// which is a power of two.
    fn alignment(&self) -> usize;

    /// Returns the codings, which are methods of compression, that the compressed blocks of the
    /// file can have.
    fn codings(&self) -> &'static [Coding];

    /// Encodes `block` with each coding in [`codings`](Self::codings). Chooses one of the results,
    /// or [`Coding::Stored`]. Returns the chosen coding and the size in bytes of the block in this
    /// coding, without padding. If a result is chosen, it is in the output buffer that `encoders`
    /// has for its coding.
    ///
    /// `block` must have the full block size. Returns soon after `stop` is set, with a result that
    /// must not be used.
    fn encode(&self, block: &[u8], encoders: &mut Encoders, stop: &StopFlag) -> (Coding, usize);

    /// Returns the tables of the new file, in which no block is recorded yet.
    fn tables(&self) -> Box<dyn FileTables>;
}

/// Tables of a new file, which record the position of each block. Only the thread that writes the
/// file uses the tables.
pub(crate) trait FileTables {
    /// Decides whether the next block can be stored uncompressed. `block` has the bytes of this
    /// block.
    ///
    /// Returns `None` if the tables can record another stored block. Otherwise replaces the content
    /// of `out` by `block` in another coding, and returns this coding. For example, a table of DAX
    /// can record only a limited number of areas with stored blocks.
    fn encode_unless_storable(&self, block: &[u8], out: &mut Vec<u8>) -> Result<Option<Coding>>;

    /// Records the next block, which begins at `offset` in the file. May write a part of the tables
    /// to `sink`.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) if the offset or the size
    /// does not fit into the tables, and with the error of `sink`.
    fn add(&mut self, sink: &mut dyn WriteAt, offset: u64, block: EncodedBlock) -> Result<()>;

    /// Writes the rest of the tables, then the header. `data_end` is the offset in the file of the
    /// first byte after the last block.
    ///
    /// The header is written last, so that an incomplete file is not mistaken for a compressed
    /// image.
    fn finish(self: Box<Self>, sink: &mut dyn WriteAt, data_end: u64) -> Result<()>;
}
