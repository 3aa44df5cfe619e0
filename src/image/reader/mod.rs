//! `Reader`: serves requests for bytes of the decoded image.
//!
//! `read` reads the runs of blocks of a request in order. For each run, `plan` finds the blocks
//! that one read of the source serves, and `buffered` or `low_memory` fetches their compressed
//! bytes. `decode` or `threads` decodes blocks that are requested whole into the caller's buffer.
//! `deliver` copies the requested part of the other blocks. `ahead` has the data for read-ahead and
//! decode-ahead.

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

pub(super) use deliver::Reader;
pub(super) use state::ReaderState;
