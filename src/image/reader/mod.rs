//! `Reader`: reads byte ranges of the decoded image. One call that reads a byte range is a
//! *request*.
//!
//! A request is served in runs. A *run* is a group of neighboring blocks whose compressed bytes are
//! fetched with one read of the file.
//!
//! - `read` is the loop over the blocks of a request.
//! - `plan` selects the blocks of the next run.
//! - `buffered` and `low_memory` fetch the compressed bytes of a run.
//! - `decode` and `threads` decode blocks that are requested whole straight into the caller's
//!   buffer.
//! - `deliver` copies the requested part of a block that is requested in part.
//! - `ahead` has the data for reading and decoding blocks before they are requested.

#[cfg_attr(cso_rt, path = "no_ahead.rs")]
mod ahead;
mod block_run;
#[cfg(not(cso_rt))]
mod buffered;
#[cfg(not(cso_rt))]
mod decode;
mod deliver;
mod low_memory;
mod plan;
mod read;
mod request;
#[cfg_attr(cso_rt, path = "no_runs.rs")]
mod runs;
mod state;
#[cfg_attr(not(feature = "std"), path = "no_threads.rs")]
mod threads;

use super::image_file::ImageFile;
pub(super) use state::ReaderState;

/// A reader of an image. All readers share the file of the image. Each reader has its own state,
/// which is a decoder with its buffers.
pub(in crate::image) struct Reader<'a, S> {
    file: &'a ImageFile<S>,
    state: &'a mut ReaderState,
    /// Whether the worker threads of the image may decode blocks for this reader.
    may_use_workers: bool,
}

impl<'a, S> Reader<'a, S> {
    /// Returns a reader that uses the worker threads of the image, if the image has any.
    pub(in crate::image) fn new(file: &'a ImageFile<S>, state: &'a mut ReaderState) -> Self {
        Reader {
            file,
            state,
            may_use_workers: true,
        }
    }

    /// Returns a reader that decodes only on the calling thread.
    pub(in crate::image) fn single(file: &'a ImageFile<S>, state: &'a mut ReaderState) -> Self {
        Reader {
            file,
            state,
            may_use_workers: false,
        }
    }
}
