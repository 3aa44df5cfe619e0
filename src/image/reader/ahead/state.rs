//! `AheadState`: the part of a reader's state that read-ahead and decode-ahead need.

#[cfg(feature = "std")]
use super::decoded_ahead::DecodedAhead;
#[cfg(feature = "std")]
use super::loaded_run::LoadedRun;
use super::read_ahead::ReadAhead;
use super::sequence::RequestSequence;

/// The part of a reader's state that read-ahead and decode-ahead need.
pub(in crate::image::reader) struct AheadState {
    pub(in crate::image::reader) sequence: RequestSequence,
    pub(in crate::image::reader) read_ahead: ReadAhead,
    #[cfg(feature = "std")]
    pub(in crate::image::reader) decoded: DecodedAhead,
    /// Runs of blocks that were lent to other threads. Kept so that their memory is used again.
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

    /// Returns whether a request that begins at `offset` continues the last request.
    pub(in crate::image::reader) fn is_continued_by(&self, offset: u64) -> bool {
        self.sequence.is_continued_by(offset)
    }
}
