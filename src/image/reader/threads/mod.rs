//! Help from the image's threads: parts of a large request, and blocks that will be asked for next.
//!
//! The threads never call the source of the image. The reader fetches compressed bytes on its own
//! thread.

mod decode_ahead;
mod shared_request;
