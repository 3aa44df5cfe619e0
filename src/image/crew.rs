//! Threads of an image that decode beside its readers.
//!
//! They know nothing of the source: a reader fetches the compressed bytes and leaves them here as a
//! [`Task`]. So no source is called by a thread that its owner does not know, and nothing has to be
//! waited for but decoding.

use super::decode::Decoder;
use super::spans::Blocks;
use crate::error::Result;
use crate::format::Span;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Decoded bytes from which on several threads share them.
const LARGE: usize = 64 << 10;

/// Decoded bytes of a part, at the least: enough to be worth waking a thread.
const PART: usize = 16 << 10;

/// The threads, which are started with the first task.
pub(super) struct Crew {
    workers: usize,
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// There is a task, or the end.
    more: Condvar,
}

struct Queue {
    tasks: VecDeque<Arc<Task>>,
    is_over: bool,
}

/// Neighbouring blocks, each of the full size, and a copy of their compressed bytes: as [`Blocks`].
pub(super) struct Packed {
    pub(super) first: u32,
    pub(super) size: usize,
    pub(super) spans: Vec<Span>,
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
}

impl Packed {
    /// Those that `range` counts.
    fn blocks(&self, range: Range<usize>) -> Blocks<'_> {
        Blocks {
            first: self.first + range.start as u32,
            size: self.size,
            spans: &self.spans[range],
            offset: self.offset,
            bytes: &self.bytes,
        }
    }
}

/// Which end of a task the workers begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A reader wants the first parts later than the workers can have them.
    First,
    /// A reader decodes the first parts itself at the same time.
    Last,
}

/// Whole blocks to be decoded, cut into parts. A part is decoded by whoever takes it first: a
/// worker, or the reader, who then need not wait for anybody.
pub(super) struct Task {
    packed: Packed,
    end: End,
    /// Blocks of each part, but perhaps the last.
    step: usize,
    parts: Mutex<Vec<Part>>,
    /// A part is done.
    done: Condvar,
}

enum Part {
    Waiting,
    /// A worker decodes it.
    Taken,
    /// What it decodes to; `None` if it does not.
    Done(Option<Vec<u8>>),
    /// The reader has it, or does not want it.
    Gone,
}

impl Crew {
    pub(super) fn new(workers: usize) -> Self {
        Crew {
            workers,
            shared: Arc::new(Shared {
                queue: Mutex::new(Queue {
                    tasks: VecDeque::new(),
                    is_over: false,
                }),
                more: Condvar::new(),
            }),
            threads: Mutex::new(Vec::new()),
        }
    }

    /// Leaves these blocks to be decoded.
    pub(super) fn leave(&self, packed: Packed, end: End) -> Arc<Task> {
        let step = (PART / packed.size).max(1);
        let count = packed.spans.len().div_ceil(step);
        let task = Arc::new(Task {
            packed,
            end,
            step,
            parts: Mutex::new((0..count).map(|_| Part::Waiting).collect()),
            done: Condvar::new(),
        });
        self.start();
        lock(&self.shared.queue).tasks.push_back(Arc::clone(&task));
        self.shared.more.notify_all();
        task
    }

    /// Decodes blocks into `out`, which has room for just them, together with `decoder` if they are
    /// many. Fails with the first block that fails.
    pub(super) fn decode(
        &self,
        blocks: Blocks,
        decoder: &mut Decoder,
        out: &mut [u8],
    ) -> Result<()> {
        if out.len() < LARGE {
            return blocks.decode(decoder, out);
        }
        let packed = Packed {
            first: blocks.first,
            size: blocks.size,
            spans: blocks.spans.to_vec(),
            offset: blocks.offset,
            bytes: blocks.bytes.to_vec(),
        };
        self.leave(packed, End::Last).finish(decoder, out)
    }

