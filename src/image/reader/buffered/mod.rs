//! Reading through a buffer for compressed bytes.

mod decode;
mod pair;
mod read_ahead;
mod run;
mod sequence;
mod state;

#[cfg(feature = "std")]
pub(super) use decode::decode_blocks;
pub(super) use state::BufferedState;
