//! A large request whose blocks several threads decode straight into the caller's buffer.
//!
//! The calling thread fetches runs of blocks and adds them to a `SharedRequest`. Workers take parts
//! of the runs and decode them. The calling thread also decodes parts, when enough runs are waiting
//! and after it has fetched the last run. No decoded byte is copied.

use crate::error::{Error, Result};
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::ahead::LoadedRun;
use crate::image::reader::decode::decode_blocks;
use crate::image::reader::deliver::Reader;
use crate::image::reader::request::Request;
use crate::io::ReadAt;
use crate::rt::thread_pool::PollLimit;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::mem;
use core::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Smallest number of decoded bytes in a run for which the use of other threads saves time.
const MIN_SHARED: usize = 64 << 10;

/// Smallest number of decoded bytes in a part of a run. The last part of a run may have fewer.
const MIN_PART: usize = 16 << 10;

/// Number of runs of blocks that may be in memory at a time, beyond one run for each worker.
const EXTRA_RUNS: usize = 2;

/// The parts of a large request that are not decoded yet, shared by the threads that decode them.
struct SharedRequest<'a> {
    parts: Mutex<Parts<'a>>,
    /// Notified when a run is added, and when the request is complete.
    changed: Condvar,
    /// Number of threads that decode, including the calling thread.
    threads: usize,
}

/// State of a shared request, protected by its lock.
struct Parts<'a> {
    runs: VecDeque<BlocksToDecode<'a>>,
    /// The error of the first block that did not decode.
    error: Option<Error>,
    /// Number of parts that were taken by a thread and are not decoded yet.
    taken: usize,
    /// Whether the last run was added.
    is_complete: bool,
}

/// Blocks of a run to decode: the blocks that no thread has taken yet, or one part that was taken.
struct BlocksToDecode<'a> {
    loaded: Arc<LoadedRun>,
    /// The compressed bytes of the run, if the file is in memory. Otherwise `loaded` has them.
    in_memory: Option<&'a [u8]>,
    /// Blocks to decode, counted from the first block of the run.
    blocks: Range<usize>,
    /// The part of the caller's buffer that the blocks fill.
    out: &'a mut [u8],
}

impl<'a> SharedRequest<'a> {
    /// Returns a request for up to `threads` threads, or `None` if an allocation fails.
    fn new(threads: usize) -> Option<Self> {
        let mut runs = VecDeque::new();
        runs.try_reserve_exact(threads + EXTRA_RUNS).ok()?;
        Some(SharedRequest {
            parts: Mutex::new(Parts {
                runs,
                error: None,
                taken: 0,
                is_complete: false,
            }),
            changed: Condvar::new(),
            threads,
        })
    }

    /// Returns the largest number of runs that may be in memory at a time.
    fn max_runs(&self) -> usize {
        self.threads + EXTRA_RUNS - 1
    }

    fn lock(&self) -> MutexGuard<'_, Parts<'a>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a run to decode. Returns `false`, without adding the run, if an earlier block did not
    /// decode.
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

    /// Decodes one part. Returns `false` if no part is waiting.
    fn decode_part(&self, decoder: &mut BlockDecoder) -> bool {
        let part = self.lock().take(self.threads);
        let Some(part) = part else { return false };
        let LoadedRun { run, input } = &*part.loaded;
        let input = part.in_memory.unwrap_or(input);
        let result = decode_blocks(run, part.blocks, input, decoder, part.out);
        // When all parts of the run have dropped their references to it, `unused_run` can use the
        // run's memory again.
        drop(part.loaded);
        self.lock().finish(result);
        true
    }

    /// Decodes parts until the last run was added and all parts are taken. Workers call this
    /// function.
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

    /// Returns `true` if every part was decoded, and `false` if a worker panicked.
    ///
    /// # Errors
    ///
    /// The error of the first block that did not decode.
    fn result(self) -> Result<bool> {
        let parts = self.parts.into_inner();
        let parts = parts.unwrap_or_else(PoisonError::into_inner);
        match parts.error {
            Some(error) => Err(error),
            None => Ok(parts.taken == 0),
        }
    }
}

