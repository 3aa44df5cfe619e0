//! The data that a reader needs to read bytes of the file (read-ahead) and to decode blocks
//! (decode-ahead) before they are requested. Both are done while requests are sequential, which
//! `sequence` detects.

#[cfg(feature = "std")]
mod decoded_ahead;
#[cfg(feature = "std")]
mod loaded_run;
mod read_ahead;
mod sequence;
mod state;

#[cfg(feature = "std")]
pub(super) use decoded_ahead::DecodeTask;
#[cfg(feature = "std")]
pub(super) use loaded_run::LoadedRun;
pub(super) use read_ahead::ReadAhead;
pub(super) use state::AheadState;
