//! Reading with a crew: in a run of requests the blocks that come next are decoded before they are
//! asked for.

use super::crew::{Crew, End, Packed, Task};
use super::scratch::Scratch;
use super::Image;
use crate::error::Result;
use crate::format::Format;
use crate::io::ReadAt;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

/// Requests that must follow one another before it is a run.
const RUN: u32 = 3;

/// The requests of one reader, and what was decoded for those to come.
pub(super) struct Run {
    /// The block that the run goes on with.
    next: u32,
    /// How many requests followed one another.
    requests: u32,
    /// Neighbouring blocks that are being decoded.
    tasks: VecDeque<Arc<Task>>,
    /// Blocks that are decoded, and their bytes.
    ready: Range<u32>,
    bytes: Vec<u8>,
}

impl Run {
    pub(super) const fn new() -> Self {
        Run {
            next: u32::MAX,
            requests: 0,
            tasks: VecDeque::new(),
            ready: 0..0,
            bytes: Vec::new(),
        }
    }

    /// Whether a run goes on with `block`.
    pub(super) fn expects(&self, block: u32) -> bool {
        self.next == block
    }

    /// The next request begins with `block`. If it is not the one that was expected, what was
    /// begun for the run is not wanted any more.
    fn begin(&mut self, block: u32) {
        // A block of which only a part was asked for is asked for again.
        if block == self.next || block.checked_add(1) == Some(self.next) {
            self.requests = self.requests.saturating_add(1);
        } else {
            self.requests = 0;
            self.forget();
        }
    }

    fn forget(&mut self) {
        for task in self.tasks.drain(..) {
            task.cancel();
        }
    }

    /// The task that has `block`, without those before it.
    fn task_with(&mut self, block: u32) -> Option<&Arc<Task>> {
        while self.tasks.front()?.blocks().end <= block {
            self.tasks.pop_front()?.cancel();
        }
        let front = self.tasks.front()?;
        front.blocks().contains(&block).then_some(front)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.forget();
    }
}

impl<S: ReadAt> Image<S> {
    /// Reads from byte `offset` on, with the help of the crew.
    pub(super) fn read_with(
        &self,
        crew: &Crew,
        scratch: &mut Scratch,
        offset: u64,
        buf: &mut [u8],
    ) -> Result<()> {
        let wants_ahead = self.decode_ahead != 0 && self.header.format != Format::Iso;
        if !wants_ahead {
            return self.read(scratch, offset, buf, Some(crew));
        }
        let (first, _) = self.header.block_and_offset(offset);
        let (last, _) = self.header.block_and_offset(offset + buf.len() as u64 - 1);
        scratch.run.begin(first);
        let done = self.copy_ready(scratch, offset, buf);
        if done < buf.len() {
            self.read(scratch, offset + done as u64, &mut buf[done..], Some(crew))?;
        }
        scratch.run.next = last + 1;
        if scratch.run.requests >= RUN {
            self.look_ahead(crew, scratch, last + 1);
        }
        Ok(())
    }

    /// Copies what was decoded before it was asked for. Returns how many bytes that was.
    fn copy_ready(&self, scratch: &mut Scratch, offset: u64, buf: &mut [u8]) -> usize {
        let mut done = 0;
        while done < buf.len() {
            let (block, within) = self.header.block_and_offset(offset + done as u64);
            if !scratch.run.ready.contains(&block) && !self.make_ready(scratch, block) {
                break;
            }
            let size = self.header.block_size as usize;
            let run = &scratch.run;
            let start = (block - run.ready.start) as usize * size + within as usize;
            let count = (run.bytes.len() - start).min(buf.len() - done);
            buf[done..done + count].copy_from_slice(&run.bytes[start..start + count]);
            done += count;
        }
        done
    }

    /// Gets the part of a task that has `block`. `false` if there is none, or it is damaged: what is
    /// wrong with it is told when it is read as any block is.
    fn make_ready(&self, scratch: &mut Scratch, block: u32) -> bool {
        let Scratch { run, decoder, .. } = scratch;
        let Some(task) = run.task_with(block).map(Arc::clone) else {
            return false;
        };
        let (part, blocks) = task.part_of(block);
        run.ready = 0..0;
        run.bytes
            .resize(blocks.len() * self.header.block_size as usize, 0);
        let given = task.give(part, decoder, &mut run.bytes);
        if given.is_ok() {
            run.ready = blocks;
        }
        given.is_ok()
    }

    /// Has the blocks from `next` on decoded, as far as that was not begun.
    fn look_ahead(&self, crew: &Crew, scratch: &mut Scratch, next: u32) {
        let size = self.header.block_size as usize;
        let window = (self.decode_ahead as usize / size) as u32;
        if window < 2 {
            return;
        }
        let begun = scratch
            .run
            .tasks
            .back()
            .map_or(next, |task| task.blocks().end);
        let begun = begun
            .max(next)
            .max(match scratch.run.ready.contains(&next) {
                true => scratch.run.ready.end,
                false => next,
            });
        // In two halves: when one is used up, the next is begun.
        if begun - next > window / 2 {
            return;
        }
        let Some(packed) = self.packed_from(scratch, begun, window / 2) else {
            return;
        };
        scratch.run.tasks.push_back(crew.leave(packed, End::First));
    }

    /// The compressed bytes of up to `count` whole blocks from `first` on, read with one read.
    /// `None` if there are none, or they cannot be read: who asks for them is told why.
    fn packed_from(&self, scratch: &mut Scratch, first: u32, count: u32) -> Option<Packed> {
        let count = count.min(self.header.blocks.saturating_sub(first));
        let count = self.whole_blocks(first, count as usize, usize::MAX) as u32;
        let mut spans = Vec::new();
        let mut end = 0;
        for block in first..first + count {
            let span = self.locate(&mut scratch.window, block).ok()?;
            if span.offset < end {
                break;
            }
            end = span.offset + u64::from(span.len);
            spans.push(span);
        }
        let offset = spans.first()?.offset;
        let len = usize::try_from(end - offset).ok()?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).ok()?;
        bytes.resize(len, 0);
        match self.file_in_memory() {
            Some(file) => bytes.copy_from_slice(file.get(offset as usize..end as usize)?),
            None => self.source.read_exact_at(offset, &mut bytes).ok()?,
        }
        Some(Packed {
            first,
            size: self.header.block_size as usize,
            spans,
            offset,
            bytes,
        })
    }
}
