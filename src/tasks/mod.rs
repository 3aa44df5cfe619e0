//! Long operations on whole images: compress, decompress, verify and precache.
//!
//! Worker threads take pieces of the image, and the caller's thread uses their results in order
//! (see `pipeline`). Compression goes through these steps: `plan` checks the options and chooses
//! the `layout` of the new file, workers encode batches of blocks (`encode`), and `compress` writes
//! them and records their positions in the tables.

mod block_check;
mod compress;
mod decode_all;
mod decompress;
mod digests;
mod encode;
mod encoders;
mod layout;
mod options;
mod pipeline;
mod plan;
mod precache;
mod progress;
mod verify;

#[cfg(test)]
mod properties;

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
