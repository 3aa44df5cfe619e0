//! A range of bytes, block after block: straight to where the caller wants them, but for those of
//! which only a part is wanted.

use super::scratch::Scratch;
use super::{block_room, Crew, Image};
use crate::error::{Error, Result};
use crate::format::{Format, Span};
use crate::io::ReadAt;

/// A block whose compressed bytes are in memory.
pub(super) struct Found {
    pub(super) number: u32,
    /// Where it lies in the file.
    pub(super) span: Span,
    pub(super) place: Place,
}

/// Where compressed bytes are.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// In `Scratch::packed`, from here on.
    Packed(usize),
    /// In the file, all of which lies in memory.
    #[cfg(not(cso_rt))]
    File,
}

impl<S: ReadAt> Image<S> {
    /// Fills `buf` with the bytes from `offset` on, with the help of a crew if there is one. The range
    /// lies within the image.
    #[cfg_attr(cso_rt, allow(unused_variables))]
    pub(super) fn read(
        &self,
        scratch: &mut Scratch,
        offset: u64,
        buf: &mut [u8],
        crew: Option<&Crew>,
    ) -> Result<()> {
        if self.header.format == Format::Iso {
            return self.source.read_exact_at(offset, buf).map_err(|e| {
                let place = e.offset().unwrap_or(offset).min(self.header.size - 1);
                e.in_block(self.header.block_and_offset(place).0)
            });
        }
        let mut done = 0;
        while done < buf.len() {
            let at = offset + done as u64;
            let (block, _) = self.header.block_and_offset(at);
            if scratch.cached == Some(block) {
                done += self.copy_cached(scratch, block, at, &mut buf[done..]);
                #[cfg(not(cso_rt))]
                scratch.ahead.passed(&(block..block + 1));
                continue;
            }
            if self.is_low_memory() {
                done += self.read_low_memory(scratch, block, at, &mut buf[done..])?;
                continue;
            }
            #[cfg(not(cso_rt))]
            {
                let (last, _) = self.header.block_and_offset(offset + buf.len() as u64 - 1);
                let rest = &mut buf[done..];
                done += self.read_batch(crew, scratch, block..=last, at, rest)?;
            }
        }
        Ok(())
    }

    /// Bytes of the file that are in memory: those from `start` to `end`.
    pub(super) fn bytes_of<'a>(
        &'a self,
        packed: &'a [u8],
        place: Place,
        start: u64,
        end: u64,
    ) -> &'a [u8] {
        match place {
            Place::Packed(at) => &packed[at..][..(end - start) as usize],
            // Memory that has the file has it for good.
            #[cfg(not(cso_rt))]
            Place::File => self
                .file_in_memory()
                .map_or(&[], |file| &file[start as usize..end as usize]),
        }
    }

    /// Decodes a block and gives the caller the part from byte `at` of the image on: straight into
    /// `out` if all of it is wanted. Returns how many bytes that was.
    pub(super) fn deliver(
        &self,
        scratch: &mut Scratch,
        found: &Found,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        let Found {
            number,
            span,
            place,
        } = found;
        let end = span.offset + u64::from(span.len);
        let input = self.bytes_of(&scratch.packed, *place, span.offset, end);
        let (least, most) = block_room(&self.header, *number, span);
        let whole = self.header.block_and_offset(at).1 == 0 && least == most && out.len() >= most;
        let target = if whole {
            &mut out[..most]
        } else {
            scratch.cached = None;
            scratch.block.at_least(most)?;
            &mut scratch.block[..most]
        };
        scratch
            .decoder
            .decode(span.coding, input, target, least)
            .map_err(|e: Error| e.in_block(*number).at(span.offset))?;
        if whole {
            return Ok(most);
        }
        scratch.cached = Some(*number);
        Ok(self.copy_cached(scratch, *number, at, out))
    }

    /// Copies from the cached block, from byte `at` of the image on.
    fn copy_cached(&self, scratch: &Scratch, block: u32, at: u64, out: &mut [u8]) -> usize {
        let from = self.header.block_and_offset(at).1 as usize;
        let wanted = &scratch.block[from..self.header.block_len(block) as usize];
        let count = wanted.len().min(out.len());
        out[..count].copy_from_slice(&wanted[..count]);
        count
    }
}
