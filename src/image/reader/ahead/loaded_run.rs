//! `LoadedRun`: a run of blocks with its compressed bytes, which other threads can decode.

use crate::image::reader::block_run::BlockRun;
use alloc::vec::Vec;

/// A run of blocks and its compressed bytes. `input` is unused if the file is in memory.
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
