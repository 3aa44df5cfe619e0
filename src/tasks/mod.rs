//! Long operations on whole images: compress, decompress, verify and precache.
//!
//! Worker threads decode or encode parts of the image, and the calling thread uses the results in
//! the order of the image (`pipeline`). Compression has these steps: `plan` checks the options and
//! chooses the `layout` of the new file, workers encode batches of blocks (`block_encoder`), and
//! `compress` writes the batches and records the positions of the blocks in the index.

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
