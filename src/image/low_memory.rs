//! Reading with little memory: the compressed bytes of a request wait at the end of the caller's
//! own buffer while the blocks are decoded from its beginning.

use super::read::{Found, Place};
use super::scratch::Scratch;
use super::Image;
use crate::error::{Error, Result};
use crate::io::ReadAt;
use core::ops::Range;

/// Neighbouring blocks, and the bytes of the file that cover them.
struct Batch {
    blocks: Range<u32>,
    offset: u64,
    len: usize,
}

impl<S: ReadAt> Image<S> {
    /// Reads from byte `at` of the image on, which lies in `block`, as many blocks as one read of
    /// the source can fetch. Returns how many bytes of `out` are filled.
    pub(super) fn read_low_memory(
        &self,
        scratch: &mut Scratch,
        block: u32,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        if self.header.block_and_offset(at).1 == 0 {
            if let Some(batch) = self.batch_within(scratch, block, out.len())? {
                let waiting = out.len() - batch.len;
                if self
                    .source
                    .read_exact_at(batch.offset, &mut out[waiting..])
                    .is_ok()
                {
                    return self.decode_in_place(scratch, &batch, out);
                }
                // The blocks before the damage are still good, and the failure names its block.
            }
        }
        let alone = self.fetch_alone(scratch, block)?;
        self.deliver(scratch, &alone, at, out)
    }

    /// Reads the compressed bytes of one block.
    fn fetch_alone(&self, scratch: &mut Scratch, block: u32) -> Result<Found> {
        let span = self.locate(&mut scratch.window, block)?;
        let len = span.len as usize;
        scratch.packed.at_least(len)?;
        self.source
            .read_exact_at(span.offset, &mut scratch.packed[..len])
            .map_err(|e| e.in_block(block))?;
        Ok(Found {
            number: block,
            span,
            place: Place::Packed(0),
        })
    }

    /// Whole blocks from `first` on whose compressed bytes can wait at the end of `room` bytes.
    ///
    /// Each takes no more bytes in the file than it decodes to. So what is left to decode never
    /// takes more than the room that is left to fill: no block is overwritten before its turn,
    /// but perhaps the one that is being decoded.
    fn batch_within(
        &self,
        scratch: &mut Scratch,
        first: u32,
        room: usize,
    ) -> Result<Option<Batch>> {
        let block_size = self.header.block_size as usize;
        let entries = self.entries(&mut scratch.window, first)?;
        let span = self.locate_in(entries, first)?;
        let mut end = span.offset;
        let mut blocks = first..first;
        while (blocks.len() + 1) * block_size <= room && scratch.cached != Some(blocks.end) {
            let Ok(next) = self.locate_in(entries, blocks.end) else {
                break;
            };
            let next_end = next.offset + u64::from(next.len);
            let whole = self.header.block_len(blocks.end) as usize == block_size;
            if !whole || next.offset < end || next_end - end > block_size as u64 {
                break;
            }
            end = next_end;
            blocks.end += 1;
        }
        Ok((!blocks.is_empty()).then(|| Batch {
            offset: span.offset,
            len: (end - span.offset) as usize,
            blocks,
        }))
    }

    /// Decodes the blocks of a batch that waits at the end of `out` to its beginning.
    fn decode_in_place(
        &self,
        scratch: &mut Scratch,
        batch: &Batch,
        out: &mut [u8],
    ) -> Result<usize> {
        let block_size = self.header.block_size as usize;
        let waiting = out.len() - batch.len;
        let mut done = 0;
        for block in batch.blocks.clone() {
            let span = self.locate(&mut scratch.window, block)?;
            let start = waiting + (span.offset - batch.offset) as usize;
            let len = span.len as usize;
            let (input, target) = if done + block_size <= start {
                let (free, waiting) = out.split_at_mut(start);
                (&waiting[..len], &mut free[done..done + block_size])
            } else {
                scratch.packed.at_least(len)?;
                let input = &mut scratch.packed[..len];
                input.copy_from_slice(&out[start..start + len]);
                (&*input, &mut out[done..done + block_size])
            };
            scratch
                .decoder
                .decode(span.coding, input, target, block_size)
                .map_err(|e: Error| e.in_block(block).at(span.offset))?;
            done += block_size;
        }
        Ok(done)
    }
}
