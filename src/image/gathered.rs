//! Decoding a batch whose compressed bytes are in the scratch: deflate blocks that are wanted
//! whole together, for that is faster, the others one by one.

use super::read::Batch;
use super::scratch::Scratch;
use super::Image;
use crate::codec::inflate::Job;
use crate::error::{Error, Result};
use crate::format::{Coding, Span};
use crate::io::ReadAt;

/// How many blocks are decoded together, at the most.
const MOST: usize = 64;

/// Deflate blocks that wait to be decoded together.
struct Waiting<'a> {
    batch: &'a Batch,
    jobs: [Job; MOST],
    /// The number of each block.
    blocks: [u32; MOST],
    count: usize,
}

impl<S: ReadAt> Image<S> {
    /// Decodes the blocks of a batch into `out`, from byte `at` of the image on. Returns how many
    /// bytes that gave.
    pub(super) fn deliver_all(
        &self,
        scratch: &mut Scratch,
        batch: &Batch,
        at: u64,
        out: &mut [u8],
    ) -> Result<usize> {
        if batch.blocks.len() == 1 {
            return self.deliver(scratch, batch, batch.blocks.start, at, out);
        }
        let mut waiting = Waiting::new(batch);
        let mut done = 0;
        for block in batch.blocks.clone() {
            let span = self.locate(&mut scratch.window, block)?;
            let place = at + done as u64;
            if span.coding == Coding::Deflate && self.is_whole(block, place, out.len() - done) {
                let size = self.header.block_size as usize;
                waiting.push(block, &span, done, size);
                done += size;
                if waiting.count == MOST {
                    waiting.decode(self, scratch, out)?;
                }
                continue;
            }
            match self.deliver(scratch, batch, block, place, &mut out[done..]) {
                Ok(count) => done += count,
                Err(e) => {
                    // A block before this one may be damaged too: that comes first.
                    waiting.decode(self, scratch, out)?;
                    return Err(e);
                }
            }
        }
        waiting.decode(self, scratch, out)?;
        Ok(done)
    }

    /// All of the block is wanted, from byte `at` of the image on, and there is room for it.
    fn is_whole(&self, block: u32, at: u64, room: usize) -> bool {
        let size = self.header.block_size;
        at % u64::from(size) == 0 && self.header.block_len(block) == size && room >= size as usize
    }
}

impl<'a> Waiting<'a> {
    fn new(batch: &'a Batch) -> Self {
        Waiting {
            batch,
            jobs: [const { Job::EMPTY }; MOST],
            blocks: [0; MOST],
            count: 0,
        }
    }

    fn push(&mut self, block: u32, span: &Span, at: usize, size: usize) {
        let start = (span.offset - self.batch.offset) as u32;
        self.jobs[self.count] = Job {
            input: start..start + span.len,
            output: at as u32..(at + size) as u32,
        };
        self.blocks[self.count] = block;
        self.count += 1;
    }

    fn decode<S: ReadAt>(
        &mut self,
        image: &Image<S>,
        scratch: &mut Scratch,
        out: &mut [u8],
    ) -> Result<()> {
        let jobs = &self.jobs[..self.count];
        self.count = 0;
        let input = image.bytes_of(&scratch.packed, self.batch);
        scratch
            .decoder
            .decode_many(input, jobs, out)
            .map_err(|(job, kind)| {
                let start = u64::from(jobs[job].input.start);
                Error::new(kind)
                    .in_block(self.blocks[job])
                    .at(self.batch.offset + start)
            })
    }
}
