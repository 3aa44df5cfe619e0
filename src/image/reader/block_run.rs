//! `BlockRun`: neighboring blocks whose compressed bytes are fetched with one read of the file.

use crate::format::Span;
use crate::image::storage::List;
use core::ops::Range;

/// Neighboring blocks of the image whose compressed bytes are fetched with one read of the file.
/// The blocks have the same order in the file as in the image. Other bytes may lie between them.
pub(super) struct BlockRun {
    /// Number of the run's first block in the image.
    pub(super) first: u32,
    /// Number of blocks in the run, 1 or more.
    pub(super) count: usize,
    /// Number of decoded bytes in a block.
    pub(super) block_size: usize,
    /// Range of offsets in the file that is read for the run. Of a compressed block, all bytes are
    /// read. If the first or the last block of the run is stored, only its requested bytes are
    /// read.
    pub(super) bytes: Range<u64>,
    /// Whether the run is read straight into the caller's buffer. If so, all its blocks are stored
    /// and follow each other in the file without gaps.
    pub(super) is_direct: bool,
    /// Where each block lies in the file. Empty in low-memory mode, which finds each block in the
    /// index again.
    pub(super) spans: List<Span>,
}

impl BlockRun {
    /// Returns a run that is not planned yet.
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

    /// Returns the number of bytes that are read from the file for the run.
    #[inline]
    pub(super) fn len(&self) -> usize {
        (self.bytes.end - self.bytes.start) as usize
    }

    /// Returns where the block at `span` lies in the bytes that were read for the run. The block
    /// has to be compressed, because a stored block may have been read only in part.
    #[inline]
    pub(super) fn position(&self, span: &Span) -> Range<usize> {
        let start = (span.offset - self.bytes.start) as usize;
        start..start + span.len as usize
    }

    /// Returns where the bytes `start..end` of the stored block at `span` lie in the bytes that
    /// were read for the run. `start` and `end` are offsets within the block. The bytes must have
    /// been read.
    #[inline]
    pub(super) fn stored_position(&self, span: &Span, start: usize, end: usize) -> Range<usize> {
        let position = span.offset.wrapping_sub(self.bytes.start) as usize;
        position.wrapping_add(start)..position.wrapping_add(end)
    }

    /// Removes all blocks except the first from the run.
    pub(super) fn keep_first(&mut self) {
        self.count = 1;
        self.spans.truncate(1);
        if let Some(span) = self.spans.first() {
            self.bytes.end = self.bytes.end.min(span.offset + u64::from(span.len));
        }
    }
}
