//! A run of blocks with its compressed bytes, for other threads to decode.

use crate::image::reader::block_run::BlockRun;
use alloc::vec::Vec;

/// A run of blocks and its compressed bytes.
pub(super) struct LoadedRun {
    pub(super) run: BlockRun,
    pub(super) input: Vec<u8>,
}

impl LoadedRun {
    pub(super) fn new() -> Self {
        LoadedRun {
            run: BlockRun::new(),
            input: Vec::new(),
        }
    }
}
