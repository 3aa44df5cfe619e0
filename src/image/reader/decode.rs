//! Decodes a run of blocks whose compressed bytes are in memory. Deflate streams are decoded
//! together if that is faster. All other blocks are decoded one by one.

use crate::codec::inflate::InflateJob;
use crate::error::{Error, Result};
use crate::format::{Coding, Span};
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::block_run::BlockRun;
use core::ops::Range;

/// Largest number of deflate streams that one call of the decoder decodes together.
const MAX_STREAMS: usize = 64;

/// Decodes some blocks of a run into `out`. `blocks` has the numbers of these blocks, where the
/// first block of the run has number 0. Each block decodes to the full block size, and the length
/// of `out` is the sum of these sizes. `input` has the compressed bytes of the run.
///
/// # Errors
///
/// The error of the first block that does not decode, with its number and position.
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

/// Decodes two or more blocks of a run. The parameters are those of `decode_blocks`.
fn decode_several(
    run: &BlockRun,
    blocks: Range<usize>,
    input: &[u8],
    decoder: &mut BlockDecoder,
    out: &mut [u8],
) -> Result<()> {
    let mut streams = Streams {
        jobs: [const { InflateJob::EMPTY }; MAX_STREAMS],
        blocks: [0; MAX_STREAMS],
        count: 0,
    };
    let size = run.block_size;
    for (i, span) in run.spans[blocks.clone()].iter().enumerate() {
        let number = blocks.start + i;
        if let Some(job) = job(span, run.bytes.start, i * size, size) {
            streams.push(number, job);
            if streams.count == MAX_STREAMS {
                streams.decode(run, input, decoder, out)?;
            }
            continue;
        }
        if let Err(e) = decode_one(run, span, input, decoder, &mut out[i * size..]) {
            // Decode the collected streams first: they are earlier blocks of the run. If one of
            // them does not decode, its error is returned instead of `e`.
            streams.decode(run, input, decoder, out)?;
            return Err(block_error(e, run, number));
        }
    }
    streams.decode(run, input, decoder, out)
}

/// Decodes one block of a run into the start of `out`. May also overwrite the bytes of `out` after
/// the decoded block. `input` has the compressed bytes of the run.
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
    if span.coding == Coding::Lz4 {
        let len = position.len();
        return BlockDecoder::decode_lz4_with_slack(&input[position.start..], len, out, size);
    }
    decoder.decode(span.coding, &input[position], &mut out[..size], size)
}

/// Adds to an error the number of the damaged block in the image and the block's offset in the
/// file. `number` is the number of the block in the run, where the first block has number 0.
#[cold]
fn block_error(error: Error, run: &BlockRun, number: usize) -> Error {
    error
        .in_block(run.first + number as u32)
        .at(run.spans[number].offset)
}

/// Returns the job that decodes a block of `size` bytes together with other blocks. The input of
/// the decoder begins at offset `start` of the file. The decoded block begins at offset `to` of the
/// output.
///
/// Returns `None` if the block is not a deflate stream or is decoded faster alone. Also returns
/// `None` if the block begins before `start`, or ends too far after it for offsets of 32 bits.
pub(super) fn job(span: &Span, start: u64, to: usize, size: usize) -> Option<InflateJob> {
    let container = BlockDecoder::faster_with_others(span.coding, span.len as usize, size)?;
    let from = u32::try_from(span.offset.checked_sub(start)?).ok()?;
    Some(InflateJob {
        input: from..from.checked_add(span.len)?,
        container,
        output: to as u32..(to + size) as u32,
    })
}

/// Deflate streams of a run that are collected until `MAX_STREAMS` can be decoded together.
struct Streams {
    jobs: [InflateJob; MAX_STREAMS],
    /// Number of the block that each job decodes. The first block of the run has number 0.
    blocks: [u32; MAX_STREAMS],
    count: usize,
}

impl Streams {
    fn push(&mut self, number: usize, job: InflateJob) {
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
