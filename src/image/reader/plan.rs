//! Plans a run of blocks. This means to decide which neighboring blocks of a request are fetched
//! with one read of the file.

use super::block_run::BlockRun;
use super::request::Request;
use crate::error::{ErrorKind, Result};
use crate::format::{Coding, ImageHeader, Span};
use crate::image::index::{locate, IndexPage};

/// Limits for a run of blocks, which is a group of neighboring blocks that are fetched with one
/// read of the file.
pub(super) struct Limits {
    /// Largest number of blocks in the run.
    pub(super) max_blocks: usize,
    /// Largest number of bytes to read from the file for the run. The limit does not apply to a run
    /// of one block or to a direct run (see `min_direct`).
    pub(super) max_bytes: u64,
    /// Smallest number of bytes of stored blocks for which a direct run is made. Such a run has
    /// only stored blocks, which follow each other in the file without gaps, and is read straight
    /// into the caller's buffer.
    pub(super) min_direct: u64,
    /// Whether to save in the run where each of its blocks lies in the file.
    pub(super) keep_spans: bool,
}

/// Sets `run` to the next blocks of `request`. The run begins with the current block of the
/// request, whose index entry is in `page`. The run has as many blocks as `limits` allows. It ends
/// earlier if the next block does not lie after the run's other blocks in the file. It also ends
/// before block number `cached`, whose decoded bytes the reader has in memory. `cached` is `None`
/// if there is no such block.
///
/// All positions of a run come from `page`. If a page were loaded again for some of the blocks and
/// the file had changed meanwhile, the positions might contradict each other.
///
/// # Errors
///
/// The kind of damage if the index entry of the first block is damaged. If the entry of a later
/// block is damaged, the run ends before that block, and this function succeeds.
pub(super) fn plan(
    run: &mut BlockRun,
    header: &ImageHeader,
    page: &IndexPage,
    request: &Request,
    cached: Option<u32>,
    limits: &Limits,
) -> Result<()> {
    let first = request.block;
    let count = limits
        .max_blocks
        .min((request.last_block - first) as usize + 1);
    let span = locate(header, page, first)?;
    let mut bytes = bytes_to_read(&span, request, first);
    // At each step, the stored blocks at the end of the run, as far back as there is no gap between
    // them in the file.
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
        // The index entry of this block is damaged. The error is reported when a later run begins
        // with this block.
        let Ok(span) = locate(header, page, block) else {
            break;
        };
        let next = bytes_to_read(&span, request, block);
        let is_continued = stored.is_continued_by(&span, &next);
        let is_direct = stored.count == run.count && stored.bytes() >= limits.min_direct;
        // A direct run may exceed `limits.max_bytes`, because it needs no memory of the reader.
        let is_too_long = next.end - bytes.start > limits.max_bytes && !(is_direct && is_continued);
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
        if stored.bytes() >= limits.min_direct && stored.count < run.count {
            // The stored blocks at the end have enough bytes for a direct run, and other blocks
            // precede them. End this run before the stored blocks, so that they become the next
            // run.
            run.count -= stored.count;
            run.spans.truncate(run.count);
            let last = run.spans.last().ok_or(ErrorKind::Internal)?;
            bytes.end = last.offset + u64::from(last.len);
            stored = AdjacentStored::NONE;
            break;
        }
    }
    run.bytes = bytes;
    run.is_direct = stored.count == run.count && stored.bytes() >= limits.min_direct;
    Ok(())
}

/// Returns the range of offsets in the file that has to be read for block number `block`. For a
/// compressed block, this is the whole block. For a stored block, it is only the requested part.
fn bytes_to_read(span: &Span, request: &Request, block: u32) -> core::ops::Range<u64> {
    if span.coding != Coding::Stored {
        return span.offset..span.offset + u64::from(span.len);
    }
    let (start, end) = request.part_of(block);
    span.offset + start as u64..span.offset + end as u64
}

/// Stored blocks that follow each other in the file without gaps. There may be none.
#[derive(Clone, Copy)]
struct AdjacentStored {
    count: usize,
    start: u64,
    end: u64,
}

impl AdjacentStored {
    const NONE: AdjacentStored = AdjacentStored {
        count: 0,
        start: 0,
        end: 0,
    };

    fn new(span: &Span, bytes: &core::ops::Range<u64>) -> Self {
        match span.coding {
            Coding::Stored => AdjacentStored {
                count: 1,
                start: bytes.start,
                end: bytes.end,
            },
            _ => Self::NONE,
        }
    }

    /// Returns whether the block at `span` is stored and follows the blocks of `self` in the file
    /// without a gap. `bytes` is the range of offsets in the file that has to be read for this
    /// block. Returns `false` if `self` has no blocks.
    fn is_continued_by(&self, span: &Span, bytes: &core::ops::Range<u64>) -> bool {
        span.coding == Coding::Stored && self.count != 0 && bytes.start == self.end
    }

    fn with(self, bytes: &core::ops::Range<u64>) -> Self {
        AdjacentStored {
            count: self.count + 1,
            end: bytes.end,
            ..self
        }
    }

    fn bytes(&self) -> u64 {
        self.end - self.start
    }
}
