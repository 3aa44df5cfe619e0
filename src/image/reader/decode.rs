//! Decoding of a run of blocks whose compressed bytes are in memory: deflate streams together where
//! that is faster, the others one by one.

use crate::codec::inflate::Job;
use crate::error::{Error, Result};
use crate::format::{Coding, Span};
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::block_run::BlockRun;
use core::ops::Range;

/// Most deflate streams that are decoded together.
const MOST: usize = 64;

/// Decodes those blocks of a run that `blocks` counts, all of them of the full size, into `out`,
/// which has space for exactly them. `input` has the bytes of the run.
///
/// # Errors
///
/// That of the first block that does not decode, with its number and position.
pub(in crate::image::reader) fn decode_blocks(
    run: &BlockRun,
    blocks: Range<usize>,
    input: &[u8],
    decoder: &mut BlockDecoder,
    out: &mut [u8],
) -> Result<()> {
    if blocks.len() == 1 {
        let number = blocks.start;
        return decode_one(run, &run.spans[number], input, decoder, out)
            .map_err(|e| block_error(e, run, number));
    }
    decode_several(run, blocks, input, decoder, out)
}

/// Decodes two or more blocks of a run.
fn decode_several(
    run: &BlockRun,
    blocks: Range<usize>,
    input: &[u8],
    decoder: &mut BlockDecoder,
    out: &mut [u8],
) -> Result<()> {
    let mut streams = Streams {
        jobs: [const { Job::EMPTY }; MOST],
        blocks: [0; MOST],
        count: 0,
    };
    let size = run.block_size;
    for (i, span) in run.spans[blocks.clone()].iter().enumerate() {
        let number = blocks.start + i;
        if let Some(job) = job(span, run.bytes.start, i * size, size) {
            streams.push(number, job);
            if streams.count == MOST {
                streams.decode(run, input, decoder, out)?;
            }
            continue;
        }
        if let Err(e) = decode_one(run, span, input, decoder, &mut out[i * size..]) {
            // An error of an earlier block comes first.
            streams.decode(run, input, decoder, out)?;
            return Err(block_error(e, run, number));
        }
    }
    streams.decode(run, input, decoder, out)
}

/// Decodes one block to the start of `out`. May overwrite all of `out`.
#[inline(always)]
fn decode_one(
    run: &BlockRun,
    span: &Span,
    input: &[u8],
    decoder: &mut BlockDecoder,
    out: &mut [u8],
) -> Result<()> {
    let size = run.block_size;
    if span.coding == Coding::Stored {
        out[..size].copy_from_slice(&input[run.stored_position(span, 0, size)]);
        return Ok(());
    }
    let position = run.position(span);
    decoder.decode_among(
        span.coding,
        &input[position.start..],
        position.len(),
        out,
        size,
    )
}

/// Adds the number and the position of block `number` of the run to an error.
#[cold]
fn block_error(error: Error, run: &BlockRun, number: usize) -> Error {
    error
        .in_block(run.first + number as u32)
        .at(run.spans[number].offset)
}

/// Returns how to decode a block of `size` bytes together with others, or `None` if it is decoded
/// faster alone. Byte 0 of the input is byte `start` of the file. The block is decoded to byte `to`
/// of the output.
pub(super) fn job(span: &Span, start: u64, to: usize, size: usize) -> Option<Job> {
    let wrapping = BlockDecoder::faster_with_others(span.coding, span.len as usize, size)?;
    let from = u32::try_from(span.offset.checked_sub(start)?).ok()?;
    Some(Job {
        input: from..from.checked_add(span.len)?,
        wrapping,
        output: to as u32..(to + size) as u32,
    })
}

/// Deflate streams of a run that are decoded together once enough of them were found.
struct Streams {
    jobs: [Job; MOST],
    /// The block of each job: its number in the run.
    blocks: [u32; MOST],
    count: usize,
}

impl Streams {
    fn push(&mut self, number: usize, job: Job) {
        self.jobs[self.count] = job;
        self.blocks[self.count] = number as u32;
        self.count += 1;
    }

    fn decode(
        &mut self,
        run: &BlockRun,
        input: &[u8],
        decoder: &mut BlockDecoder,
        out: &mut [u8],
    ) -> Result<()> {
        let jobs = &self.jobs[..self.count];
        self.count = 0;
        decoder
            .decode_many(input, jobs, out)
            .map_err(|(job, kind)| block_error(kind.into(), run, self.blocks[job] as usize))
    }
}
