//! `Threads`: the worker threads of an image, and what they are used for.

use super::block_decoder::BlockDecoder;
use super::options::OpenOptions;
use crate::rt::thread_pool::ThreadPool;

/// The worker threads of an image, and what the options of the image allow them to decode.
pub(super) struct Threads {
    /// The worker threads, or `None` if only the calling thread decodes.
    pub(super) pool: Option<ThreadPool<BlockDecoder>>,
    /// Whether workers may decode parts of a large request. Has no effect if `pool` is `None`.
    pub(super) share_requests: bool,
    /// Number of bytes of the image to decode ahead. 0 disables decode-ahead.
    pub(super) decode_ahead: usize,
}

impl Threads {
    /// Returns the worker threads that the options `threads` and `decode_ahead` request. There are
    /// none if `low_memory` is set. No thread is started yet.
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
