//! Reads and decodes a run of blocks if the reader is not in low-memory mode. A run is a group of
//! neighboring blocks that are fetched with one read of the file.
//!
//! If the file is in memory, blocks are decoded from there. Otherwise the compressed bytes of a run
//! are read into a buffer of the reader. A long run of stored blocks is read straight into the
//! caller's buffer.

mod pair;
mod run;
