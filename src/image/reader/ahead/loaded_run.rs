//! `LoadedRun`: neighboring blocks with their compressed bytes, which any thread can decode.

use crate::image::reader::block_run::BlockRun;
use alloc::vec::Vec;

/// A run of blocks, which is a group of neighboring blocks, and its compressed bytes. `input` is
/// unused if the compressed file is in memory, because the bytes are then taken from there.
pub(in crate::image::reader) struct LoadedRun {
    pub(in crate::image::reader) run: BlockRun,
    pub(in crate::image::reader) input: Vec<u8>,
}

impl LoadedRun {
    /// Returns a run that is not planned yet and has no bytes.
    pub(in crate::image::reader) fn new() -> Self {
        LoadedRun {
            run: BlockRun::new(),
            input: Vec::new(),
        }
    }
}
