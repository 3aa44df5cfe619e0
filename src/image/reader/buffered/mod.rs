//! Reads one run of blocks outside low-memory mode: its compressed bytes are read into the
//! read-ahead buffer.

mod pair;
mod run;