/// Guard that marks the request as complete when it is dropped. A panic drops it too, so that
/// workers do not wait forever for more runs.
struct Completion<'s, 'a>(&'s SharedRequest<'a>);

impl Drop for Completion<'_, '_> {
    fn drop(&mut self) {
        self.0.lock().is_complete = true;
        self.0.changed.notify_all();
    }
}

impl<'a> Parts<'a> {
    /// Takes the next part of the first run that has blocks left. Returns `None` if no run has
    /// blocks left. The more blocks of the run are left, the more blocks the part has.
    fn take(&mut self, threads: usize) -> Option<BlocksToDecode<'a>> {
        let front = self.runs.front_mut()?;
        let size = front.loaded.run.block_size;
        let left = front.blocks.len();
        let count = (left / (2 * threads))
            .max(MIN_PART.div_ceil(size))
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
        self.taken += 1;
        Some(part)
    }

    /// Records the result of a part that was taken.
    fn finish(&mut self, result: Result<()>) {
        self.taken -= 1;
        let Err(error) = result else { return };
        // Parts are taken in order, so all waiting parts come after the block that failed. They
        // need no decoding, because the error of an earlier block is reported.
        self.runs.clear();
        if self.error.is_none_or(|first| error.block() < first.block()) {
            self.error = Some(error);
        }
    }

    /// Returns whether the last run was added and all parts are taken.
    fn is_finished(&self) -> bool {
        self.is_complete && self.runs.is_empty()
    }
}

impl<'f, S: ReadAt> Reader<'f, S> {
    /// Reads the planned run and the runs after it on several threads, as far as their blocks are
    /// requested whole. Returns `false`, with nothing read, if the run is too small, the image has
    /// no workers for requests, an allocation fails or a worker panics.
    ///
    /// # Errors
    ///
    /// The error of the first block that does not decode. A run that cannot be fetched is not an
    /// error here: reading ends before the run, and the caller reads it again to find the
    /// unreadable block.
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
        let is_large = whole * run.block_size >= MIN_SHARED;
        if !threads.share_requests || request.within != 0 || !is_large {
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
                // While other threads use all runs, this thread decodes parts of them.
                while !self.can_share_run(&shared) {
                    if !shared.decode_part(&mut self.state.decoder) {
                        // Other threads are decoding the last parts of all runs.
                        thread::yield_now();
                    }
                }
            }
            drop(completion);
            while shared.decode_part(&mut self.state.decoder) {}
        });
        let (block, bytes) = (left.block, len - left.rest_len());
        if !shared.result()? {
            // A worker panicked. This thread decodes the blocks again, so that the panic happens on
            // this thread and reaches the caller.
            self.may_use_workers = false;
            self.plan_run(request)?;
            return Ok(false);
        }
        request.advance_past(block, bytes);
        Ok(bytes != 0)
    }

    /// Fetches the planned run, adds it to `shared`, and plans the next one. Returns `false` if
    /// there is no other run to fetch: the next block is not requested whole, is in the one-block
    /// cache or lies after the request, the run could not be fetched, the next run could not be
    /// planned, or an earlier block did not decode.
    ///
    /// Must be called only if [`can_share_run`](Self::can_share_run) returns `true`. It does for the
    /// first run of a request.
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
        let is_cached = self.state.cached == Some(request.block);
        is_read && !is_cached && !request.is_done() && self.plan_run(request).is_ok()
    }

    /// Fetches the planned run and adds its first `blocks` blocks to `shared`. Returns `None` if
    /// the run cannot be fetched, or if an earlier block did not decode.
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

    /// Returns whether [`share_run`](Self::share_run) can fetch the planned run now. It cannot while
    /// other threads use all runs, unless the planned run is read straight into the caller's
    /// buffer.
    fn can_share_run(&mut self, shared: &SharedRequest<'_>) -> bool {
        let state = &mut *self.state;
        let runs = &mut state.ahead.runs;
        state.run.is_direct
            || runs.len() < shared.max_runs()
            || runs.iter_mut().any(|run| Arc::get_mut(run).is_some())
    }

    /// Returns a run whose memory no thread uses. Returns `None` if threads use all runs, or if an
    /// allocation fails.
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
