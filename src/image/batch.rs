//! Neighbouring blocks of a request: one read of the source for all of them, and each decoded where
//! the caller wants it.

use super::ahead::Ahead;
use super::buffer::Buffer;
use super::read::{Found, Place};
use super::scratch::Scratch;
use super::spans::Blocks;
use super::{Crew, Image};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, Span};
use crate::io::ReadAt;
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

/// The most compressed bytes that are read at once, unless a single block has more.
const MAX_BYTES: u64 = 256 << 10;

/// The most blocks that are found at once.
const MAX_BLOCKS: usize = 1024;

/// So many bytes of stored blocks side by side are read straight to where they are wanted: a read of
/// their own takes less time than to copy them.
const LONG_RUN: usize = 32 << 10;

/// Blocks that follow one another in the image and in the file, perhaps with gaps.
pub(super) struct Batch {
    /// The number of the first block.
    first: u32,
    /// Where each lies in the file: one or more.
    spans: Vec<Span>,
    /// Where the bytes are that begin with those of the first block.
    place: Place,
    /// They are a long run of stored blocks, without gaps.
    is_plain: bool,
}

impl Batch {
    /// Room for one that is yet to be found.
    pub(super) const fn new() -> Self {
        Batch {
            first: 0,
            spans: Vec::new(),
            place: Place::Packed(0),
            is_plain: false,
        }
    }

    /// The bytes of the file that cover the blocks.
    fn bytes(&self) -> Range<u64> {
        match (self.spans.first(), self.spans.last()) {
            (Some(first), Some(last)) => first.offset..last.offset + u64::from(last.len),
            _ => 0..0,
        }
    }

    fn blocks(&self) -> Range<u32> {
        self.first..self.first + self.spans.len() as u32
    }

    /// Block `i` of the batch.
    fn found(&self, i: usize) -> Found {
        let span = self.spans[i];
        let place = match self.place {
            Place::Packed(start) => {
                Place::Packed(start + (span.offset - self.spans[0].offset) as usize)
            }
            Place::File => Place::File,
        };
        Found {
            number: self.first + i as u32,
            span,
            place,
        }
    }
}

impl<S: ReadAt> Image<S> {
    /// Reads from byte `at` of the image on, which lies in the first of `blocks`, as many of them as
    /// one read of the source should cover, with the help of a crew if there is one. Returns how
    /// many bytes of `out` are filled.
    pub(super) fn read_batch(
        &self,
        crew: Option<&Crew>,
        scratch: &mut Scratch,
        blocks: RangeInclusive<u32>,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        let mut batch = core::mem::replace(&mut scratch.batch, Batch::new());
        let given = self.find(scratch, &mut batch, blocks).and_then(|()| {
            if let Some(given) = self.read_plain(scratch, &batch, at, out) {
                return Ok(given);
            }
            self.fetch(scratch, &mut batch)?;
            self.deliver_all(crew, scratch, &batch, at, out)
        });
        scratch.batch = batch;
        given
    }

    /// Finds the first of `blocks`, and as many more as should be read with it.
    fn find(
        &self,
        scratch: &mut Scratch,
        batch: &mut Batch,
        blocks: RangeInclusive<u32>,
    ) -> Result<()> {
        let (first, last) = blocks.into_inner();
        let size = self.header.block_size;
        let long = match self.file_in_memory() {
            Some(_) => usize::MAX,
            None => LONG_RUN.div_ceil(size as usize),
        };
        let count = MAX_BLOCKS.min((last - first) as usize + 1);
        // A window that is loaded anew may contradict the old one if the file changes: all blocks of a
        // batch are located by the same entries.
        let entries = self.entries(&mut scratch.window, first)?;
        let span = self.locate_in(entries, first)?;
        let start = span.offset;
        let end_of = |span: &Span| span.offset + u64::from(span.len);
        let is_stored = |span: &Span| span.coding == Coding::Stored && span.len == size;
        let mut end = end_of(&span);
        // Stored blocks side by side that the batch ends with.
        let mut run = usize::from(is_stored(&span));
        let spans = &mut batch.spans;
        spans.clear();
        spans
            .try_reserve(count)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        spans.push(span);
        for block in first + 1..first + count as u32 {
            if scratch.cached == Some(block) {
                break;
            }
            // What is wrong with a later block is told when it comes first.
            let Ok(span) = self.locate_in(entries, block) else {
                break;
            };
            if span.offset < end || end_of(&span) - start > MAX_BYTES {
                break;
            }
            let goes_on = is_stored(&span) && span.offset == end;
            if !goes_on && run == spans.len() && run >= long {
                break;
            }
            run = if goes_on { run + 1 } else { 0 };
            end = end_of(&span);
            spans.push(span);
            if run >= long && run < spans.len() {
                spans.truncate(spans.len() - run);
                run = 0;
                break;
            }
        }
        batch.first = first;
        batch.is_plain = run >= long && run == spans.len();
        Ok(())
    }

