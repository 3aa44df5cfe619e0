//! Neighboring blocks that are fetched with one read of the source.

use crate::format::Span;
use crate::image::storage::List;
use core::ops::Range;

/// Neighboring blocks of the image whose compressed bytes lie one after the other in the file,
/// perhaps with gaps.
pub(super) struct BlockRun {
    /// The number of the first block.
    pub(super) first: u32,
    /// Number of blocks, one or more.
    pub(super) count: usize,
    /// Bytes of a decoded block.
    pub(super) block_size: usize,
    /// The bytes of the file to read. Of a stored block at either end of the run, only the bytes
    /// that are wanted are among them.
    pub(super) bytes: Range<u64>,
    /// Whether all blocks are stored, without gaps, and enough to be read straight into the caller's
    /// buffer.
    pub(super) is_direct: bool,
    /// Where each block lies. Empty in low-memory mode, in which the index is asked again.
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

    /// Number of bytes to read.
    #[inline]
    pub(super) fn len(&self) -> usize {
        (self.bytes.end - self.bytes.start) as usize
    }

    /// Returns where the bytes of a block are among the bytes of the run. Not for a stored block,
    /// of which only a part may be there.
    #[inline]
    pub(super) fn position(&self, span: &Span) -> Range<usize> {
        let start = (span.offset - self.bytes.start) as usize;
        start..start + span.len as usize
    }

    /// Returns where bytes `start` to `end` of a stored block are among the bytes of the run.
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
