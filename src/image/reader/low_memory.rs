//! Reads blocks in low-memory mode, in which a reader has almost no buffers of its own. The
//! compressed bytes of neighboring blocks are read into the last part of the caller's buffer. From
//! there, each block is decoded to its place in the same buffer.

use super::deliver::{decode_error, decode_to_cache};
use super::plan::{plan, Limits};
use super::request::Request;
use super::Reader;
use crate::error::Result;
use crate::format::{Coding, Span};
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Serves the next blocks of the request with one read of the file. Reads their compressed
    /// bytes, decodes them, and moves the request past these blocks.
    pub(super) fn read_low_memory(&mut self, request: &mut Request) -> Result<()> {
        let mut fetched = self.fetch_low_memory(request, usize::MAX);
        if fetched.is_err() {
            // Retry with the first block only. If this read fails too, its error names the first
            // block. If it succeeds, the later blocks are read by the next call.
            fetched = self.fetch_low_memory(request, 1);
        }
        self.deliver_low_memory(request, fetched?)
    }

    /// Plans the next run of blocks and reads its compressed bytes. The run has at most `blocks`
    /// blocks. The compressed bytes are read to the end of the caller's buffer. If this buffer is
    /// too small, they are read to the buffer of the reader, which has space for one block.
    ///
    /// Returns where the compressed bytes begin, as an offset in the part of the caller's buffer
    /// that is not filled yet. Returns `None` if they are in the reader's buffer.
    fn fetch_low_memory(&mut self, request: &mut Request, blocks: usize) -> Result<Option<usize>> {
        let (file, state) = (self.file, &mut *self.state);
        let header = &file.header;
        // Number of bytes in the reader's buffer for compressed bytes. `MemoryNeeds` computes the
        // same number.
        let reader_capacity = header.max_stored_size().min(header.file_len);
        let limits = Limits {
            max_blocks: blocks,
            max_bytes: reader_capacity.max(request.rest_len() as u64),
            min_direct: u64::MAX,
            keep_spans: false,
        };
        let page = file.page(&mut state.page, request.block)?;
        plan(&mut state.run, header, page, request, None, &limits)?;
        let (at, len) = (state.run.bytes.start, state.run.len());
        let offset = request.rest_len().checked_sub(len);
        let buffer = match offset {
            Some(offset) => &mut request.rest()[offset..],
            None => {
                state.compressed.grow_to(len)?;
                &mut state.compressed[..len]
            }
        };
        let read = file.source.read_exact_at(at, buffer);
        read.map_err(|e| e.in_block(state.run.first))?;
        Ok(offset)
    }

    /// Decodes the current run of blocks into the caller's buffer, and moves the request past these
    /// blocks. The compressed bytes begin at `offset` in the part of the caller's buffer that is
    /// not filled yet. They are in the reader's buffer if `offset` is `None`.
    ///
    /// If the compressed bytes are in the caller's buffer, a decoded block must not overwrite
    /// compressed bytes of other blocks that are not decoded yet. Each step therefore selects the
    /// block to decode by these rules:
    ///
    /// - The first remaining block, if it overwrites no such bytes.
    /// - Otherwise the last remaining block, if it overwrites no such bytes. For example, the last
    ///   block may be requested in part, with fewer requested bytes than compressed bytes.
    /// - Otherwise the first remaining block, and then no other block of this run. The next run
    ///   reads the blocks after it again. This can be necessary in DAX version 0, for example, in
    ///   which a compressed block can be longer than a decoded one.
    fn deliver_low_memory(&mut self, request: &mut Request, offset: Option<usize>) -> Result<()> {
        let first = self.state.run.first;
        let start = self.state.run.bytes.start;
        let (mut front, mut back) = (first, first + self.state.run.count as u32);
        // Number of the first block that this run does not deliver. The next run reads it again.
        let mut end = back;
        while front != back {
            let mut block = front;
            let mut span = self.locate(block)?;
            if let (Some(offset), true) = (offset, front + 1 != back) {
                let begin = |span: &Span| offset + (span.offset - start) as usize;
                if request.target_range(front).end > begin(&self.locate(front + 1)?) {
                    let last = self.locate(back - 1)?;
                    if request.target_range(back - 1).start >= begin(&last) {
                        (block, span) = (back - 1, last);
                    } else {
                        (back, end) = (front + 1, front + 1);
                    }
                }
            }
            let delivered = self.deliver_block(request, offset, block, &span);
            if block == front {
                delivered?;
                front += 1;
            } else {
                back -= 1;
                // The caller's buffer has to be filled in order up to an error. Therefore this run
                // delivers only the blocks before this one. The next run reads this block again and
                // reports its error.
                if delivered.is_err() {
                    end = back;
                }
            }
        }
        let bytes = request.target_range(end - 1).end;
        request.advance_past(end, bytes);
        Ok(())
    }

    /// Decodes block number `block`, which lies at `span` in the file, to its place in the caller's
    /// buffer. The compressed bytes of the current run of blocks begin at `offset` in the part of
    /// that buffer that is not filled yet. They are in the reader's buffer if `offset` is `None`.
    fn deliver_block(
        &mut self,
        request: &mut Request,
        offset: Option<usize>,
        block: u32,
        span: &Span,
    ) -> Result<()> {
        let place = request.target_range(block);
        let (start, end) = request.part_of(block);
        let size = request.block_size;
        let out = request.rest();
        let state = &mut *self.state;
        if span.coding == Coding::Stored {
            let position = state.run.stored_position(span, start, end);
            match offset {
                Some(offset) => {
                    let from = position.start + offset;
                    out.copy_within(from..from + place.len(), place.start);
                }
                None => out[place].copy_from_slice(&state.compressed[position]),
            }
            return Ok(());
        }
        let mut position = state.run.position(span);
        let len = position.len();
        let is_whole = place.len() == size;
        if let Some(offset) = offset {
            let from = position.start + offset;
            if is_whole && place.end <= from {
                let (free, compressed) = out.split_at_mut(from);
                let target = &mut free[place];
                return state
                    .decoder
                    .decode(span.coding, &compressed[..len], target, size)
                    .map_err(|e| decode_error(e, block, span));
            }
            state.compressed.grow_to(len)?;
            state.compressed[..len].copy_from_slice(&out[from..from + len]);
            position = 0..len;
        }
        let input = &state.compressed[position];
        if is_whole {
            return state
                .decoder
                .decode(span.coding, input, &mut out[place], size)
                .map_err(|e| decode_error(e, block, span));
        }
        state.cached_block = None;
        let cache = &mut state.cached_bytes;
        decode_to_cache(
            &self.file.header,
            block,
            span,
            input,
            &mut state.decoder,
            cache,
        )?;
        state.cached_block = Some(block);
        out[place].copy_from_slice(&state.cached_bytes[start..end]);
        Ok(())
    }

    /// Returns where block number `block` lies in the file, and its coding.
    fn locate(&mut self, block: u32) -> Result<Span> {
        self.file.locate(&mut self.state.page, block)
    }
}
