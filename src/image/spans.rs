//! Whole blocks whose compressed bytes were copied out of the file, to be decoded by anybody.

use super::decode::Decoder;
use crate::codec::inflate::Job;
use crate::error::{Error, Result};
use crate::format::{Coding, Span};
use alloc::vec::Vec;
use core::ops::Range;

/// How many blocks are decoded together, at the most.
const MOST: usize = 64;

/// Neighbouring blocks, each of the full size, and their compressed bytes.
pub(super) struct Packed {
    /// The number of the first block.
    pub(super) first: u32,
    /// Bytes of a decoded block.
    pub(super) size: usize,
    /// Where each lies in the file.
    pub(super) spans: Vec<Span>,
    /// The byte of the file that `bytes` begin with.
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
}

/// Decodes those of the blocks that `range` counts into `out`, which has room for just them. Fails
/// with the first block that fails.
pub(super) fn decode_spans(
    decoder: &mut Decoder,
    packed: &Packed,
    range: Range<usize>,
    out: &mut [u8],
) -> Result<()> {
    let is_deflate = |span: &Span| span.coding == Coding::Deflate;
    let mut at = range.start;
    let mut rest = out;
    for run in packed.spans[range].chunk_by(|a, b| is_deflate(a) == is_deflate(b)) {
        for some in run.chunks(MOST) {
            let (room, after) = rest.split_at_mut(some.len() * packed.size);
            match is_deflate(&some[0]) {
                true => decode_together(decoder, packed, at, some, room)?,
                false => decode_each(decoder, packed, at, some, room)?,
            }
            at += some.len();
            rest = after;
        }
    }
    Ok(())
}

fn decode_together(
    decoder: &mut Decoder,
    packed: &Packed,
    at: usize,
    spans: &[Span],
    out: &mut [u8],
) -> Result<()> {
    let mut jobs = [const { Job::EMPTY }; MOST];
    for (i, (job, span)) in jobs.iter_mut().zip(spans).enumerate() {
        let start = (span.offset - packed.offset) as u32;
        *job = Job {
            input: start..start + span.len,
            output: (i * packed.size) as u32..((i + 1) * packed.size) as u32,
        };
    }
    decoder
        .decode_many(&packed.bytes, &jobs[..spans.len()], out)
        .map_err(|(job, kind)| {
            Error::new(kind)
                .in_block(packed.first + (at + job) as u32)
                .at(spans[job].offset)
        })
}

fn decode_each(
    decoder: &mut Decoder,
    packed: &Packed,
    at: usize,
    spans: &[Span],
    out: &mut [u8],
) -> Result<()> {
    for (i, (span, room)) in spans.iter().zip(out.chunks_mut(packed.size)).enumerate() {
        let start = (span.offset - packed.offset) as usize;
        let input = &packed.bytes[start..start + span.len as usize];
        decoder
            .decode(span.coding, input, room, packed.size)
            .map_err(|e| e.in_block(packed.first + (at + i) as u32).at(span.offset))?;
    }
    Ok(())
}
