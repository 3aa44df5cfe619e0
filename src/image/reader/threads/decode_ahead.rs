//! Decode-ahead: while requests are sequential, a worker thread decodes the blocks that will
//! probably be requested next.

use crate::image::reader::ahead::{DecodeTask, LoadedRun};
use crate::image::reader::plan::{plan, Limits};
use crate::image::reader::request::Request;
use crate::image::reader::Reader;
use crate::io::ReadAt;
use alloc::sync::Arc;

/// Blocks are decoded before they are requested if at least this number of requests in a row were
/// sequential. A request is sequential if it begins where the request before it ended.
const MIN_SEQUENCE_TO_DECODE_AHEAD: u32 = 3;

impl<S: ReadAt> Reader<'_, S> {
    /// Copies blocks that were decoded ahead to the caller's buffer and moves the request past
    /// them. Stops at the end of the request, or before the first block that was not decoded ahead.
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
            let ready = &decoded.bytes[skipped + request.offset_in_block..];
            let out = request.rest();
            let len = ready.len().min(out.len());
            out[..len].copy_from_slice(&ready[..len]);
            // If the request ends within the ready blocks, it does not continue at block
            // `ready.end`. That does no harm, because the request is then done and its block number
            // is not used again.
            request.advance_past(decoded.ready.end, len);
        }
    }

    /// Lets a worker decode blocks that follow the last request, if requests are sequential. `next`
    /// is the number of the block after the last requested one. The worker gets a task that begins
    /// with the first block, from `next` on, that is neither decoded nor part of an earlier task.
    pub(in crate::image::reader) fn decode_ahead(&mut self, next: u32) {
        let (file, state) = (self.file, &mut *self.state);
        let Some(pool) = file.threads.pool.as_ref().filter(|_| self.may_use_workers) else {
            return;
        };
        let half = (file.threads.decode_ahead / file.header.block_size as usize / 2) as u32;
        if half == 0 || state.ahead.sequence.count() < MIN_SEQUENCE_TO_DECODE_AHEAD {
            return;
        }
        let first = state.ahead.decoded.first_to_decode(next);
        // `2 * half` is the largest number of blocks to be decoded ahead. A task has up to `half`
        // blocks. Therefore add a task when at most `half` blocks, from block `next` on, are
        // decoded or are part of a task.
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
    /// returns a task that decodes them. A partial last block of the image is left out. Returns
    /// `None` if there are no other blocks, or if their bytes cannot be read. A failed read is not
    /// an error here. It is reported when a request needs the blocks.
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
