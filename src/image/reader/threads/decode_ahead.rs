//! Decode-ahead: while requests are sequential, a worker decodes the next blocks before they are
//! requested.

use crate::image::reader::ahead::{DecodeTask, LoadedRun};
use crate::image::reader::deliver::Reader;
use crate::image::reader::plan::{plan, Limits};
use crate::image::reader::request::Request;
use crate::io::ReadAt;
use alloc::sync::Arc;

/// Smallest number of sequential requests after which blocks are decoded ahead.
const MIN_SEQUENCE: u32 = 3;

impl<S: ReadAt> Reader<'_, S> {
    /// Fills the request, from its beginning, with blocks that were decoded ahead. Stops before the
    /// first block that was not.
    pub(in crate::image::reader) fn deliver_decoded_ahead(&mut self, request: &mut Request) {
        if self.file.threads.decode_ahead == 0 || !self.may_use_workers {
            return;
        }
        let state = &mut *self.state;
        let decoded = &mut state.ahead.decoded;
        if state.ahead.sequence.count() == 0 {
            decoded.cancel();
        }
        while !request.is_done() {
            let block = request.block;
            if !decoded.ready.contains(&block) && !decoded.make_ready(block, &mut state.decoder) {
                return;
            }
            let skipped = (block - decoded.ready.start) as usize * request.block_size;
            let ready = &decoded.bytes[skipped + request.within..];
            let out = request.rest();
            let len = ready.len().min(out.len());
            out[..len].copy_from_slice(&ready[..len]);
            // If the request ends within the ready blocks, the block number is not used again.
            request.advance_past(decoded.ready.end, len);
        }
    }

    /// If requests are sequential, gives the worker a task that decodes the first blocks, from
    /// block `next` on, that are neither ready nor in a task.
    pub(in crate::image::reader) fn decode_ahead(&mut self, next: u32) {
        let (file, state) = (self.file, &mut *self.state);
        let Some(pool) = file.threads.pool.as_ref().filter(|_| self.may_use_workers) else {
            return;
        };
        let half = (file.threads.decode_ahead / file.header.block_size as usize / 2) as u32;
        if half == 0 || state.ahead.sequence.count() < MIN_SEQUENCE {
            return;
        }
        let first = state.ahead.decoded.first_to_decode(next);
        // A task has at most `half` blocks, which is half of the blocks to decode ahead. A new task
        // is added when at most `half` blocks, from block `next` on, are ready or in a task.
        if first - next > half {
            return;
        }
        let Some(task) = self.load_task(first, half) else {
            return;
        };
        let task = Arc::new(task);
        let tasks = &mut self.state.ahead.decoded.tasks;
        tasks.push_back(Arc::clone(&task));
        pool.submit(Arc::new(move |decoder| task.decode_parts(decoder)));
    }

    /// Reads the compressed bytes of up to `count` blocks, beginning with block number `first`, and
    /// returns a task that decodes them. Only blocks of the full block size are included. Returns
    /// `None` if there are none, or if they cannot be read. The error is reported when a request
    /// reads the blocks.
    fn load_task(&mut self, first: u32, count: u32) -> Option<DecodeTask> {
        let (file, state) = (self.file, &mut *self.state);
        let header = &file.header;
        let full = (header.size / u64::from(header.block_size)) as u32;
        let count = count.min(full.saturating_sub(first));
        if count == 0 {
            return None;
        }
        let limits = Limits {
            max_blocks: count as usize,
            max_bytes: u64::MAX,
            min_direct: u64::MAX,
            keep_spans: true,
        };
        let mut loaded = LoadedRun::new();
        let LoadedRun { run, input } = &mut loaded;
        let request = Request::for_blocks(header, first, count);
        let page = file.page(&mut state.page, first).ok()?;
        plan(run, header, page, &request, None, &limits).ok()?;
        let len = run.len();
        input.try_reserve_exact(len).ok()?;
        input.resize(len, 0);
        match file.bytes_in_memory() {
            Some(all) => input.copy_from_slice(all.get(run.bytes.start as usize..)?.get(..len)?),
            None => {
                let read_ahead = &state.ahead.read_ahead;
                read_ahead
                    .read_through(&file.source, run.bytes.start, input)
                    .ok()?;
            }
        }
        DecodeTask::new(loaded)
    }
}
