//! The threads of an image.

use super::block_decoder::BlockDecoder;
use super::options::OpenOptions;
use crate::rt::thread_pool::ThreadPool;

/// The threads of an image, and what they are for.
pub(super) struct Threads {
    pub(super) pool: Option<ThreadPool<BlockDecoder>>,
    /// Whether they decode parts of large requests.
    pub(super) share_requests: bool,
    /// Bytes of the image to decode ahead, or 0.
    pub(super) decode_ahead: usize,
}

impl Threads {
    /// Returns the threads that the options ask for. None of them runs yet.
    pub(super) fn new(options: &OpenOptions, low_memory: bool) -> Self {
        let helpers = options.threads.saturating_sub(1);
        let workers = helpers.max(u32::from(options.decode_ahead != 0));
        let has_workers = workers != 0 && !low_memory;
        Threads {
            pool: has_workers.then(|| ThreadPool::new(workers as usize, BlockDecoder::new)),
            share_requests: helpers != 0,
            decode_ahead: options.decode_ahead as usize,
        }
    }
}
