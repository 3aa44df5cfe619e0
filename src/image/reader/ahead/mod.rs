//! Read-ahead, decode-ahead, and the detector of sequential requests that decides about them.

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
