//! Threads that decode for a reader: parts of a large request, and blocks that will be asked for
//! next.
//!
//! They never call the source of the image. The reader fetches compressed bytes on its own thread.

mod decode_ahead;
mod decoded_ahead;
mod loaded_run;
mod settings;
mod shared_request;
mod state;

pub(in crate::image) use settings::Threads;
pub(super) use state::ThreadState;
