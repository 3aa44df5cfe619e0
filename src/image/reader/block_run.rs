//! `BlockRun`: neighboring blocks that one read of the source serves.

use crate::format::Span;
use crate::image::storage::List;
use core::ops::Range;

/// Neighboring blocks of the image that one read of the source serves. Their compressed bytes are
/// in the same order in the file, possibly with gaps.
pub(super) struct BlockRun {
    /// Number of the first block.
    pub(super) first: u32,
    /// Number of blocks, 1 or more.
    pub(super) count: usize,
    /// Size of a decoded block in bytes.
    pub(super) block_size: usize,
    /// Offsets in the file of the bytes to read for the run. If the first or the last block is
    /// stored, only its requested bytes are included.
    pub(super) bytes: Range<u64>,
    /// Whether the run is read straight into the caller's buffer. All its blocks are then stored,
    /// without gaps between them.
    pub(super) is_direct: bool,
    /// Position of each block in the file. Empty in low-memory mode, which looks each position up
    /// in the index again.
    pub(super) spans: List<Span>,
}

impl BlockRun {
    pub(super) const fn new() -> Self {
        BlockRun {
            first: 0,
            count: 0,
            block_size: 0,
            bytes: 0..0,
            is_direct: false,
            spans: List::new(),
        }
    }

    /// Returns the number of bytes to read from the file for the run.
    #[inline]
    pub(super) fn len(&self) -> usize {
        (self.bytes.end - self.bytes.start) as usize
    }

    /// Returns the range of a block's bytes within the bytes of the run. For a stored block, of
    /// which the run may have only a part, use [`stored_position`](Self::stored_position).
    #[inline]
    pub(super) fn position(&self, span: &Span) -> Range<usize> {
        let start = (span.offset - self.bytes.start) as usize;
        start..start + span.len as usize
    }

    /// Returns the range of bytes `start..end` of a stored block within the bytes of the run.
    #[inline]
    pub(super) fn stored_position(&self, span: &Span, start: usize, end: usize) -> Range<usize> {
        let position = span.offset.wrapping_sub(self.bytes.start) as usize;
        position.wrapping_add(start)..position.wrapping_add(end)
    }

    /// Removes all blocks except the first.
    pub(super) fn keep_first(&mut self) {
        self.count = 1;
        self.spans.truncate(1);
        if let Some(span) = self.spans.first() {
            self.bytes.end = self.bytes.end.min(span.offset + u64::from(span.len));
        }
    }
}
