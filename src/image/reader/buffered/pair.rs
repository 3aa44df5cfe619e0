//! Paired decoding for small sequential requests: the block after the requested one is decoded
//! together with it.
//!
//! Decoding two deflate streams in turns takes less time than decoding one after the other. The
//! next request is expected to be for the second block.

use crate::image::index::locate;
use crate::image::reader::decode::job;
use crate::image::reader::deliver::Reader;
use crate::image::reader::request::Request;
use crate::io::ReadAt;

/// Smallest number of sequential requests after which the block after the requested one is decoded
/// too.
const MIN_SEQUENCE: u32 = 4;

impl<S: ReadAt> Reader<'_, S> {
    /// Decodes the current block into the caller's buffer and the block after it into the one-block
    /// cache. The current block is requested whole and is the only block of the fetched run.
    ///
    /// Returns `None`, with nothing delivered, in these cases: too few requests were sequential,
    /// the request continues after the current block, the next block does not have the full block
    /// size, its index entry cannot be read, its compressed bytes are not in memory, paired
    /// decoding is not faster for the two blocks, or one of them is damaged.
    pub(super) fn deliver_pair(&mut self, request: &mut Request) -> Option<()> {
        let (file, state) = (self.file, &mut *self.state);
        if state.ahead.sequence.count() < MIN_SEQUENCE || request.block != request.last {
            return None;
        }
        let size = request.block_size;
        let next = request.block + 1;
        if file.header.block_len(next) as usize != size {
            return None;
        }
        // The next block is decoded to the start of `state.block`, where the cached block has to
        // be, and the current block after it.
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
