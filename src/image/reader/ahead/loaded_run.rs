//! A run of blocks with its compressed bytes, for other threads to decode.

use crate::image::reader::block_run::BlockRun;
use alloc::vec::Vec;

/// A run of blocks and its compressed bytes.
pub(in crate::image::reader) struct LoadedRun {
    pub(in crate::image::reader) run: BlockRun,
    pub(in crate::image::reader) input: Vec<u8>,
}

impl LoadedRun {
    pub(in crate::image::reader) fn new() -> Self {
        LoadedRun {
            run: BlockRun::new(),
            input: Vec::new(),
        }
    }
}