    /// Reads a long run of stored blocks straight into `out`, if its bytes are not in memory and all
    /// of them are wanted. `None` if nothing was read: if that failed, the run is read as other
    /// blocks are, which tells what is wrong.
    fn read_plain(
        &self,
        scratch: &mut Scratch,
        batch: &Batch,
        at: u64,
        out: &mut [u8],
    ) -> Option<usize> {
        let Range { start, end } = batch.bytes();
        let len = (end - start) as usize;
        if !batch.is_plain
            || self.header.block_and_offset(at).1 != 0
            || scratch.ahead.find(start, len).is_some()
        {
            return None;
        }
        let count = batch.spans.len();
        if self.whole_blocks(batch.first, count, out.len()) < count {
            return None;
        }
        self.source.read_exact_at(start, &mut out[..len]).ok()?;
        scratch.ahead.passed(&batch.blocks());
        Some(len)
    }

    /// Brings the bytes of a batch into memory.
    fn fetch(&self, scratch: &mut Scratch, batch: &mut Batch) -> Result<()> {
        let mut loaded = self.load(scratch, batch);
        if loaded.is_err() && batch.spans.len() > 1 {
            // The blocks before the damage are still good, and the failure names its block.
            batch.spans.truncate(1);
            loaded = self.load(scratch, batch);
        }
        loaded.map_err(|e| e.in_block(batch.first))
    }

    /// Brings the bytes of a batch into memory, if they are not there.
    fn load(&self, scratch: &mut Scratch, batch: &mut Batch) -> Result<()> {
        let bytes = batch.bytes();
        if let Some(file) = self.file_in_memory() {
            // It may be shorter than it was when it was opened.
            if bytes.end > file.len() as u64 {
                return Err(Error::new(ErrorKind::Truncated).at(file.len() as u64));
            }
            batch.place = Place::File;
            scratch.ahead.passed(&batch.blocks());
            return Ok(());
        }
        let Scratch { packed, ahead, .. } = scratch;
        let len = (bytes.end - bytes.start) as usize;
        let start = match ahead.find(bytes.start, len) {
            Some(start) => start,
            None => {
                self.load_ahead(packed, ahead, batch.blocks(), bytes)?;
                0
            }
        };
        batch.place = Place::Packed(start);
        ahead.passed(&batch.blocks());
        Ok(())
    }

    /// Reads these bytes of the file, which are those of the blocks, and more where that is likely
    /// to save another read.
    fn load_ahead(
        &self,
        packed: &mut Buffer,
        ahead: &mut Ahead,
        blocks: Range<u32>,
        bytes: Range<u64>,
    ) -> Result<()> {
        let wanted = (bytes.end - bytes.start) as usize;
        let left = self.header.file_len - bytes.start;
        let reach = (ahead.reach(&blocks) as u64).min(left) as usize;
        ahead.forget();
        for len in [reach, wanted] {
            if len < wanted {
                continue;
            }
            packed.at_least(len)?;
            match self.source.read_exact_at(bytes.start, &mut packed[..len]) {
                Ok(()) => {
                    ahead.hold(bytes.start, len);
                    return Ok(());
                }
                // What nobody asked for is no reason to fail.
                Err(_) if len > wanted => ahead.shrink(),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Decodes the blocks of a batch into `out`, from byte `at` of the image on. Returns how many
    /// bytes that gave.
    ///
    /// Of the first block only the end may be wanted, of the last one only the beginning. All
    /// between are wanted whole, and decoded together.
    fn deliver_all(
        &self,
        crew: Option<&Crew>,
        scratch: &mut Scratch,
        batch: &Batch,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        let count = batch.spans.len();
        let (mut next, mut done) = (0, 0);
        if count == 1 || self.header.block_and_offset(at).1 != 0 {
            let found = batch.found(0);
            done = match self.deliver_with_next(scratch, &found, at, out) {
                Some(given) => given,
                None => self.deliver(scratch, &found, at, out)?,
            };
            next = 1;
        }
        let whole = self.whole_blocks(batch.first + next as u32, count - next, out.len() - done);
        if whole != 0 {
            let blocks = next..next + whole;
            let room = &mut out[done..done + whole * self.header.block_size as usize];
            done += room.len();
            next += whole;
            self.decode_whole(crew, scratch, batch, blocks, room)?;
        }
        if next < count {
            let rest = &mut out[done..];
            done += self.deliver(scratch, &batch.found(next), at + done as u64, rest)?;
        }
        Ok(done)
    }

    /// Decodes those blocks of a batch that `range` counts into `out`, which has room for just them.
    fn decode_whole(
        &self,
        crew: Option<&Crew>,
        scratch: &mut Scratch,
        batch: &Batch,
        range: Range<usize>,
        out: &mut [u8],
    ) -> Result<()> {
        let Range { start, end } = batch.bytes();
        let blocks = Blocks {
            first: batch.first + range.start as u32,
            size: self.header.block_size as usize,
            spans: &batch.spans[range],
            offset: start,
            bytes: self.bytes_of(&scratch.packed, batch.place, start, end),
        };
        match crew {
            Some(crew) => crew.decode(blocks, &mut scratch.decoder, out),
            None => blocks.decode(&mut scratch.decoder, out),
        }
    }

    /// How many of `count` blocks from `first` on are of the full size and have their place in
    /// `room` bytes.
    pub(super) fn whole_blocks(&self, first: u32, count: usize, room: usize) -> usize {
        let size = self.header.block_size;
        let count = count.min(room / size as usize);
        let last = first + (count as u32).saturating_sub(1);
        match self.header.block_len(last) == size {
            true => count,
            false => count.saturating_sub(1),
        }
    }
}
