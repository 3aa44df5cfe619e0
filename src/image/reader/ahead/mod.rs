//! What a reader has ready before it is asked for, and whether requests are sequential.

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
