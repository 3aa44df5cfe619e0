//! A range of bytes: one read of the source for the blocks that cover it, each decoded where the
//! caller wants it.

use super::ahead::Ahead;
use super::buffer::Buffer;
use super::index::Index;
use super::scratch::Scratch;
use super::{block_room, Crew, Image};
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Format, Span};
use crate::io::ReadAt;
use core::ops::Range;

/// The most compressed bytes that are read at once, unless a single block has more.
const MAX_BATCH: u64 = 256 << 10;

/// Neighbouring blocks, and the bytes of the file that cover them.
pub(super) struct Batch {
    pub(super) blocks: Range<u32>,
    pub(super) offset: u64,
    pub(super) len: usize,
    pub(super) place: Place,
}

/// Where the bytes of a batch are.
pub(super) enum Place {
    /// In `Scratch::packed`, from here on.
    Packed(usize),
    /// In the file, all of which lies in memory.
    File,
}

impl<S: ReadAt> Image<S> {
    /// Fills `buf` with the bytes from `offset` on, with the help of a crew if there is one. The range
    /// lies within the image.
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
                e.in_block(self.header.place(place).0)
            });
        }
        let mut done = 0;
        while done < buf.len() {
            let at = offset + done as u64;
            let (block, _) = self.header.place(at);
            if scratch.cached == Some(block) {
                done += self.copy_cached(scratch, block, at, &mut buf[done..]);
                continue;
            }
            if self.is_frugal() {
                done += self.read_frugally(scratch, block, at, &mut buf[done..])?;
                continue;
            }
            let (last, _) = self.header.place(offset + buf.len() as u64 - 1);
            let batch = self.fetch(scratch, block, last)?;
            let rest = &mut buf[done..];
            done += match crew {
                Some(crew) => self.deliver_with(crew, scratch, &batch, at, rest)?,
                None => self.deliver_all(scratch, &batch, at, rest)?,
            };
        }
        Ok(())
    }

    /// Reads the compressed bytes of as many blocks of `first..=last` as one read should cover.
    pub(super) fn fetch(&self, scratch: &mut Scratch, first: u32, last: u32) -> Result<Batch> {
        let mut batch = self.batch(scratch, first, last)?;
        if batch.blocks.len() > 1 {
            if self.load(scratch, &mut batch).is_ok() {
                return Ok(batch);
            }
            // The blocks before the damage are still good, and the failure names its block.
            return self.fetch_alone(scratch, first);
        }
        self.load(scratch, &mut batch)
            .map_err(|e| e.in_block(first))?;
        Ok(batch)
    }

    /// Reads the compressed bytes of one block.
    pub(super) fn fetch_alone(&self, scratch: &mut Scratch, block: u32) -> Result<Batch> {
        let Span { offset, len, .. } = self.locate(&mut scratch.window, block)?;
        let mut batch = Batch {
            blocks: block..block + 1,
            offset,
            len: len as usize,
            place: Place::Packed(0),
        };
        self.load(scratch, &mut batch)
            .map_err(|e| e.in_block(block))?;
        Ok(batch)
    }

    fn batch(&self, scratch: &mut Scratch, first: u32, last: u32) -> Result<Batch> {
        let Span { offset, len, .. } = self.locate(&mut scratch.window, first)?;
        let mut end = offset + u64::from(len);
        let mut blocks = first..first + 1;
        while blocks.end <= last && scratch.cached != Some(blocks.end) {
            let Some(next) = self.locate_beside(scratch, blocks.end) else {
                break;
            };
            let next_end = next.offset + u64::from(next.len);
            if next.offset < end || next_end - offset > MAX_BATCH {
                break;
            }
            end = next_end;
            blocks.end += 1;
        }
        Ok(Batch {
            blocks,
            offset,
            len: (end - offset) as usize,
            place: Place::Packed(0),
        })
    }

    /// Where a block lies that may join a batch.
    pub(super) fn locate_beside(&self, scratch: &mut Scratch, block: u32) -> Option<Span> {
        // A window that is loaded anew may contradict the old one if the file changes: the blocks
        // of a batch are all located by the same one.
        if matches!(self.index, Index::Windows(_)) && !scratch.window.covers(block) {
            return None;
        }
        // What is wrong with a later block is told when it comes first.
        self.locate(&mut scratch.window, block).ok()
    }

    /// Brings the bytes of a batch into memory, if they are not there.
    fn load(&self, scratch: &mut Scratch, batch: &mut Batch) -> Result<()> {
        if let Some(file) = self.file_in_memory() {
            // It may be shorter than it was when it was opened.
            let end = batch.offset + batch.len as u64;
            if end > file.len() as u64 {
                return Err(Error::new(ErrorKind::Truncated).at(file.len() as u64));
            }
            batch.place = Place::File;
            return Ok(());
        }
        let Scratch { packed, ahead, .. } = scratch;
        if self.is_frugal() {
            packed.at_least(batch.len)?;
            return self
                .source
                .read_exact_at(batch.offset, &mut packed[..batch.len]);
        }
        if let Some(start) = ahead.find(batch.offset, batch.len) {
            batch.place = Place::Packed(start);
        } else {
            self.load_ahead(packed, ahead, batch)?;
        }
        ahead.passed(&batch.blocks);
        Ok(())
    }

    /// Reads the bytes of a batch, and more where that is likely to save another read.
    fn load_ahead(&self, packed: &mut Buffer, ahead: &mut Ahead, batch: &Batch) -> Result<()> {
        let left = self.header.file_len - batch.offset;
        let reach = (ahead.reach(&batch.blocks) as u64).min(left) as usize;
        ahead.forget();
        for len in [reach, batch.len] {
            if len < batch.len {
                continue;
            }
            packed.at_least(len)?;
            match self.source.read_exact_at(batch.offset, &mut packed[..len]) {
                Ok(()) => {
                    ahead.hold(batch.offset, len);
                    return Ok(());
                }
                // What nobody asked for is no reason to fail.
                Err(_) if len > batch.len => ahead.shrink(),
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// The bytes of a batch that was loaded.
    pub(super) fn bytes_of<'a>(&'a self, packed: &'a [u8], batch: &Batch) -> &'a [u8] {
        match (&batch.place, self.file_in_memory()) {
            (Place::File, Some(file)) => &file[batch.offset as usize..][..batch.len],
            (Place::Packed(start), _) => &packed[*start..][..batch.len],
            // Memory that has the file has it for good.
            (Place::File, None) => &[],
        }
    }

    /// Decodes a block of the batch and gives the caller the part from byte `at` of the image on:
    /// straight into `out` if all of it is wanted. Returns how many bytes that was.
    pub(super) fn deliver(
        &self,
        scratch: &mut Scratch,
        batch: &Batch,
        block: u32,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        let span = self.locate(&mut scratch.window, block)?;
        let start = (span.offset - batch.offset) as usize;
        let input = &self.bytes_of(&scratch.packed, batch)[start..start + span.len as usize];
        let (least, most) = block_room(&self.header, block, &span);
        let whole = self.header.place(at).1 == 0 && least == most && out.len() >= most;
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
            .map_err(|e: Error| e.in_block(block).at(span.offset))?;
        if whole {
            return Ok(most);
        }
        scratch.cached = Some(block);
        Ok(self.copy_cached(scratch, block, at, out))
    }

    /// Copies from the cached block, from byte `at` of the image on.
    fn copy_cached(&self, scratch: &Scratch, block: u32, at: u64, out: &mut [u8]) -> usize {
        let from = self.header.place(at).1 as usize;
        let wanted = &scratch.block[from..self.header.block_len(block) as usize];
        let count = wanted.len().min(out.len());
        out[..count].copy_from_slice(&wanted[..count]);
        count
    }
}
