//! What a reader with a buffer for compressed bytes keeps between requests.

use super::read_ahead::ReadAhead;
use super::sequence::Sequence;

/// What a reader with a buffer for compressed bytes keeps between requests.
pub(in crate::image::reader) struct BufferedState {
    pub(in crate::image::reader) read_ahead: ReadAhead,
    pub(in crate::image::reader) sequence: Sequence,
}

impl BufferedState {
    pub(in crate::image::reader) fn new() -> Self {
        BufferedState {
            read_ahead: ReadAhead::new(),
            sequence: Sequence::new(),
        }
    }

    pub(in crate::image::reader) fn expects(&self, block: u32) -> bool {
        self.sequence.expects(block)
    }
}
