//! The steps that read one run of blocks if the reader is not in low-memory mode. A run is a group
//! of neighboring blocks that are fetched with one read of the file. The steps are to plan the run,
//! to fetch its compressed bytes, and to decode them into the caller's buffer.

use crate::error::{Error, ErrorKind, Result};
use crate::format::Coding;
use crate::image::image_file::ImageFile;
use crate::image::reader::ahead::ReadAhead;
use crate::image::reader::block_run::BlockRun;
use crate::image::reader::decode::decode_blocks;
use crate::image::reader::deliver::decode_to_cache;
use crate::image::reader::plan::{plan, Limits};
use crate::image::reader::request::Request;
use crate::image::reader::Reader;
use crate::io::ReadAt;

/// Largest number of compressed bytes that are fetched for a run of several blocks. A run of one
/// block may have more.
const MAX_BYTES: u64 = 256 << 10;

/// Largest number of blocks in a run.
const MAX_BLOCKS: usize = 1024;

/// Smallest total size of neighboring stored blocks, in bytes, for which a separate read into the
/// caller's buffer is made. Reading smaller stored blocks together with other blocks, and then
/// copying them, takes less time than a separate read.
const MIN_DIRECT_BYTES: u64 = 32 << 10;

impl<S: ReadAt> Reader<'_, S> {
    /// Selects the blocks that the next read of the file fetches. They become the current run.
    pub(in crate::image::reader) fn plan_run(&mut self, request: &Request) -> Result<()> {
        let file = self.file;
        let limits = Limits {
            max_blocks: MAX_BLOCKS,
            max_bytes: MAX_BYTES,
            min_direct: match file.bytes_in_memory() {
                Some(_) => u64::MAX,
                None => MIN_DIRECT_BYTES,
            },
            keep_spans: true,
        };
        let state = &mut *self.state;
        let page = file.page(&mut state.page, request.block)?;
        // The block in the one-block cache needs no read, so the run ends before it. This does not
        // work if the request begins within a block. That block may be decoded into the one-block
        // cache, and then replaces the cached block before it is used.
        let cached = state.cached_block.filter(|_| request.offset_in_block == 0);
        let run = &mut state.run;
        plan(run, &file.header, page, request, cached, &limits)
    }

    /// Reads the current run of blocks straight into the caller's buffer. All its blocks are
    /// stored. If the read fails, the caller fetches the run like other runs. That finds the block
    /// that cannot be read.
    pub(in crate::image::reader) fn read_direct(&mut self, request: &mut Request) -> Result<()> {
        let run = &self.state.run;
        let len = run.len();
        let read_ahead = &self.state.ahead.read_ahead;
        let out = &mut request.rest()[..len];
        read_ahead.read_through(&self.file.source, run.bytes.start, out)?;
        request.advance_past(run.first + run.count as u32, len);
        Ok(())
    }

    /// Reads the compressed bytes of the current run of blocks into the buffer of the reader. If
    /// the file is in memory, only checks that it has these bytes.
    ///
    /// If the read fails, removes all blocks except the first from the run and reads again. The
    /// later blocks are then read by later runs. Therefore all blocks before an unreadable block
    /// are delivered, and the error names the unreadable block.
    pub(in crate::image::reader) fn fetch(&mut self) -> Result<()> {
        let mut result = self.fetch_run();
        if result.is_err() && self.state.run.count > 1 {
            self.state.run.keep_first();
            result = self.fetch_run();
        }
        result.map_err(|e| e.in_block(self.state.run.first))
    }

    fn fetch_run(&mut self) -> Result<()> {
        let bytes = &self.state.run.bytes;
        if let Some(all) = self.file.bytes_in_memory() {
            // The file may have become shorter since the image was opened.
            let len = all.len() as u64;
            return match bytes.end > len {
                true => Err(Error::new(ErrorKind::Truncated).at(len)),
                false => Ok(()),
            };
        }
        let state = &mut self.state.ahead;
        let is_sequence = state.sequence.count() > 0;
        let file_len = self.file.header.file_len;
        let source = &self.file.source;
        state.read_ahead.fetch(source, file_len, bytes, is_sequence)
    }

    /// Decodes the blocks of the current run, whose compressed bytes are in memory, and moves the
    /// request past them. A block that is requested whole is decoded straight into the caller's
    /// buffer. The first and the last block may be requested in part. Such a block is decoded into
    /// the one-block cache, and the requested part is copied from there.
    pub(in crate::image::reader) fn deliver(&mut self, request: &mut Request) -> Result<()> {
        let BlockRun { first, count, .. } = self.state.run;
        let mut next = 0;
        if request.offset_in_block != 0 {
            self.deliver_part(request, 0)?;
            next = 1;
        }
        let whole = match next < count {
            true => request.whole_blocks(first + next as u32, count - next),
            false => 0,
        };
        if whole == 1 && count == 1 && self.deliver_pair(request).is_some() {
            return Ok(());
        }
        if whole != 0 {
            let state = &mut *self.state;
            let input = bytes_of(self.file, &state.ahead.read_ahead, &state.run);
            let len = whole * state.run.block_size;
            let out = &mut request.rest()[..len];
            decode_blocks(
                &state.run,
                next..next + whole,
                input,
                &mut state.decoder,
                out,
            )?;
            next += whole;
            request.advance_past(first + next as u32, len);
        }
        if next < count {
            self.deliver_part(request, next)?;
        }
        Ok(())
    }

    /// Copies the requested part of the current block of the request to the caller's buffer, and
    /// moves the request past it. If the block is compressed, decodes it into the one-block cache
    /// first. `number` is the block's number in the run, where the first block has number 0.
    fn deliver_part(&mut self, request: &mut Request, number: usize) -> Result<()> {
        let state = &mut *self.state;
        let run = &state.run;
        let (block, span) = (run.first + number as u32, run.spans[number]);
        let input = bytes_of(self.file, &state.ahead.read_ahead, run);
        if span.coding == Coding::Stored {
            let (start, end) = request.part_of(block);
            let part = &input[run.stored_position(&span, start, end)];
            request.rest()[..part.len()].copy_from_slice(part);
            request.advance_within(part.len());
            return Ok(());
        }
        let input = &input[run.position(&span)];
        state.cached_block = None;
        let cache = &mut state.cached_bytes;
        decode_to_cache(
            &self.file.header,
            block,
            &span,
            input,
            &mut state.decoder,
            cache,
        )?;
        state.cached_block = Some(block);
        self.deliver_cached(request);
        Ok(())
    }
}

/// Returns the compressed bytes of `run`, which has to be fetched. If the file is in memory, the
/// result is a part of the file. Otherwise it is a part of the read-ahead buffer.
fn bytes_of<'a, S: ReadAt>(
    file: &'a ImageFile<S>,
    read_ahead: &'a ReadAhead,
    run: &BlockRun,
) -> &'a [u8] {
    let bytes = &run.bytes;
    match file.bytes_in_memory() {
        Some(all) => &all[bytes.start as usize..bytes.end as usize],
        None => read_ahead.get(bytes).unwrap_or(&[]),
    }
}
