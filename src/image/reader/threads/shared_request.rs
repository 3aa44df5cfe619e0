//! A large request whose blocks several threads decode, each straight into the caller's buffer.
//!
//! The reader fetches one run of blocks after the other and adds it here. The workers of the pool, and
//! the reader when it is ahead of them, take parts of the runs and decode them. No decoded byte is
//! copied.

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

/// Decoded bytes of a run from which on it is worth waking another thread.
const WORTH_SHARING: usize = 64 << 10;

/// Smallest number of decoded bytes in a part.
const MIN_PART: usize = 16 << 10;

/// Runs of blocks in memory at a time, besides one for each worker.
const RUNS_AHEAD: usize = 2;

/// The parts of a request that are yet to be decoded.
struct SharedRequest<'a> {
    parts: Mutex<Parts<'a>>,
    /// Signaled when a run was added, and when no more will be.
    changed: Condvar,
    threads: usize,
}

struct Parts<'a> {
    runs: VecDeque<Waiting<'a>>,
    /// The error of the first block that did not decode.
    error: Option<Error>,
    /// Parts that were taken and are not decoded yet.
    taken: usize,
    /// Whether no more runs will be added.
    is_complete: bool,
}

/// The blocks of a run that were not taken yet.
struct Waiting<'a> {
    loaded: Arc<LoadedRun>,
    /// The bytes of the run, if the file is in memory.
    in_memory: Option<&'a [u8]>,
    blocks: Range<usize>,
    out: &'a mut [u8],
}

impl<'a> SharedRequest<'a> {
    /// Returns a request that up to `threads` threads share. `None` if memory is short.
    fn new(threads: usize) -> Option<Self> {
        let mut runs = VecDeque::new();
        runs.try_reserve_exact(threads + RUNS_AHEAD).ok()?;
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

    fn lock(&self) -> MutexGuard<'_, Parts<'a>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a run to decode. Returns `false` if a block did not decode, so that no more is needed.
    fn add(&self, waiting: Waiting<'a>) -> bool {
        let mut parts = self.lock();
        if parts.error.is_some() {
            return false;
        }
        parts.runs.push_back(waiting);
        drop(parts);
        self.changed.notify_all();
        true
    }

    /// Decodes one part. Returns `false` if there is none now.
    fn decode_part(&self, decoder: &mut BlockDecoder) -> bool {
        let part = self.lock().take(self.threads);
        let Some(part) = part else { return false };
        let LoadedRun { run, input } = &*part.loaded;
        let input = part.in_memory.unwrap_or(input);
        let result = decode_blocks(run, part.blocks, input, decoder, part.out);
        // `unused_run` can use the run again when no part of it is left.
        drop(part.loaded);
        self.lock().finish(result);
        true
    }

    /// Decodes parts until all are taken: what a worker does.
    fn help(&self, decoder: &mut BlockDecoder) {
        let mut polling = PollLimit::new();
        loop {
            if self.decode_part(decoder) {
                polling = PollLimit::new();
                continue;
            }
            if polling.is_left() {
                polling.pause();
                if self.lock().is_over() {
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

    /// Returns whether everything was decoded, or the first error. Not everything was if a worker
    /// panicked.
    fn result(self) -> Result<bool> {
        let parts = self.parts.into_inner();
        let parts = parts.unwrap_or_else(PoisonError::into_inner);
        match parts.error {
            Some(error) => Err(error),
            None => Ok(parts.taken == 0),
        }
    }
}

/// Tells the workers, when it is dropped, that no more runs will be added. Also after a panic, or they
/// would wait for ever.
struct Completion<'s, 'a>(&'s SharedRequest<'a>);

impl Drop for Completion<'_, '_> {
    fn drop(&mut self) {
        self.0.lock().is_complete = true;
        self.0.changed.notify_all();
    }
}

impl<'a> Parts<'a> {
    /// Takes the next part: a share of what is left of the first run, larger while there is more.
    fn take(&mut self, threads: usize) -> Option<Waiting<'a>> {
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
        let part = Waiting {
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

    fn finish(&mut self, result: Result<()>) {
        self.taken -= 1;
        let Err(error) = result else { return };
        // Parts are taken in order: what is waiting comes after the block that failed.
        self.runs.clear();
        if self.error.is_none_or(|first| error.block() < first.block()) {
            self.error = Some(error);
        }
    }

    fn is_over(&self) -> bool {
        self.is_complete && self.runs.is_empty()
    }
}

impl<'f, S: ReadAt> Reader<'f, S> {
    /// Reads the planned run, and what follows of the request in whole blocks, with the help of other
    /// threads. Returns `false`, with nothing read, if that is not worth it or not possible.
    ///
    /// # Errors
    ///
    /// That of the first block that does not decode. A run that cannot be fetched is left to the
    /// calling thread, which finds the block that the error belongs to.
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
        let is_large = whole * run.block_size >= WORTH_SHARING;
        if !threads.share_requests || request.within != 0 || !is_large {
            return Ok(false);
        }
        let Some(shared) = SharedRequest::new(pool.workers() + 1) else {
            return Ok(false);
        };
        let mut left = request.reborrow();
        let len = left.rest_len();
        let help = |decoder: &mut BlockDecoder| shared.help(decoder);
        pool.run(&help, || {
            let completion = Completion(&shared);
            self.fetch_shared(&shared, &mut left);
            drop(completion);
            while shared.decode_part(&mut self.state.decoder) {}
        });
        let (block, bytes) = (left.block, len - left.rest_len());
        if !shared.result()? {
            // The panic happens again on this thread, which reports it.
            self.with_threads = false;
            self.plan_run(request)?;
            return Ok(false);
        }
        request.advance_past(block, bytes);
        Ok(bytes != 0)
    }

    /// Fetches the planned run and those after it, as long as blocks are wanted whole, and adds them
    /// to `shared`. Ends early if one cannot be fetched.
    fn fetch_shared<'a>(&mut self, shared: &SharedRequest<'a>, request: &mut Request<'a>)
    where
        'f: 'a,
    {
        loop {
            let run = &self.state.run;
            let blocks = request.whole_blocks(run.first, run.count);
            let is_read = match run.is_direct {
                true => self.read_direct(request).is_ok(),
                false if blocks == 0 => false,
                false => self.fetch_run_to_share(shared, request, blocks).is_some(),
            };
            let is_cached = self.state.cached == Some(request.block);
            if !is_read || is_cached || request.is_done() || self.plan_run(request).is_err() {
                return;
            }
        }
    }

    /// Fetches the planned run and adds its first `blocks` blocks to `shared`. Returns `None` if it
    /// cannot be fetched, or a block did not decode.
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
        let is_added = shared.add(Waiting {
            loaded,
            in_memory,
            blocks: 0..blocks,
            out: request.take_blocks(blocks),
        });
        is_added.then_some(())
    }

    /// Returns a run that no thread decodes. Decodes parts of the request until there is one.
    fn unused_run(&mut self, shared: &SharedRequest<'_>) -> Option<Arc<LoadedRun>> {
        let state = &mut *self.state;
        let runs = &mut state.ahead.runs;
        loop {
            if let Some(at) = runs.iter_mut().position(|run| Arc::get_mut(run).is_some()) {
                return Some(runs.swap_remove(at));
            }
            if runs.len() < shared.threads + RUNS_AHEAD - 1 {
                runs.try_reserve(1).ok()?;
                return Some(Arc::new(LoadedRun::new()));
            }
            if !shared.decode_part(&mut state.decoder) {
                // The last parts of all runs are being decoded.
                std::thread::yield_now();
            }
        }
    }
}
