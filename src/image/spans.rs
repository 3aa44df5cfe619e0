//! Whole blocks whose compressed bytes are in memory: those that are faster decoded together
//! are, the others one by one.

use super::decode::Decoder;
use crate::codec::inflate::Job;
use crate::error::{Error, Result};
use crate::format::Span;

/// How many blocks are decoded together, at the most.
const MOST: usize = 64;

/// Neighbouring blocks, each of the full size.
#[derive(Clone, Copy)]
pub(super) struct Blocks<'a> {
    /// The number of the first block.
    pub(super) first: u32,
    /// Bytes of a decoded block.
    pub(super) size: usize,
    /// Where each lies in the file.
    pub(super) spans: &'a [Span],
    /// The byte of the file that `bytes` begin with.
    pub(super) offset: u64,
    /// Their compressed bytes, and perhaps others.
    pub(super) bytes: &'a [u8],
}

impl Blocks<'_> {
    /// Decodes them into `out`, which has room for just them. Fails with the first block that fails.
    pub(super) fn decode(&self, decoder: &mut Decoder, out: &mut [u8]) -> Result<()> {
        let mut waiting = Waiting {
            jobs: [const { Job::EMPTY }; MOST],
            blocks: [0; MOST],
            count: 0,
        };
        for (i, span) in self.spans.iter().enumerate() {
            if let Some(job) = job(span, self.offset, i * self.size, self.size) {
                waiting.push(i, job);
                if waiting.count == MOST {
                    waiting.decode(self, decoder, out)?;
                }
            } else if let Err(e) = self.decode_one(decoder, i, span, out) {
                // A block before this one may be damaged too: that comes first.
                waiting.decode(self, decoder, out)?;
                return Err(e);
            }
        }
        waiting.decode(self, decoder, out)
    }

    fn decode_one(
        &self,
        decoder: &mut Decoder,
        i: usize,
        span: &Span,
        out: &mut [u8],
    ) -> Result<()> {
        let start = (span.offset - self.offset) as usize;
        let (input, room) = (&self.bytes[start..], &mut out[i * self.size..]);
        let len = span.len as usize;
        // Blocks behind this one are yet to be decoded.
        decoder
            .decode_among(span.coding, input, len, room, self.size)
            .map_err(|e| self.named(e, i))
    }

    /// A failure of block `i`.
    #[cold]
    fn named(&self, error: Error, i: usize) -> Error {
        error
            .in_block(self.first + i as u32)
            .at(self.spans[i].offset)
    }
}

/// How to decode a block of `size` bytes, one of several, to byte `to` of the output on, where the
/// input begins with byte `offset` of the file. `None` if it is decoded faster alone.
pub(super) fn job(span: &Span, offset: u64, to: usize, size: usize) -> Option<Job> {
    let wrapping = Decoder::faster_with_others(span.coding, span.len as usize, size)?;
    let start = u32::try_from(span.offset.checked_sub(offset)?).ok()?;
    Some(Job {
        input: start..start.checked_add(span.len)?,
        wrapping,
        output: to as u32..(to + size) as u32,
    })
}

/// Deflate blocks that wait to be decoded together.
struct Waiting {
    jobs: [Job; MOST],
    /// Which blocks they are.
    blocks: [u32; MOST],
    count: usize,
}

impl Waiting {
    fn push(&mut self, i: usize, job: Job) {
        self.jobs[self.count] = job;
        self.blocks[self.count] = i as u32;
        self.count += 1;
    }

    fn decode(&mut self, all: &Blocks, decoder: &mut Decoder, out: &mut [u8]) -> Result<()> {
        let jobs = &self.jobs[..self.count];
        self.count = 0;
        decoder
            .decode_many(all.bytes, jobs, out)
            .map_err(|(job, kind)| all.named(kind.into(), self.blocks[job] as usize))
    }
}
