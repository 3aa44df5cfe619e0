//! Work for the thread pool of the image: parts of a large request, and decode-ahead.
//!
//! Workers never call the source of the image. The calling thread fetches all compressed bytes.

mod decode_ahead;
mod shared_request;
