//! Reading: a request for bytes of the decoded image, from the index to the caller's buffer.
//!
//! `read` goes through a request one run of blocks after the other. For each run, `plan` finds the
//! blocks that one read of the source serves, `buffered` or `low_memory` fetches their compressed
//! bytes, `decode` or `threads` decodes the blocks that are wanted whole into the caller's buffer,
//! and `deliver` copies the wanted part of the others. `ahead` is what a reader has ready before it
//! is asked for.

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
