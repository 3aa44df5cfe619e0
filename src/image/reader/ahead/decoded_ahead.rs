//! Decode-ahead: blocks that worker threads decode for a reader before they are requested. The
//! blocks are decoded in tasks, which the workers execute.

use super::loaded_run::LoadedRun;
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::decode::decode_blocks;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Largest number of decoded bytes in one part of a `DecodeTask`. A part with only one block may
/// have more.
const MAX_PART_BYTES: usize = 16 << 10;

/// The blocks that were decoded for a reader before they were requested, and the tasks that decode
/// more blocks.
pub(in crate::image::reader) struct DecodedAhead {
    /// Tasks for workers, in the order of their blocks. Each task decodes a run of neighboring
    /// blocks.
    pub(in crate::image::reader) tasks: VecDeque<Arc<DecodeTask>>,
    /// Range of the numbers of the blocks whose decoded bytes are in `bytes`. Empty if there are
    /// none.
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

    /// Cancels and removes all tasks. Workers still complete the parts that they have begun.
    pub(in crate::image::reader) fn cancel(&mut self) {
        for task in self.tasks.drain(..) {
            task.cancel();
        }
    }

    /// Returns the task that decodes block number `block`, or `None` if there is no such task.
    /// Cancels and removes the tasks whose blocks all come before `block`.
    fn task_with(&mut self, block: u32) -> Option<Arc<DecodeTask>> {
        while self.tasks.front()?.blocks().end <= block {
            self.tasks.pop_front()?.cancel();
        }
        let front = self.tasks.front()?;
        front.blocks().contains(&block).then(|| Arc::clone(front))
    }

    /// Makes block number `block` ready, which means that its decoded bytes are in `bytes`. The
    /// other blocks of the same part of a task become ready too. If a worker is decoding the part,
    /// waits for it. If no worker has begun the part, decodes it on the calling thread.
    ///
    /// Returns `false` if no task decodes the block, if the part has a damaged block, or if an
    /// allocation failed. No block is then ready. The caller reads the block without decode-ahead,
    /// and this reports an error if the block is damaged.
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
            PartState::Decoded(Some(bytes)) => {
                self.bytes = bytes;
                true
            }
            PartState::Waiting => task.decode(part, &mut self.bytes, decoder).is_some(),
            _ => false,
        };
        if is_decoded {
            self.ready = blocks;
        }
        is_decoded
    }

    /// Returns the number of the first block that a new task should decode. This is the first block
    /// from block number `next` on that is not ready and that no task decodes.
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

/// A task that decodes a run of neighboring blocks, all of which have the full block size. The task
/// is divided into parts. Each part is decoded by one worker. If no worker has begun a part when
/// the reader needs it, the reader decodes it.
pub(in crate::image::reader) struct DecodeTask {
    /// The blocks and their compressed bytes.
    loaded: LoadedRun,
    /// Number of blocks in each part. The last part may have fewer.
    part_blocks: usize,
    /// The parts in the order of their blocks.
    parts: Mutex<Vec<PartState>>,
    /// Wakes readers that wait for a part of this task. Notified when a worker has decoded a part.
    decoded: Condvar,
}

/// State of one part of a task, which is a group of its blocks.
enum PartState {
    /// No thread has begun to decode the part.
    Waiting,
    /// A worker is decoding the part.
    Taken,
    /// A worker has finished the part. The value has the decoded bytes. It is `None` if a block of
    /// the part is damaged, an allocation failed or the worker panicked.
    Decoded(Option<Vec<u8>>),
    /// No worker has to decode the part. The reader has taken the decoded bytes, is decoding the
    /// part itself, or has cancelled the part.
    Removed,
}

impl DecodeTask {
    /// Returns a task that decodes all blocks of `loaded`, or `None` if an allocation fails.
    pub(in crate::image::reader) fn new(loaded: LoadedRun) -> Option<Self> {
        let part_blocks = (MAX_PART_BYTES / loaded.run.block_size).max(1);
        let count = loaded.run.count.div_ceil(part_blocks);
        let mut parts = Vec::new();
        parts.try_reserve_exact(count).ok()?;
        parts.resize_with(count, || PartState::Waiting);
        Some(DecodeTask {
            loaded,
            part_blocks,
            parts: Mutex::new(parts),
            decoded: Condvar::new(),
        })
    }

    /// Returns the range of the numbers of the task's blocks in the image.
    fn blocks(&self) -> Range<u32> {
        let run = &self.loaded.run;
        run.first..run.first + run.count as u32
    }

    /// Returns which blocks belong to part number `part` of the task, as a range of block numbers
    /// in the run. The first block of the run has number 0.
    fn range(&self, part: usize) -> Range<usize> {
        let start = part * self.part_blocks;
        start..(start + self.part_blocks).min(self.loaded.run.count)
    }

    /// Returns the number of the part that block number `block` belongs to, and the range of the
    /// numbers of all blocks of that part. Block numbers are those of the image. The block has to
    /// belong to the task.
    fn part_with(&self, block: u32) -> (usize, Range<u32>) {
        let first = self.loaded.run.first;
        let part = (block - first) as usize / self.part_blocks;
        let range = self.range(part);
        (part, first + range.start as u32..first + range.end as u32)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<PartState>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decodes parts of the task, one after the other, until no part is waiting for a thread.
    /// Workers call this function.
    pub(in crate::image::reader) fn decode_parts(&self, decoder: &mut BlockDecoder) {
        loop {
            let mut parts = self.lock();
            let waiting = parts
                .iter()
                .position(|part| matches!(part, PartState::Waiting));
            let Some(part) = waiting else { return };
            parts[part] = PartState::Taken;
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

    /// Decodes part number `part` of the task, and replaces the content of `bytes` by the decoded
    /// bytes. Returns `None` if a block is damaged or an allocation fails.
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

    /// Returns the state of part number `part`, and sets it to `Removed`, so that no worker begins
    /// the part. If a worker is decoding the part, first waits until it is decoded. The result is
    /// therefore never `Taken`.
    fn take(&self, part: usize) -> PartState {
        let mut parts = self.lock();
        while matches!(parts[part], PartState::Taken) {
            parts = self
                .decoded
                .wait(parts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        mem::replace(&mut parts[part], PartState::Removed)
    }

    /// Sets the state of all parts that no worker has begun to `Removed`, so that none begins them.
    fn cancel(&self) {
        for part in self.lock().iter_mut() {
            if matches!(part, PartState::Waiting) {
                *part = PartState::Removed;
            }
        }
    }
}

/// A part that a worker is decoding. When this guard is dropped, the state of the part becomes
/// `Decoded`, even if the worker panics. Otherwise a reader that waits for the part would wait
/// forever.
struct TakenPart<'a> {
    task: &'a DecodeTask,
    part: usize,
    bytes: Option<Vec<u8>>,
}

impl Drop for TakenPart<'_> {
    fn drop(&mut self) {
        self.task.lock()[self.part] = PartState::Decoded(self.bytes.take());
        self.task.decoded.notify_all();
    }
}
