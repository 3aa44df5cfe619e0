//! What one reader at a time needs: a decoder, room for compressed bytes, one decoded block.

use super::decode::Decoder;
use super::index::Window;
use alloc::boxed::Box;
use alloc::vec::Vec;

pub(super) struct Scratch {
    pub(super) decoder: Decoder,
    /// The entries near the last block read, where the index is not kept whole.
    pub(super) window: Window,
    /// Compressed bytes of the blocks of a request.
    pub(super) packed: Vec<u8>,
    /// The last block of which only a part was asked for.
    pub(super) block: Vec<u8>,
    /// Which block that is; `None` while `block` is being written.
    pub(super) cached: Option<u32>,
}

impl Scratch {
    pub(super) fn new() -> Box<Self> {
        Box::new(Scratch {
            decoder: Decoder::new(),
            window: Window::new(),
            packed: Vec::new(),
            block: Vec::new(),
            cached: None,
        })
    }
}
