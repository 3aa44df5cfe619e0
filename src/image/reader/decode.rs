//! Decodes the blocks of a run, which is a group of neighboring blocks that were fetched with one
//! read of the file. Deflate streams are decoded together if that is faster. All other blocks are
//! decoded one by one.

use crate::codec::inflate::InflateJob;
use crate::error::{Error, Result};
use crate::format::{Coding, Span};
use crate::image::block_decoder::BlockDecoder;
use crate::image::reader::block_run::BlockRun;
use core::ops::Range;

/// Largest number of deflate streams that are passed to the decoder at once.
const MAX_STREAMS: usize = 64;

/// Decodes some blocks of a run into `out`, one after the other. `blocks` has the numbers of these
/// blocks in the run, where the first block of the run has number 0. Each of these blocks has to
/// decode to the full block size, and `out` has exactly the space for them. `input` has the
/// compressed bytes of the whole run.
///
/// # Errors
///
/// The error of the first block that does not decode, with the number of the block in the image and
/// its offset in the file.
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

/// Decodes two or more blocks of a run. The parameters are those of [`decode_blocks`].
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
        if let Some(job) = inflate_job(span, run.bytes.start, i * size, size) {
            streams.push(number, job);
            if streams.count == MAX_STREAMS {
                streams.decode(run, input, decoder, out)?;
            }
            continue;
        }
        if let Err(e) = decode_one(run, span, input, decoder, &mut out[i * size..]) {
            // This block is damaged. Blocks before it may be in `streams` and not decoded yet.
            // Decode them now. If one of them is damaged too, its error is returned instead of `e`.
            streams.decode(run, input, decoder, out)?;
            return Err(block_error(e, run, number));
        }
    }
    streams.decode(run, input, decoder, out)
}

/// Decodes the block at `span`, which is part of `run`, to the first `block_size` bytes of `out`.
/// May also overwrite later bytes of `out`. `input` has the compressed bytes of the whole run.
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

/// Returns a job for the decoder of deflate streams, which decodes several jobs together. The job
/// decodes the block at `span` to `size` bytes of the output, beginning at offset `to` of the
/// output. `start` is the offset in the file at which the input of the decoder begins.
///
/// Returns `None` if the block is not a deflate stream or is decoded faster alone. Also returns
/// `None` if the block does not lie in the 4 GiB of the file that follow `start`, because jobs have
/// offsets of 32 bits.
pub(super) fn inflate_job(span: &Span, start: u64, to: usize, size: usize) -> Option<InflateJob> {
    let container = BlockDecoder::faster_with_others(span.coding, span.len as usize, size)?;
    let from = u32::try_from(span.offset.checked_sub(start)?).ok()?;
    Some(InflateJob {
        input: from..from.checked_add(span.len)?,
        container,
        output: to as u32..(to + size) as u32,
    })
}

/// Deflate streams of a run that are waiting to be decoded. They are decoded together when there
/// are `MAX_STREAMS` of them.
struct Streams {
    jobs: [InflateJob; MAX_STREAMS],
    /// For each job, the number of its block in the run. The first block of the run has number 0.
    blocks: [u32; MAX_STREAMS],
    /// Number of streams that are waiting. The first `count` elements of `jobs` and `blocks` are in
    /// use.
    count: usize,
}

impl Streams {
    /// Adds a job, which decodes block `number` of the run. Fewer than `MAX_STREAMS` streams may be
    /// waiting.
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
