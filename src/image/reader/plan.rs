//! Plans a run of blocks: decides which blocks of a request one read of the source serves.

use super::block_run::BlockRun;
use super::request::Request;
use crate::error::{ErrorKind, Result};
use crate::format::{Coding, ImageHeader, Span};
use crate::image::index::{locate, IndexPage};

/// Limits of a run of blocks.
pub(super) struct Limits {
    /// Largest number of blocks in the run.
    pub(super) blocks: usize,
    /// Largest number of bytes to read from the file for the run. A run of one block may have more.
    pub(super) bytes: u64,
    /// Smallest total size in bytes for which adjacent stored blocks become a run of their own.
    /// Such a run is read straight into the caller's buffer.
    pub(super) min_direct: u64,
    /// Whether the run keeps the positions of its blocks.
    pub(super) keep_spans: bool,
}

/// Sets `run` to the blocks to fetch next for `request`. `page` has the index entry of the first
/// block. The run ends before block number `cached`, which is in the one-block cache. If `cached`
/// is `None`, the run may have any block of the request.
///
/// If the file changes, an index page that is loaded twice may have different entries. Therefore
/// all positions of a run come from the same page.
///
/// # Errors
///
/// The error of the first block's index entry. The run ends before a later block whose index entry
/// is damaged.
pub(super) fn plan(
    run: &mut BlockRun,
    header: &ImageHeader,
    page: &IndexPage,
    request: &Request,
    cached: Option<u32>,
    limits: &Limits,
) -> Result<()> {
    let first = request.block;
    let count = limits.blocks.min((request.last - first) as usize + 1);
    let span = locate(header, page, first)?;
    let mut bytes = bytes_to_read(&span, request, first);
    // The adjacent stored blocks at the end of the run.
    let mut stored = AdjacentStored::new(&span, &bytes);
    run.spans.reset(if limits.keep_spans { count } else { 0 })?;
    run.first = first;
    run.block_size = request.block_size;
    run.count = 1;
    if limits.keep_spans {
        run.spans.push(span);
    }
    for block in first + 1..first + count as u32 {
        if cached == Some(block) {
            break;
        }
        // The error of this block is reported when a later run begins with it.
        let Ok(span) = locate(header, page, block) else {
            break;
        };
        let next = bytes_to_read(&span, request, block);
        let is_continued = stored.is_continued_by(&span, &next);
        let is_direct = stored.blocks == run.count && stored.bytes() >= limits.min_direct;
        // `limits.bytes` does not apply to a direct run, because it needs no memory of the reader.
        let is_too_long = next.end - bytes.start > limits.bytes && !(is_direct && is_continued);
        if next.start < bytes.end || is_too_long {
            break;
        }
        if is_direct && !is_continued {
            break;
        }
        stored = match is_continued {
            true => stored.with(&next),
            false => AdjacentStored::new(&span, &next),
        };
        bytes.end = next.end;
        run.count += 1;
        if limits.keep_spans {
            run.spans.push(span);
        }
        if stored.bytes() >= limits.min_direct && stored.blocks < run.count {
            // End the run before the stored blocks. They become the next run.
            run.count -= stored.blocks;
            run.spans.truncate(run.count);
            let last = run.spans.last().ok_or(ErrorKind::Internal)?;
            bytes.end = last.offset + u64::from(last.len);
            stored = AdjacentStored::NONE;
            break;
        }
    }
    run.bytes = bytes;
    run.is_direct = stored.blocks == run.count && stored.bytes() >= limits.min_direct;
    Ok(())
}

/// Returns the offsets of the bytes of the file to read for a block: all bytes of a compressed
/// block, or the requested bytes of a stored block.
fn bytes_to_read(span: &Span, request: &Request, block: u32) -> core::ops::Range<u64> {
    if span.coding != Coding::Stored {
        return span.offset..span.offset + u64::from(span.len);
    }
    let (start, end) = request.part_of(block);
    span.offset + start as u64..span.offset + end as u64
}

/// Stored blocks whose bytes are adjacent in the file.
#[derive(Clone, Copy)]
struct AdjacentStored {
    blocks: usize,
    start: u64,
    end: u64,
}

impl AdjacentStored {
    const NONE: AdjacentStored = AdjacentStored {
        blocks: 0,
        start: 0,
        end: 0,
    };

    fn new(span: &Span, bytes: &core::ops::Range<u64>) -> Self {
        match span.coding {
            Coding::Stored => AdjacentStored {
                blocks: 1,
                start: bytes.start,
                end: bytes.end,
            },
            _ => Self::NONE,
        }
    }

    /// Returns whether the block at position `span` is stored and its bytes to read follow those of
    /// `self` in the file without a gap. `bytes` has the offsets in the file of the block's bytes
    /// to read.
    fn is_continued_by(&self, span: &Span, bytes: &core::ops::Range<u64>) -> bool {
        span.coding == Coding::Stored && self.blocks != 0 && bytes.start == self.end
    }

    fn with(self, bytes: &core::ops::Range<u64>) -> Self {
        AdjacentStored {
            blocks: self.blocks + 1,
            end: bytes.end,
            ..self
        }
    }

    fn bytes(&self) -> u64 {
        self.end - self.start
    }
}
