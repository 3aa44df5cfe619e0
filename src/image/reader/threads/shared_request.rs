//! A large request that several threads decode. Each thread decodes blocks straight into the
//! caller's buffer, so no decoded byte is copied.
//!
//! The calling thread fetches the compressed bytes in runs, which are groups of neighboring blocks,
//! and adds the runs to a `SharedRequest`. Workers take parts of these runs and decode them. The
//! calling thread decodes parts too if enough runs are waiting, or if it has fetched the last run.

use crate::error::{Error, Result};
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::ahead::LoadedRun;
use crate::image::reader::decode::decode_blocks;
use crate::image::reader::request::Request;
use crate::image::reader::Reader;
use crate::io::ReadAt;
use crate::rt::thread_pool::PollLimit;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::mem;
use core::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Smallest number of decoded bytes in a run of blocks that is decoded by several threads. With
/// fewer bytes, the use of other threads does not save time.
const MIN_SHARED_BYTES: usize = 64 << 10;

/// Smallest number of decoded bytes in a part. A part is the group of blocks that a thread takes at
/// once from a run of blocks. The last part of a run may have fewer.
const MIN_PART_BYTES: usize = 16 << 10;

/// Number of runs (groups of neighboring blocks) that may be in memory at a time, in addition to
/// one for each worker.
const EXTRA_RUNS: usize = 2;

/// The blocks of a large request that are not decoded yet. All threads that decode them share this
/// value.
struct SharedRequest<'a> {
    parts: Mutex<SharedState<'a>>,
    /// Wakes threads that wait for a run to decode. Notified when a run is added, and when it is
    /// known that no more runs will be added.
    changed: Condvar,
    /// Number of threads that decode, including the calling thread.
    threads: usize,
}

/// The data of a [`SharedRequest`] that its lock protects.
struct SharedState<'a> {
    /// The runs (groups of neighboring blocks) that have blocks left which no thread has taken. The
    /// run with the lowest block numbers is first.
    runs: VecDeque<BlocksToDecode<'a>>,
    /// Of the damaged blocks that were found so far, the error of the one that comes first in the
    /// image.
    error: Option<Error>,
    /// Number of parts that a thread has taken and not finished. If a worker panics, its part is
    /// never finished.
    unfinished_parts: usize,
    /// Whether the last run was added.
    is_complete: bool,
}

/// Blocks of a run that have to be decoded. A value in [`SharedState`] has the blocks of a run that
/// no thread has taken yet. A thread takes some of them by moving them to a new value.
struct BlocksToDecode<'a> {
    loaded: Arc<LoadedRun>,
    /// The compressed bytes of the run if the file is in memory. If this is `None`, `loaded` has
    /// them.
    in_memory: Option<&'a [u8]>,
    /// Range of the blocks to decode, where the first block of the run has number 0.
    blocks: Range<usize>,
    /// The part of the caller's buffer to which these blocks are decoded.
    out: &'a mut [u8],
}

impl<'a> SharedRequest<'a> {
    /// Returns a request without runs, which up to `threads` threads decode. `threads` includes the
    /// calling thread. Returns `None` if an allocation fails.
    fn new(threads: usize) -> Option<Self> {
        let mut runs = VecDeque::new();
        runs.try_reserve_exact(threads + EXTRA_RUNS).ok()?;
        Some(SharedRequest {
            parts: Mutex::new(SharedState {
                runs,
                error: None,
                unfinished_parts: 0,
                is_complete: false,
            }),
            changed: Condvar::new(),
            threads,
        })
    }

    /// Returns the largest number of runs of blocks that may be in memory at a time.
    fn max_runs(&self) -> usize {
        self.threads + EXTRA_RUNS - 1
    }

    fn lock(&self) -> MutexGuard<'_, SharedState<'a>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a run of blocks to decode. Returns `false` and does not add the run if an earlier block
    /// of the request is damaged.
    fn add(&self, waiting: BlocksToDecode<'a>) -> bool {
        let mut parts = self.lock();
        if parts.error.is_some() {
            return false;
        }
        parts.runs.push_back(waiting);
        drop(parts);
        self.changed.notify_all();
        true
    }

    /// Takes one part and decodes it. Returns `false` if there is no part to take.
    fn decode_part(&self, decoder: &mut BlockDecoder) -> bool {
        let part = self.lock().take(self.threads);
        let Some(part) = part else { return false };
        let LoadedRun { run, input } = &*part.loaded;
        let input = part.in_memory.unwrap_or(input);
        let result = decode_blocks(run, part.blocks, input, decoder, part.out);
        // When no part refers to a run any more, the memory of the run is used for another run.
        // This part is decoded, so drop its reference to the run before the result is recorded.
        drop(part.loaded);
        self.lock().finish(result);
        true
    }

