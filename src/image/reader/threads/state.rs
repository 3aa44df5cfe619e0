//! What a reader keeps for the image's threads between requests.

use super::decoded_ahead::DecodedAhead;
use super::loaded_run::LoadedRun;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a reader keeps for its threads between requests.
pub(in crate::image::reader) struct ThreadState {
    /// Runs of blocks that were decoded by several threads. Kept for their memory.
    pub(super) runs: Vec<Arc<LoadedRun>>,
    pub(super) decoded: DecodedAhead,
}

impl ThreadState {
    pub(in crate::image::reader) fn new() -> Self {
        ThreadState {
            runs: Vec::new(),
            decoded: DecodedAhead::new(),
        }
    }
}
