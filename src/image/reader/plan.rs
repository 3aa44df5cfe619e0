//! Which blocks of a request are fetched with one read of the source.

use super::block_run::BlockRun;
use super::request::Request;
use crate::error::{ErrorKind, Result};
use crate::format::{Coding, ImageHeader, Span};
use crate::image::index::{locate, IndexPage};

/// Limits of a run of blocks.
pub(super) struct Limits {
    /// Most blocks.
    pub(super) blocks: usize,
    /// Most bytes to read, unless the first block alone has more.
    pub(super) bytes: u64,
    /// Bytes of stored blocks side by side from which on they are a run of their own, which is read
    /// straight into the caller's buffer.
    pub(super) direct: u64,
    /// Whether the run keeps where its blocks lie.
    pub(super) keep_spans: bool,
}

/// Makes `run` the blocks to fetch next for `request`. `page` has the index entry of the first one,
/// and `cached` is a block that needs no fetching.
///
/// An index page that is loaded again may differ if the file has changed. All blocks of a run are
/// located by the same page, so that a run never contradicts itself.
///
/// # Errors
///
/// What is wrong with the first block's index entry. A later block with such an error ends the run.
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
    let mut bytes = wanted(&span, request, first);
    // The bytes at the end of the run that belong to stored blocks side by side, and the number of
    // those blocks.
    let mut stored = Stored::new(&span, &bytes);
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
        // The error of a later block is reported when that block is the first of a run.
        let Ok(span) = locate(header, page, block) else {
            break;
        };
        let next = wanted(&span, request, block);
        let goes_on = stored.goes_on(&span, &next);
        let is_direct = stored.blocks == run.count && stored.bytes() >= limits.direct;
        // Bytes that are read straight into the caller's buffer take no other memory.
        let is_too_long = next.end - bytes.start > limits.bytes && !(is_direct && goes_on);
        if next.start < bytes.end || is_too_long {
            break;
        }
        if is_direct && !goes_on {
            break;
        }
        stored = match goes_on {
            true => stored.with(&next),
            false => Stored::new(&span, &next),
        };
        bytes.end = next.end;
        run.count += 1;
        if limits.keep_spans {
            run.spans.push(span);
        }
        if stored.bytes() >= limits.direct && stored.blocks < run.count {
            // The stored blocks are the next run.
            run.count -= stored.blocks;
            run.spans.truncate(run.count);
            let last = run.spans.last().ok_or(ErrorKind::Internal)?;
            bytes.end = last.offset + u64::from(last.len);
            stored = Stored::NONE;
            break;
        }
    }
    run.bytes = bytes;
    run.is_direct = stored.blocks == run.count && stored.bytes() >= limits.direct;
    Ok(())
}

/// Returns the bytes of the file that are needed of a block: all of them, or of a stored block
/// those that are wanted.
fn wanted(span: &Span, request: &Request, block: u32) -> core::ops::Range<u64> {
    if span.coding != Coding::Stored {
        return span.offset..span.offset + u64::from(span.len);
    }
    let (start, end) = request.part_of(block);
    span.offset + start as u64..span.offset + end as u64
}

/// Stored blocks side by side.
#[derive(Clone, Copy)]
struct Stored {
    blocks: usize,
    start: u64,
    end: u64,
}

impl Stored {
    const NONE: Stored = Stored {
        blocks: 0,
        start: 0,
        end: 0,
    };

    fn new(span: &Span, bytes: &core::ops::Range<u64>) -> Self {
        match span.coding {
            Coding::Stored => Stored {
                blocks: 1,
                start: bytes.start,
                end: bytes.end,
            },
            _ => Self::NONE,
        }
    }

    fn goes_on(&self, span: &Span, bytes: &core::ops::Range<u64>) -> bool {
        span.coding == Coding::Stored && self.blocks != 0 && bytes.start == self.end
    }

    fn with(self, bytes: &core::ops::Range<u64>) -> Self {
        Stored {
            blocks: self.blocks + 1,
            end: bytes.end,
            ..self
        }
    }

    fn bytes(&self) -> u64 {
        self.end - self.start
    }
}
