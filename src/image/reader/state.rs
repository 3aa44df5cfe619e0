//! What a reader keeps between requests.

use super::ahead::AheadState;
use super::block_run::BlockRun;
use crate::error::Result;
use crate::image::block_decoder::BlockDecoder;
use crate::image::index::IndexPage;
use crate::image::storage::{Buffer, LentMemory, Needs, Owned, Region};

/// The state of one reader: its decoder, its buffers, and what it knows of earlier requests.
pub(in crate::image) struct ReaderState {
    pub(in crate::image) decoder: Owned<BlockDecoder>,
    /// The index entries near the last block, if the image keeps no index.
    pub(in crate::image) page: IndexPage,
    /// The last run of blocks. Kept for its memory.
    pub(super) run: BlockRun,
    /// Low-memory mode: compressed bytes of a block.
    pub(in crate::image) compressed: Buffer,
    /// A decoded block of which only a part was asked for, or that was decoded ahead.
    pub(in crate::image) block: Buffer,
    /// The block in `block`. `None` while it is being written.
    pub(in crate::image) cached: Option<u32>,
    pub(super) ahead: AheadState,
}

impl ReaderState {
    /// Returns the state of a reader that allocates memory when it needs it.
    pub(in crate::image) fn new() -> Result<Self> {
        Ok(ReaderState {
            decoder: Owned::on_heap(BlockDecoder::new())?,
            page: IndexPage::new(),
            run: BlockRun::new(),
            compressed: Buffer::new(),
            block: Buffer::new(),
            cached: None,
            ahead: AheadState::new(),
        })
    }

    /// Returns the state of a reader that has all its memory from now on: lent, or from the heap.
    pub(in crate::image) fn with_capacity(
        needs: &Needs,
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
            block: Buffer::with_capacity(needs.reader.block, lent.as_mut())?,
            cached: None,
            ahead: AheadState::new(),
        })
    }

    /// Returns whether a request that begins at `offset` follows the reader's last one.
    pub(in crate::image) fn expects(&self, offset: u64) -> bool {
        self.ahead.expects(offset)
    }
}
