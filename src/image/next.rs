//! Sector after sector: the block behind the one that is asked for is decoded together with it, for
//! two take less time so than one after the other, and is the next one to be asked for.

use super::decode::Decoder;
use super::read::{Found, Place};
use super::scratch::Scratch;
use super::Image;
use crate::codec::inflate::Job;
use crate::format::Span;
use crate::io::ReadAt;

/// After so many requests in a row another one is likely.
const LIKELY: u32 = 4;

impl<S: ReadAt> Image<S> {
    /// Delivers the block `found`, all of it, to `out`, and leaves the one behind it in the cache.
    ///
    /// `None` where it must be delivered alone: there is no run of requests, or the next block is
    /// not in memory, or it would not be faster, or one of them is damaged.
    pub(super) fn deliver_with_next(
        &self,
        scratch: &mut Scratch,
        found: &Found,
        out: &mut [u8],
    ) -> Option<usize> {
        let size = self.header.block_size as usize;
        let next = found.number + 1;
        let whole = self.whole_blocks(found.number, 2, 2 * size) == 2 && out.len() >= size;
        if !whole || scratch.ahead.requests() < LIKELY {
            return None;
        }
        let entries = self.entries(&mut scratch.window, next).ok()?;
        let spans = [self.locate_in(entries, next).ok()?, found.span];
        let start = found.span.offset;
        let end = spans[0].offset + u64::from(spans[0].len);
        let is_there = match found.place {
            Place::Packed(_) => {
                let len = end.checked_sub(start)? as usize;
                scratch.ahead.find(start, len).is_some()
            }
            Place::File => end <= self.file_in_memory()?.len() as u64,
        };
        if !is_there {
            return None;
        }
        let jobs = [
            job(&spans[0], start, 0, size)?,
            job(&spans[1], start, size, size)?,
        ];
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

/// A block among bytes of the file from `start` on, that goes to byte `to` on; `None` if it is better
/// decoded alone.
fn job(span: &Span, start: u64, to: usize, size: usize) -> Option<Job> {
    let wrapping = Decoder::faster_with_others(span.coding, span.len as usize, size)?;
    let from = u32::try_from(span.offset.checked_sub(start)?).ok()?;
    Some(Job {
        input: from..from.checked_add(span.len)?,
        wrapping,
        output: to as u32..(to + size) as u32,
    })
}
