//! Decodes two blocks at a time while a program reads block after block in small requests. The
//! second block is the one after the requested block, so the next request will probably need it.
//!
//! One thread decodes the deflate streams of both blocks in turns, which takes less time than
//! decoding one stream after the other.

use crate::image::index::locate;
use crate::image::reader::decode::inflate_job;
use crate::image::reader::request::Request;
use crate::image::reader::Reader;
use crate::io::ReadAt;

/// The block after the requested one is decoded too if at least this number of requests in a row
/// were sequential. A request is sequential if it begins where the request before it ended.
const MIN_SEQUENCE_TO_PAIR: u32 = 4;

impl<S: ReadAt> Reader<'_, S> {
    /// Decodes the current block of the request into the caller's buffer, and the block after it
    /// into the one-block cache of the reader. All bytes of the current block have to be requested.
    /// It has to be the only block of the current run, whose compressed bytes were fetched.
    ///
    /// If one of these conditions is not met, returns `None` and does not change the caller's
    /// buffer:
    ///
    /// - At least [`MIN_SEQUENCE_TO_PAIR`] requests in a row were sequential, and this request ends
    ///   with the current block.
    /// - The next block has the full block size, and its index entry is valid.
    /// - The compressed bytes of the next block are in memory.
    /// - Both blocks are deflate streams that are decoded faster together, and neither is damaged.
    pub(super) fn deliver_pair(&mut self, request: &mut Request) -> Option<()> {
        let (file, state) = (self.file, &mut *self.state);
        if state.ahead.sequence.count() < MIN_SEQUENCE_TO_PAIR
            || request.block != request.last_block
        {
            return None;
        }
        let size = request.block_size;
        let next = request.block + 1;
        if file.header.block_len(next) as usize != size {
            return None;
        }
        // The next block is decoded to the start of `state.cached_bytes`, where a cached block has
        // to be. The current block is decoded to the bytes after it, and copied from there.
        let current = state.run.spans.first()?;
        let start = current.offset;
        let current_job = inflate_job(current, start, size, size)?;
        let page = file.page(&mut state.page, next).ok()?;
        let span = locate(&file.header, page, next).ok()?;
        let jobs = [inflate_job(&span, start, 0, size)?, current_job];
        let bytes = start..span.offset + u64::from(span.len);
        let input = match file.bytes_in_memory() {
            Some(all) => all.get(bytes.start as usize..bytes.end as usize)?,
            None => state.ahead.read_ahead.get(&bytes)?,
        };
        state.cached_block = None;
        state.cached_bytes.grow_to(2 * size).ok()?;
        let out = &mut state.cached_bytes[..2 * size];
        state.decoder.decode_many(input, &jobs, out).ok()?;
        request.rest()[..size].copy_from_slice(&out[size..]);
        request.advance_past(next, size);
        state.cached_block = Some(next);
        Some(())
    }
}
