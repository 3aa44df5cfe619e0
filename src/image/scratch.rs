//! What one reader at a time needs: a decoder, room for compressed bytes, one decoded block.

use super::ahead::Ahead;
#[cfg(not(cso_rt))]
use super::batch::Batch;
use super::buffer::{Buffer, Lent};
use super::decode::Decoder;
use super::index::Window;
use super::memory::{Memory, Needs, Place};
#[cfg(feature = "std")]
use super::shared::Run;
use crate::error::Result;

pub(super) struct Scratch {
    pub(super) decoder: Place<Decoder>,
    /// The entries near the last block read, where the index is not kept whole.
    pub(super) window: Window,
    /// Compressed bytes of the blocks of a request, and perhaps of those that follow.
    pub(super) packed: Buffer,
    /// Which bytes of the file those are.
    pub(super) ahead: Ahead,
    /// The last blocks that were read together: what is kept is the memory.
    #[cfg(not(cso_rt))]
    pub(super) batch: Batch,
    /// What the crew decodes for the reader.
    #[cfg(feature = "std")]
    pub(super) run: Run,
    /// The last block of which only a part was asked for.
    pub(super) block: Buffer,
    /// Which block that is; `None` while `block` is being written.
    pub(super) cached: Option<u32>,
}

impl Scratch {
    /// One that takes its memory from the heap, when it needs it.
    pub(super) fn new() -> Result<Self> {
        Ok(Scratch {
            decoder: Place::on_heap(Decoder::new())?,
            window: Window::new(),
            packed: Buffer::new(),
            ahead: Ahead::new(),
            #[cfg(not(cso_rt))]
            batch: Batch::new(),
            #[cfg(feature = "std")]
            run: Run::new(),
            block: Buffer::new(),
            cached: None,
        })
    }

    /// One that has all its memory from the beginning: lent, or from the heap.
    pub(super) fn with_room(needs: &Needs, memory: Option<Memory>) -> Result<Self> {
        let (decoder, mut lent) = match memory {
            Some(Memory { decoder, bytes }) => (Place::Lent(decoder), Some(Lent::new(bytes))),
            None => (Place::on_heap(Decoder::new())?, None),
        };
        Ok(Scratch {
            decoder,
            window: Window::with_room(needs, lent.as_mut())?,
            packed: Buffer::with_room(needs.packed, lent.as_mut())?,
            ahead: Ahead::new(),
            #[cfg(not(cso_rt))]
            batch: Batch::new(),
            #[cfg(feature = "std")]
            run: Run::new(),
            block: Buffer::with_room(needs.block, lent.as_mut())?,
            cached: None,
        })
    }

    /// Whether the reader before would go on with `block`.
    pub(super) fn expects(&self, block: u32) -> bool {
        #[cfg(feature = "std")]
        if self.run.expects(block) {
            return true;
        }
        self.ahead.expects(block)
    }
}