    /// Starts the threads, unless they run. Where none can be started the readers do it all.
    fn start(&self) {
        let mut threads = lock(&self.threads);
        while threads.len() < self.workers {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().spawn(move || shared.work()) {
                Ok(thread) => threads.push(thread),
                Err(_) => break,
            }
        }
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        lock(&self.shared.queue).is_over = true;
        self.shared.more.notify_all();
        for thread in lock(&self.threads).drain(..) {
            // It cannot have panicked: decoding is guarded.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self) {
        let mut decoder = Decoder::new();
        while let Some((task, part)) = self.take() {
            let work = AssertUnwindSafe(|| task.decode(part, &mut decoder));
            let bytes = catch_unwind(work).unwrap_or_else(|_| {
                // What state it is in nobody knows. The reader meets the defect himself.
                decoder = Decoder::new();
                None
            });
            task.put(part, bytes);
        }
    }

    /// A part of the oldest task that has any to take; `None` at the end.
    fn take(&self) -> Option<(Arc<Task>, usize)> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.is_over {
                return None;
            }
            while let Some(task) = queue.tasks.front() {
                if let Some(part) = task.take() {
                    return Some((Arc::clone(task), part));
                }
                queue.tasks.pop_front();
            }
            queue = self
                .more
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Task {
    /// The blocks.
    pub(super) fn blocks(&self) -> Range<u32> {
        let first = self.packed.first;
        first..first + self.packed.spans.len() as u32
    }

    /// The part that has `block`, and its blocks.
    pub(super) fn part_of(&self, block: u32) -> (usize, Range<u32>) {
        let part = (block - self.packed.first) as usize / self.step;
        let range = self.range(part);
        let first = self.packed.first;
        (part, first + range.start as u32..first + range.end as u32)
    }

    /// Decodes everything that no worker decodes, and gathers all in `out`, which has room for just
    /// that. The first failure in the order of the blocks is the one that is told.
    pub(super) fn finish(&self, decoder: &mut Decoder, out: &mut [u8]) -> Result<()> {
        let rooms = out.chunks_mut(self.step * self.packed.size);
        for (part, room) in rooms.enumerate() {
            let given = self.give(part, decoder, room);
            if given.is_err() {
                self.cancel();
                return given;
            }
        }
        Ok(())
    }

    /// Fills `out`, which has room for just that, with the blocks of a part: those that a worker
    /// decodes or has decoded, else by decoding them here.
    pub(super) fn give(&self, part: usize, decoder: &mut Decoder, out: &mut [u8]) -> Result<()> {
        match self.wait_for(part) {
            Some(bytes) => {
                out.copy_from_slice(&bytes);
                Ok(())
            }
            None => self.packed.blocks(self.range(part)).decode(decoder, out),
        }
    }

    /// Says that what no worker has begun is not wanted any more.
    pub(super) fn cancel(&self) {
        for part in lock(&self.parts).iter_mut() {
            if matches!(part, Part::Waiting) {
                *part = Part::Gone;
            }
        }
    }

    /// What a worker makes of a part, if one has begun it and it decodes.
    fn wait_for(&self, part: usize) -> Option<Vec<u8>> {
        let mut parts = lock(&self.parts);
        while matches!(parts[part], Part::Taken) {
            parts = self
                .done
                .wait(parts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        match core::mem::replace(&mut parts[part], Part::Gone) {
            Part::Done(bytes) => bytes,
            _ => None,
        }
    }

    fn take(&self) -> Option<usize> {
        let mut parts = lock(&self.parts);
        let waits = |part: &Part| matches!(part, Part::Waiting);
        let part = match self.end {
            End::First => parts.iter().position(waits),
            End::Last => parts.iter().rposition(waits),
        }?;
        parts[part] = Part::Taken;
        Some(part)
    }

    fn decode(&self, part: usize, decoder: &mut Decoder) -> Option<Vec<u8>> {
        let blocks = self.packed.blocks(self.range(part));
        let len = blocks.spans.len() * blocks.size;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).ok()?;
        bytes.resize(len, 0);
        blocks.decode(decoder, &mut bytes).ok()?;
        Some(bytes)
    }

    fn put(&self, part: usize, bytes: Option<Vec<u8>>) {
        lock(&self.parts)[part] = Part::Done(bytes);
        self.done.notify_all();
    }

    /// Which of the blocks are in a part.
    fn range(&self, part: usize) -> Range<usize> {
        let start = part * self.step;
        start..(start + self.step).min(self.packed.spans.len())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half done under a lock.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
