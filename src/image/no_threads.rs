//! Replaces `threads.rs` without std, where an image has no threads.

use super::options::OpenOptions;

pub(super) struct Threads;

impl Threads {
    pub(super) fn new(_options: &OpenOptions, _low_memory: bool) -> Self {
        Threads
    }
}
