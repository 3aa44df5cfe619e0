//! Reading in low-memory mode: the compressed bytes of a run of blocks are read into the end of the
//! caller's buffer, and decoded from there into the places of the blocks.

use super::deliver::{decode_error, decode_to_cache, Reader};
use super::plan::{plan, Limits};
use super::request::Request;
use crate::error::Result;
use crate::format::{Coding, Span};
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Reads the next run of blocks of a request.
    pub(super) fn read_low_memory(&mut self, request: &mut Request) -> Result<()> {
        let mut fetched = self.fetch_low_memory(request, usize::MAX);
        if fetched.is_err() {
            // Blocks before the damage are still good, and the error names the block that it
            // belongs to.
            fetched = self.fetch_low_memory(request, 1);
        }
        self.deliver_low_memory(request, fetched?)
    }

    /// Plans the next run, of up to `blocks` blocks, and reads its bytes: into the end of the caller's
    /// buffer, or into the reader's own if they are too many for that.
    ///
    /// Returns the offset of the bytes in the unfilled part of the caller's buffer, or `None` if
    /// they are in the reader's.
    fn fetch_low_memory(&mut self, request: &mut Request, blocks: usize) -> Result<Option<usize>> {
        let (file, state) = (self.file, &mut *self.state);
        let header = &file.header;
        // What the reader's buffer was allocated for, as `Needs` has it.
        let own = header.max_stored_size().min(header.file_len);
        let limits = Limits {
            blocks,
            bytes: own.max(request.rest_len() as u64),
            direct: u64::MAX,
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

    /// Decodes the blocks of the run, whose bytes are at `offset` of the unfilled part of the
    /// caller's buffer, or in the reader's buffer.
    ///
    /// In the caller's buffer, the first block is decoded next if that overwrites no bytes of the
    /// others, else the last block is. Both ends are needed because a frame of DAX version 0 may
    /// have more bytes in the file than it decodes to. If neither is possible, which takes several
    /// such frames before one that compresses a little, blocks after the first are read again.
    fn deliver_low_memory(&mut self, request: &mut Request, offset: Option<usize>) -> Result<()> {
        let first = self.state.run.first;
        let start = self.state.run.bytes.start;
        let (mut front, mut back) = (first, first + self.state.run.count as u32);
        // Where the blocks end that need not be read again.
        let mut end = back;
        while front != back {
            let mut block = front;
            let mut span = self.locate(block)?;
            if let (Some(offset), true) = (offset, front + 1 != back) {
                let begin = |span: &Span| offset + (span.offset - start) as usize;
                if request.place(front).end > begin(&self.locate(front + 1)?) {
                    let last = self.locate(back - 1)?;
                    if request.place(back - 1).start >= begin(&last) {
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
                // An error of an earlier block comes first.
                if delivered.is_err() {
                    end = back;
                }
            }
        }
        let bytes = request.place(end - 1).end;
        request.advance_past(end, bytes);
        Ok(())
    }

    /// Decodes a block of the run into its place. Its bytes are where those of the run are.
    fn deliver_block(
        &mut self,
        request: &mut Request,
        offset: Option<usize>,
        block: u32,
        span: &Span,
    ) -> Result<()> {
        let place = request.place(block);
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
                let (free, waiting) = out.split_at_mut(from);
                let target = &mut free[place];
                return state
                    .decoder
                    .decode(span.coding, &waiting[..len], target, size)
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
        state.cached = None;
        let cache = &mut state.block;
        decode_to_cache(
            &self.file.header,
            block,
            span,
            input,
            &mut state.decoder,
            cache,
        )?;
        state.cached = Some(block);
        out[place].copy_from_slice(&state.block[start..end]);
        Ok(())
    }

    /// Returns where a block lies.
    fn locate(&mut self, block: u32) -> Result<Span> {
        self.file.locate(&mut self.state.page, block)
    }
}
