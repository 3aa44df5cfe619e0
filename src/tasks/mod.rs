//! ISO in, image out, and back; and a look at every block.
//!
//! plan -> encode, on several threads -> put in order -> tables -> header.

mod check;
mod compress;
mod decompress;
mod digest;
mod encode;
mod meter;
mod options;
mod pipeline;
mod plan;
mod precache;
mod tables;
mod verify;

#[cfg(test)]
mod properties;

pub use compress::compress;
pub use decompress::decompress;
pub use options::{
    CompressOptions, DecompressOptions, Digests, OnProgress, PrecacheOptions, Progress, Summary,
    VerifyOptions, DEFAULT_LEVEL, MAX_COST, MAX_LEVEL, MIN_LEVEL,
};
pub use precache::precache;
pub use verify::verify;
