//! `ReaderState`: the data that a reader keeps from one request to the next.

use super::ahead::AheadState;
use super::block_run::BlockRun;
use crate::error::Result;
use crate::image::block_decoder::BlockDecoder;
use crate::image::index::IndexPage;
use crate::image::storage::{Buffer, LentMemory, MemoryNeeds, Owned, Region};

/// The data that one reader keeps from one request to the next. It consists of its decoder, its
/// buffers and a record of earlier requests.
pub(in crate::image) struct ReaderState {
    pub(in crate::image) decoder: Owned<BlockDecoder>,
    /// The part of the index that this reader has in memory. Unused if all readers share the index.
    pub(in crate::image) page: IndexPage,
    /// The blocks whose compressed bytes are fetched with the current read of the file. The memory
    /// of this value is used again for the next read.
    pub(super) run: BlockRun,
    /// The compressed bytes of one block. Used only in low-memory mode and while an image is
    /// opened.
    pub(in crate::image) compressed: Buffer,
    /// The one-block cache, which has the bytes of one decoded block. A block is kept here if only
    /// a part of it was requested, or if it was decoded before it was requested.
    pub(in crate::image) cached_bytes: Buffer,
    /// Number of the block whose decoded bytes are in `cached_bytes`. `None` if `cached_bytes` has
    /// no valid content, or while `cached_bytes` is being written.
    pub(in crate::image) cached_block: Option<u32>,
    /// The data for reading and decoding blocks before they are requested.
    pub(super) ahead: AheadState,
}

impl ReaderState {
    /// Returns the state of a new reader, which allocates memory when a request needs it.
    pub(in crate::image) fn new() -> Result<Self> {
        Ok(ReaderState {
            decoder: Owned::on_heap(BlockDecoder::new())?,
            page: IndexPage::new(),
            run: BlockRun::new(),
            compressed: Buffer::new(),
            cached_bytes: Buffer::new(),
            cached_block: None,
            ahead: AheadState::new(),
        })
    }

    /// Returns the state of a new reader in low-memory mode. All memory that the reader will ever
    /// need is taken now. It is taken from `memory`, or allocated on the heap if `memory` is
    /// `None`.
    pub(in crate::image) fn with_capacity(
        needs: &MemoryNeeds,
        memory: Option<LentMemory>,
    ) -> Result<Self> {
        let (decoder, mut lent) = match memory {
            Some(LentMemory { decoder, bytes }) => (Owned::Lent(decoder), Some(Region::new(bytes))),
            None => (Owned::on_heap(BlockDecoder::new())?, None),
        };
        Ok(ReaderState {
            decoder,
            page: IndexPage::with_capacity(needs, lent.as_mut())?,
            run: BlockRun::new(),
            compressed: Buffer::with_capacity(needs.reader.compressed, lent.as_mut())?,
            cached_bytes: Buffer::with_capacity(needs.reader.block, lent.as_mut())?,
            cached_block: None,
            ahead: AheadState::new(),
        })
    }

    /// Returns whether a request that begins at byte `offset` of the image begins where the last
    /// request of this reader ended, or less than a sector later.
    pub(in crate::image) fn is_continued_by(&self, offset: u64) -> bool {
        self.ahead.is_continued_by(offset)
    }
}
