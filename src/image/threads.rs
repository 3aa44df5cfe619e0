//! `Threads`: the thread pool of an image.

use super::block_decoder::BlockDecoder;
use super::options::OpenOptions;
use crate::rt::thread_pool::ThreadPool;

/// The thread pool of an image, and the work that its options give to the workers.
pub(super) struct Threads {
    pub(super) pool: Option<ThreadPool<BlockDecoder>>,
    /// Whether workers decode parts of large requests.
    pub(super) share_requests: bool,
    /// Number of bytes of the image to decode ahead. 0 disables decode-ahead.
    pub(super) decode_ahead: usize,
}

impl Threads {
    /// Returns the thread pool for the options `threads` and `decode_ahead`. No worker is started
    /// yet.
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
