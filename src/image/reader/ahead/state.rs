//! What a reader keeps between requests to serve the next ones faster.

#[cfg(feature = "std")]
use super::decoded_ahead::DecodedAhead;
#[cfg(feature = "std")]
use super::loaded_run::LoadedRun;
use super::read_ahead::ReadAhead;
use super::sequence::RequestSequence;

/// What a reader keeps between requests to serve the next ones faster.
pub(in crate::image::reader) struct AheadState {
    pub(in crate::image::reader) sequence: RequestSequence,
    pub(in crate::image::reader) read_ahead: ReadAhead,
    #[cfg(feature = "std")]
    pub(in crate::image::reader) decoded: DecodedAhead,
    /// Runs of blocks that several threads have decoded. Kept for their memory.
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

    /// Returns whether a request that begins at `offset` follows the last one.
    pub(in crate::image::reader) fn expects(&self, offset: u64) -> bool {
        self.sequence.expects(offset)
    }
}
