//! Replaces `threads.rs` in builds without `std`, in which only the calling thread decodes.

use super::options::OpenOptions;

pub(super) struct Threads;

impl Threads {
    pub(super) fn new(_options: &OpenOptions, _low_memory: bool) -> Self {
        Threads
    }
}
