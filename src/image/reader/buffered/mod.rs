//! Reads one run of blocks outside low-memory mode. Unless the file is in memory, the compressed
//! bytes of the run are read into the read-ahead buffer, and a long run of stored blocks is read
//! straight into the caller's buffer.

mod pair;
mod run;
