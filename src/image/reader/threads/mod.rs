//! What the worker threads of an image do. They decode parts of large requests, and they decode
//! blocks before they are requested (decode-ahead).
//!
//! Workers never read from the file. The thread that makes a request reads all compressed bytes.

mod decode_ahead;
mod shared_request;