    /// Decodes parts until all parts of all runs are taken and no more runs will be added. Waits if
    /// there is no part to take but more runs may be added. Workers call this function.
    fn decode_parts(&self, decoder: &mut BlockDecoder) {
        let mut poll = PollLimit::new();
        loop {
            if self.decode_part(decoder) {
                poll = PollLimit::new();
                continue;
            }
            if poll.is_left() {
                poll.pause();
                if self.lock().is_finished() {
                    return;
                }
                continue;
            }
            let mut parts = self.lock();
            while parts.runs.is_empty() {
                if parts.is_complete {
                    return;
                }
                parts = self
                    .changed
                    .wait(parts)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Returns `true` if all parts that were taken have been decoded, and `false` if a worker
    /// panicked while it decoded a part. Called when all threads have ended their work.
    ///
    /// # Errors
    ///
    /// The error of the first block that did not decode.
    fn result(self) -> Result<bool> {
        let parts = self.parts.into_inner();
        let parts = parts.unwrap_or_else(PoisonError::into_inner);
        match parts.error {
            Some(error) => Err(error),
            None => Ok(parts.unfinished_parts == 0),
        }
    }
}

/// A guard that marks the request as complete when it is dropped, which means that no more runs
/// will be added. It is also dropped if the calling thread panics, so that workers do not wait
/// forever for more runs.
struct Completion<'s, 'a>(&'s SharedRequest<'a>);

impl Drop for Completion<'_, '_> {
    fn drop(&mut self) {
        self.0.lock().is_complete = true;
        self.0.changed.notify_all();
    }
}

impl<'a> SharedState<'a> {
    /// Takes the next blocks of the first run that has any left, and returns them as a part.
    /// Returns `None` if no run has blocks left. `threads` is the number of threads that decode.
    /// The more blocks the run has left, the more blocks the part has. Near the end of a run, parts
    /// are small, so that the threads finish at about the same time.
    fn take(&mut self, threads: usize) -> Option<BlocksToDecode<'a>> {
        let front = self.runs.front_mut()?;
        let size = front.loaded.run.block_size;
        let left = front.blocks.len();
        let count = (left / (2 * threads))
            .max(MIN_PART_BYTES.div_ceil(size))
            .min(left);
        let (out, rest) = mem::take(&mut front.out).split_at_mut(count * size);
        front.out = rest;
        let blocks = front.blocks.start..front.blocks.start + count;
        front.blocks.start = blocks.end;
        let part = BlocksToDecode {
            loaded: Arc::clone(&front.loaded),
            in_memory: front.in_memory,
            blocks,
            out,
        };
        if count == left {
            self.runs.pop_front();
        }
        self.unfinished_parts += 1;
        Some(part)
    }

    /// Records the result of decoding a part that was taken.
    fn finish(&mut self, result: Result<()>) {
        self.unfinished_parts -= 1;
        let Err(error) = result else { return };
        // Parts are taken in the order of their blocks, so all blocks that are not taken yet come
        // after the block that failed. The request fails with the error of the earlier block, so
        // the later blocks need no decoding.
        self.runs.clear();
        if self.error.is_none_or(|first| error.block() < first.block()) {
            self.error = Some(error);
        }
    }

    /// Returns whether all parts of all runs are taken and no more runs will be added.
    fn is_finished(&self) -> bool {
        self.is_complete && self.runs.is_empty()
    }
}

impl<'f, S: ReadAt> Reader<'f, S> {
    /// Reads the current run of blocks, and the runs after it, on several threads. Stops before the
    /// first block that is not requested whole or that cannot be read. Moves the request past the
    /// blocks that were read.
    ///
    /// Returns `false` if nothing was read. The caller then has to read the run itself. Reasons are
    /// that the run is small, that the image has no workers for requests, that an allocation
    /// failed, or that a worker panicked.
    ///
    /// # Errors
    ///
    /// The error of the first block that is damaged. A run that cannot be fetched is not an error
    /// of this function. Reading stops before that run. The caller then reads the run again, and
    /// reports the error of the block that cannot be read.
    pub(in crate::image::reader) fn read_with_threads(
        &mut self,
        request: &mut Request,
    ) -> Result<bool> {
        let threads = &self.file.threads;
        let Some(pool) = &threads.pool else {
            return Ok(false);
        };
        let run = &self.state.run;
        let whole = request.whole_blocks(run.first, run.count);
        let is_large = whole * run.block_size >= MIN_SHARED_BYTES;
        if !threads.share_requests || request.offset_in_block != 0 || !is_large {
            return Ok(false);
        }
        let Some(shared) = SharedRequest::new(pool.workers() + 1) else {
            return Ok(false);
        };
        let mut left = request.reborrow();
        let len = left.rest_len();
        let help = |decoder: &mut BlockDecoder| shared.decode_parts(decoder);
        pool.run(&help, || {
            let completion = Completion(&shared);
            while self.share_run(&shared, &mut left) {
                // The largest allowed number of runs is in memory, and other threads still use all
                // of them. Decode parts of these runs until one run is free.
                while !self.can_share_run(&shared) {
                    if !shared.decode_part(&mut self.state.decoder) {
                        // No part is left to take. Other threads are decoding the last parts.
                        thread::yield_now();
                    }
                }
            }
            drop(completion);
            while shared.decode_part(&mut self.state.decoder) {}
        });
        let (block, bytes) = (left.block, len - left.rest_len());
        if !shared.result()? {
            // A worker panicked. Read the blocks again without workers. The panic then probably
            // happens on this thread and reaches the caller.
            self.may_use_workers = false;
            self.plan_run(request)?;
            return Ok(false);
        }
        request.advance_past(block, bytes);
        Ok(bytes != 0)
    }

    /// Fetches the current run of blocks, adds it to `shared`, and plans the next run. Returns
    /// `false` if there is nothing more to fetch, for one of these reasons:
    ///
    /// - The current run has no block that is requested whole, or cannot be fetched.
    /// - An earlier block of the request is damaged.
    /// - The request has no more blocks, or its next block is in the one-block cache.
    /// - The next run cannot be planned.
    ///
    /// May be called only if [`can_share_run`](Self::can_share_run) returns `true`, as it does for
    /// the first run of a request.
    fn share_run<'a>(&mut self, shared: &SharedRequest<'a>, request: &mut Request<'a>) -> bool
    where
        'f: 'a,
    {
        let run = &self.state.run;
        let blocks = request.whole_blocks(run.first, run.count);
        let is_read = match run.is_direct {
            true => self.read_direct(request).is_ok(),
            false if blocks == 0 => false,
            false => self.fetch_run_to_share(shared, request, blocks).is_some(),
        };
        let is_cached = self.state.cached_block == Some(request.block);
        is_read && !is_cached && !request.is_done() && self.plan_run(request).is_ok()
    }

    /// Fetches the compressed bytes of the current run of blocks, and adds its first `blocks`
    /// blocks to `shared`. Returns `None` if the run cannot be fetched, or if an earlier block of
    /// the request is damaged.
    fn fetch_run_to_share<'a>(
        &mut self,
        shared: &SharedRequest<'a>,
        request: &mut Request<'a>,
        blocks: usize,
    ) -> Option<()>
    where
        'f: 'a,
    {
        let file = self.file;
        let mut loaded = self.unused_run(shared)?;
        let LoadedRun { run: other, input } = Arc::get_mut(&mut loaded)?;
        let run = &self.state.run;
        let in_memory = match file.bytes_in_memory() {
            Some(all) => Some(all.get(run.bytes.start as usize..run.bytes.end as usize)?),
            None => {
                let len = run.len();
                if input.len() < len {
                    input.try_reserve_exact(len - input.len()).ok()?;
                    input.resize(len, 0);
                }
                let read_ahead = &self.state.ahead.read_ahead;
                let start = run.bytes.start;
                let read = read_ahead.read_through(&file.source, start, &mut input[..len]);
                read.ok()?;
                None
            }
        };
        mem::swap(other, &mut self.state.run);
        self.state.ahead.runs.push(Arc::clone(&loaded));
        let is_added = shared.add(BlocksToDecode {
            loaded,
            in_memory,
            blocks: 0..blocks,
            out: request.take_blocks(blocks),
        });
        is_added.then_some(())
    }

    /// Returns whether [`share_run`](Self::share_run) can fetch the current run of blocks now.
    /// Fetching a run needs memory for its compressed bytes. There is none while other threads use
    /// the largest allowed number of runs. A run that is read straight into the caller's buffer
    /// needs no such memory.
    fn can_share_run(&mut self, shared: &SharedRequest<'_>) -> bool {
        let state = &mut *self.state;
        let runs = &mut state.ahead.runs;
        state.run.is_direct
            || runs.len() < shared.max_runs()
            || runs.iter_mut().any(|run| Arc::get_mut(run).is_some())
    }

    /// Returns a `LoadedRun` into which the next run of blocks can be fetched. It is one that no
    /// thread uses any more, or a new one. Returns `None` if threads use the largest allowed number
    /// of runs, or if an allocation fails.
    fn unused_run(&mut self, shared: &SharedRequest<'_>) -> Option<Arc<LoadedRun>> {
        let runs = &mut self.state.ahead.runs;
        if let Some(at) = runs.iter_mut().position(|run| Arc::get_mut(run).is_some()) {
            return Some(runs.swap_remove(at));
        }
        if runs.len() >= shared.max_runs() {
            return None;
        }
        runs.try_reserve(1).ok()?;
        Some(Arc::new(LoadedRun::new()))
    }
}
