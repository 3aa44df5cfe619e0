//! `AheadState`: the data that a reader needs to read and decode blocks before they are requested.

#[cfg(feature = "std")]
use super::decoded_ahead::DecodedAhead;
#[cfg(feature = "std")]
use super::loaded_run::LoadedRun;
use super::read_ahead::ReadAhead;
use super::sequence::RequestSequence;

/// The data that a reader needs to read and decode blocks before they are requested, while requests
/// are sequential.
pub(in crate::image::reader) struct AheadState {
    pub(in crate::image::reader) sequence: RequestSequence,
    pub(in crate::image::reader) read_ahead: ReadAhead,
    #[cfg(feature = "std")]
    pub(in crate::image::reader) decoded: DecodedAhead,
    /// Runs of blocks that other threads decode or have decoded. They are kept so that their memory
    /// can be used for later runs.
    #[cfg(feature = "std")]
    pub(in crate::image::reader) runs: alloc::vec::Vec<alloc::sync::Arc<LoadedRun>>,
}

impl AheadState {
    pub(in crate::image::reader) fn new() -> Self {
        AheadState {
            sequence: RequestSequence::new(),
            read_ahead: ReadAhead::new(),
            #[cfg(feature = "std")]
            decoded: DecodedAhead::new(),
            #[cfg(feature = "std")]
            runs: alloc::vec::Vec::new(),
        }
    }

    /// Returns whether a request that begins at byte `offset` of the image begins where the last
    /// request ended, or less than a sector later.
    pub(in crate::image::reader) fn is_continued_by(&self, offset: u64) -> bool {
        self.sequence.is_continued_by(offset)
    }
}
