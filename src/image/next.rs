//! Sector after sector: the block behind the one that is asked for is decoded together with it, for
//! two take less time so than one after the other, and is the next one to be asked for.

use super::read::{Found, Place};
use super::scratch::Scratch;
use super::spans::job;
use super::Image;
use crate::io::ReadAt;

/// After so many requests in a row another one is likely.
const LIKELY: u32 = 4;

impl<S: ReadAt> Image<S> {
    /// Delivers the block `found`, from byte `at` of the image on, to `out`, and leaves the one behind
    /// it in the cache. Returns how many bytes that was.
    ///
    /// `None` where it must be delivered alone: not all of it is wanted, or there is no run of requests,
    /// or the next block is not in memory, or it would not be faster, or one of them is damaged.
    pub(super) fn deliver_with_next(
        &self,
        scratch: &mut Scratch,
        found: &Found,
        at: u64,
        out: &mut [u8],
    ) -> Option<usize> {
        let size = self.header.block_size as usize;
        let next = found.number + 1;
        let whole = self.header.block_and_offset(at).1 == 0
            && out.len() >= size
            && self.whole_blocks(found.number, 2, 2 * size) == 2;
        if !whole || scratch.ahead.requests() < LIKELY {
            return None;
        }
        let entries = self.entries(&mut scratch.window, next).ok()?;
        let span = self.locate_in(entries, next).ok()?;
        let (start, end) = (found.span.offset, span.offset + u64::from(span.len));
        // The cache begins with the block that is in it.
        let jobs = [
            job(&span, start, 0, size)?,
            job(&found.span, start, size, size)?,
        ];
        let is_there = match found.place {
            Place::Packed(_) => scratch.ahead.find(start, (end - start) as usize).is_some(),
            Place::File => end <= self.file_in_memory()?.len() as u64,
        };
        if !is_there {
            return None;
        }
        scratch.cached = None;
        scratch.block.at_least(2 * size).ok()?;
        let room = &mut scratch.block[..2 * size];
        let input = self.bytes_of(&scratch.packed, found.place, start, end);
        scratch.decoder.decode_many(input, &jobs, room).ok()?;
        out[..size].copy_from_slice(&room[size..]);
        scratch.cached = Some(next);
        Some(size)
    }
}
