//! Long operations on whole disc images: compression, decompression, verification, and loading into
//! memory (`precache`).
//!
//! Worker threads decode or encode parts of the image. The calling thread takes their results in
//! the order of the image. The module `pipeline` runs the workers.
//!
//! Compression has three steps:
//!
//! 1. `plan` checks the options. It chooses the layout of the new file: the positions of the tables
//!    and blocks, and the codings that the blocks may have.
//! 2. Each worker encodes batches of blocks with `block_encoder`. A batch is a number of
//!    consecutive blocks that one worker encodes as one task.
//! 3. The calling thread writes the batches to the file and records the position of each block in
//!    the index (`compress`).

mod block_check;
mod block_encoder;
mod compress;
mod decode_all;
mod decompress;
mod digests;
mod encoders;
mod layout;
mod options;
mod pipeline;
mod plan;
mod precache;
mod progress;
mod verify;

#[cfg(test)]
mod property_tests;

pub use compress::compress;
pub use decompress::decompress;
pub use digests::Digests;
pub use options::{
    CompressOptions, DecompressOptions, PrecacheOptions, Summary, VerifyOptions, DEFAULT_LEVEL,
    MAX_COST, MAX_LEVEL, MIN_LEVEL,
};
pub use precache::precache;
pub use progress::{OnProgress, Progress};
pub use verify::verify;
