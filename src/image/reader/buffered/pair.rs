//! Small sequential requests: the block after the one that is asked for is decoded together with it.
//!
//! Two deflate streams take less time in turns than one after the other, and the second block is
//! asked for next.

use crate::image::index::locate;
use crate::image::reader::decode::job;
use crate::image::reader::deliver::Reader;
use crate::image::reader::request::Request;
use crate::io::ReadAt;

/// Requests that must have followed one another before a block is decoded that may not be wanted.
const ESTABLISHED: u32 = 4;

impl<S: ReadAt> Reader<'_, S> {
    /// Delivers the current block, which is wanted whole and is the only one of the fetched run, and
    /// leaves the next block in the cache.
    ///
    /// Returns `None`, with nothing delivered, if requests are not sequential, if the next block is
    /// not in memory or would not be decoded faster so, or if one of the two is damaged.
    pub(super) fn deliver_pair(&mut self, request: &mut Request) -> Option<()> {
        let (file, state) = (self.file, &mut *self.state);
        if state.ahead.sequence.count() < ESTABLISHED || request.block != request.last {
            return None;
        }
        let size = request.block_size;
        let next = request.block + 1;
        if file.header.block_len(next) as usize != size {
            return None;
        }
        // The next block comes first, because the cache begins with the block that is in it.
        let current = state.run.spans.first()?;
        let start = current.offset;
        let current_job = job(current, start, size, size)?;
        let page = file.page(&mut state.page, next).ok()?;
        let span = locate(&file.header, page, next).ok()?;
        let jobs = [job(&span, start, 0, size)?, current_job];
        let bytes = start..span.offset + u64::from(span.len);
        let input = match file.bytes_in_memory() {
            Some(all) => all.get(bytes.start as usize..bytes.end as usize)?,
            None => state.ahead.read_ahead.get(&bytes)?,
        };
        state.cached = None;
        state.block.grow_to(2 * size).ok()?;
        let out = &mut state.block[..2 * size];
        state.decoder.decode_many(input, &jobs, out).ok()?;
        request.rest()[..size].copy_from_slice(&out[size..]);
        request.advance_past(next, size);
        state.cached = Some(next);
        Some(())
    }
}
