//! Blocks that worker threads decode for one reader before they are requested, and the tasks that
//! the workers are given.

use super::loaded_run::LoadedRun;
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::decode::decode_blocks;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Largest number of decoded bytes in one part of a `DecodeTask`. A part that is a single block may
/// have more.
const MAX_PART: usize = 16 << 10;

/// The blocks that were decoded ahead for one reader, and the tasks that decode more.
pub(in crate::image::reader) struct DecodedAhead {
    /// Tasks that workers decode. The blocks of each task follow those of the task before it.
    pub(in crate::image::reader) tasks: VecDeque<Arc<DecodeTask>>,
    /// Numbers of the blocks whose decoded bytes are in `bytes`.
    pub(in crate::image::reader) ready: Range<u32>,
    pub(in crate::image::reader) bytes: Vec<u8>,
}

impl DecodedAhead {
    pub(in crate::image::reader) fn new() -> Self {
        DecodedAhead {
            tasks: VecDeque::new(),
            ready: 0..0,
            bytes: Vec::new(),
        }
    }

    pub(in crate::image::reader) fn cancel(&mut self) {
        for task in self.tasks.drain(..) {
            task.cancel();
        }
    }

    /// Returns the task that decodes block number `block`, or `None` if there is none. Cancels and
    /// removes all tasks whose blocks come before `block`.
    fn task_with(&mut self, block: u32) -> Option<Arc<DecodeTask>> {
        while self.tasks.front()?.blocks().end <= block {
            self.tasks.pop_front()?.cancel();
        }
        let front = self.tasks.front()?;
        front.blocks().contains(&block).then(|| Arc::clone(front))
    }

    /// Moves the decoded bytes of the task part that has `block` into `bytes`. If no worker has
    /// begun the part, decodes it on the calling thread.
    ///
    /// Returns `false` if no task has the block, a block of the part does not decode, or an
    /// allocation failed. The caller then reads the block without decode-ahead, which reports the
    /// error.
    pub(in crate::image::reader) fn make_ready(
        &mut self,
        block: u32,
        decoder: &mut BlockDecoder,
    ) -> bool {
        let Some(task) = self.task_with(block) else {
            return false;
        };
        let (part, blocks) = task.part_with(block);
        self.ready = 0..0;
        let is_decoded = match task.take(part) {
            TaskPart::Decoded(Some(bytes)) => {
                self.bytes = bytes;
                true
            }
            TaskPart::Waiting => task.decode(part, &mut self.bytes, decoder).is_some(),
            _ => false,
        };
        if is_decoded {
            self.ready = blocks;
        }
        is_decoded
    }

    /// Returns the number of the first block that is not decoded ahead yet and is in no task.
    /// Blocks before block number `next` are not considered.
    pub(in crate::image::reader) fn first_to_decode(&self, next: u32) -> u32 {
        let begun = self.tasks.back().map_or(next, |task| task.blocks().end);
        match self.ready.contains(&next) {
            true => begun.max(next).max(self.ready.end),
            false => begun.max(next),
        }
    }
}

impl Drop for DecodedAhead {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// A run of blocks to decode in parts. Every block has the full block size. Each part is decoded by
/// a worker, or by the reader if it needs the part before a worker has begun it.
pub(in crate::image::reader) struct DecodeTask {
    loaded: LoadedRun,
    /// Number of blocks in each part. The last part may have fewer.
    part_blocks: usize,
    parts: Mutex<Vec<TaskPart>>,
    /// Notified when a worker has decoded a part.
    decoded: Condvar,
}

/// State of one part of a task.
enum TaskPart {
    /// No thread decodes the part yet.
    Waiting,
    /// A worker decodes the part.
    Taken,
    /// The decoded bytes, or `None` if a block of the part does not decode, an allocation failed
    /// or the worker panicked.
    Decoded(Option<Vec<u8>>),
    /// The reader has taken the part or cancelled it.
    Removed,
}

impl DecodeTask {
    /// Returns a task that decodes all blocks of a run, or `None` if an allocation fails.
    pub(in crate::image::reader) fn new(loaded: LoadedRun) -> Option<Self> {
        let part_blocks = (MAX_PART / loaded.run.block_size).max(1);
        let count = loaded.run.count.div_ceil(part_blocks);
        let mut parts = Vec::new();
        parts.try_reserve_exact(count).ok()?;
        parts.resize_with(count, || TaskPart::Waiting);
        Some(DecodeTask {
            loaded,
            part_blocks,
            parts: Mutex::new(parts),
            decoded: Condvar::new(),
        })
    }

    fn blocks(&self) -> Range<u32> {
        let run = &self.loaded.run;
        run.first..run.first + run.count as u32
    }

    /// Returns the numbers of the blocks in part number `part` of the task. The first block of the
    /// run has number 0.
    fn range(&self, part: usize) -> Range<usize> {
        let start = part * self.part_blocks;
        start..(start + self.part_blocks).min(self.loaded.run.count)
    }

    /// Returns the number of the part that has `block`, and the numbers of all blocks of that part.
    fn part_with(&self, block: u32) -> (usize, Range<u32>) {
        let first = self.loaded.run.first;
        let part = (block - first) as usize / self.part_blocks;
        let range = self.range(part);
        (part, first + range.start as u32..first + range.end as u32)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<TaskPart>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decodes parts of the task until no part is waiting. Workers call this function.
    pub(in crate::image::reader) fn decode_parts(&self, decoder: &mut BlockDecoder) {
        loop {
            let mut parts = self.lock();
            let waiting = parts
                .iter()
                .position(|part| matches!(part, TaskPart::Waiting));
            let Some(part) = waiting else { return };
            parts[part] = TaskPart::Taken;
            drop(parts);
            let mut taken = TakenPart {
                task: self,
                part,
                bytes: None,
            };
            let mut bytes = Vec::new();
            taken.bytes = self.decode(part, &mut bytes, decoder).map(|()| bytes);
        }
    }

    /// Decodes part number `part` of the task into `bytes`. Returns `None` if a block does not
    /// decode or an allocation fails.
    fn decode(&self, part: usize, bytes: &mut Vec<u8>, decoder: &mut BlockDecoder) -> Option<()> {
        let LoadedRun { run, input } = &self.loaded;
        let range = self.range(part);
        let len = range.len() * run.block_size;
        bytes
            .try_reserve_exact(len.saturating_sub(bytes.len()))
            .ok()?;
        bytes.resize(len, 0);
        decode_blocks(run, range, input, decoder, bytes).ok()
    }

    /// Removes part number `part` from the task and returns it. If a worker is decoding the part,
    /// waits for it, so that `TaskPart::Taken` is never returned.
    fn take(&self, part: usize) -> TaskPart {
        let mut parts = self.lock();
        while matches!(parts[part], TaskPart::Taken) {
            parts = self
                .decoded
                .wait(parts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        mem::replace(&mut parts[part], TaskPart::Removed)
    }

    /// Removes all parts that no worker has begun.
    fn cancel(&self) {
        for part in self.lock().iter_mut() {
            if matches!(part, TaskPart::Waiting) {
                *part = TaskPart::Removed;
            }
        }
    }
}

/// Guard for a part of a task that a worker is decoding. When the guard is dropped, the part is
/// marked as decoded, so that the reader does not wait forever. A panic drops it too.
struct TakenPart<'a> {
    task: &'a DecodeTask,
    part: usize,
    bytes: Option<Vec<u8>>,
}

impl Drop for TakenPart<'_> {
    fn drop(&mut self) {
        self.task.lock()[self.part] = TaskPart::Decoded(self.bytes.take());
        self.task.decoded.notify_all();
    }
}
