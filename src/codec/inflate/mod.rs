//! Inflate (RFC 1951) for whole small blocks: whole input, whole output, no window to keep, nothing allocated.
//!
//! What a stream must obey is what zlib asks of it: reserved symbols, codes that are over-subscribed or incomplete (a code of
//! one bit and an empty distance code excepted), more than 286 literal/length or 30 distance symbols, and a missing end of
//! sub-block make it invalid.
//!
//! Two decoders share symbols and the shape of codes: `wide` for 64-bit machines, `narrow` for 32-bit ones.

use super::zlib::{self, Wrapping};
use core::ops::Range;

mod canonical;
#[cfg(any(test, differential))]
pub(crate) mod differential;
#[cfg(any(target_pointer_width = "32", test, differential))]
mod narrow;
mod symbols;
#[cfg(any(target_pointer_width = "64", test, differential))]
mod wide;

#[cfg(target_pointer_width = "32")]
use narrow::Decoder;
#[cfg(target_pointer_width = "64")]
use wide::Decoder;

#[cfg(test)]
mod tests;

/// Why a stream cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// The input ends inside the stream.
    Truncated,
    /// The input is not deflate.
    Invalid,
    /// The stream yields more than there is room for.
    OutputFull,
    /// The stream yields less than the job's output; only [`Inflate::decode_many`] minds.
    Short,
    /// The block is not what the job's wrapping says it is.
    Checksum,
}

/// What [`Inflate::decode`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Bytes of input that the stream took, the last one perhaps in part.
    pub(crate) read: usize,
    /// Bytes of output that it yielded.
    pub(crate) written: usize,
}

/// One stream of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// Bytes of the input that hold the stream, and perhaps something behind it that is ignored.
    pub(crate) input: Range<u32>,
    /// What stands around the stream in them.
    pub(crate) wrapping: Wrapping,
    /// Bytes of the output that the stream must yield exactly.
    pub(crate) output: Range<u32>,
}

impl Job {
    /// One that decodes nothing to nothing.
    pub(crate) const EMPTY: Job = Job {
        input: 0..0,
        wrapping: Wrapping::Raw,
        output: 0..0,
    };

    /// Where the stream is, up to the end of the job's input, and whether a trailer follows it.
    fn stream(&self, input: &[u8]) -> Result<(Range<usize>, bool), InflateError> {
        let (start, end) = (self.input.start as usize, self.input.end as usize);
        let bytes = input.get(start..end).ok_or(InflateError::Truncated)?;
        let wrapped = self.wrapping == Wrapping::Zlib && zlib::has_header(bytes);
        let start = if wrapped {
            start + zlib::HEADER_LEN
        } else {
            start
        };
        Ok((start..end, wrapped))
    }

    /// Checks what the stream gave, where `rest` follows it: its checksum if it is `wrapped`, then that the block is full.
    fn check(&self, given: &[u8], wrapped: bool, rest: &[u8]) -> Result<(), InflateError> {
        if wrapped && !zlib::has_trailer(rest, given) {
            return Err(InflateError::Checksum);
        }
        if given.len() < self.output.len() {
            return Err(InflateError::Short);
        }
        Ok(())
    }

    /// Where the block goes, in a part of the output that begins at `base` and has `size` bytes.
    fn output(&self, base: usize, size: usize) -> Result<Range<usize>, InflateError> {
        let (start, end) = (self.output.start as usize, self.output.end as usize);
        if start < base || start > end || end - base > size {
            return Err(InflateError::OutputFull);
        }
        Ok(start - base..end - base)
    }
}

/// A decoder: tables only, reusable without limit, nothing on the heap. It takes about 22 KiB on 64-bit machines and less than
/// 5 KiB on 32-bit ones.
#[derive(Clone, Debug)]
pub(crate) struct Inflate {
    decoder: Decoder,
}

/// A constant needs no place on a small stack on its way to where it is wanted.
#[cfg(target_pointer_width = "32")]
const READY: Decoder = Decoder::new();

impl Default for Inflate {
    fn default() -> Self {
        Self::new()
    }
}

impl Inflate {
    /// A decoder, ready for any stream.
    #[must_use]
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_pointer_width = "32")]
            decoder: READY,
            #[cfg(target_pointer_width = "64")]
            decoder: Decoder::new(),
        }
    }

    /// Decodes the raw deflate stream at the start of `input` to the start of `out`.
    ///
    /// The stream ends with its final sub-block: input behind it is ignored, and `out` may be longer than what it yields.
    ///
    /// Of each, no more than the first 2 GiB are used.
    ///
    /// # Errors
    /// Any [`InflateError`] but [`InflateError::Short`] and [`InflateError::Checksum`]. The contents of `out` are unspecified then.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        self.decoder.decode(input, out)
    }

    /// Decodes the streams of a request, each to exactly its part of `out`.
    ///
    /// The outputs of `jobs` must be ascending and may not overlap. They may leave gaps, which are not touched. All of it lies in
    /// the first 2 GiB of `input` and `out`.
    ///
    /// # Errors
    /// The index of the first job that fails, and why. All jobs before it have been decoded; the contents of the outputs from
    /// this one on are unspecified. A range outside `input` is [`InflateError::Truncated`], one outside `out` or out of order
    /// [`InflateError::OutputFull`].
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> Result<(), (usize, InflateError)> {
        self.decoder.decode_many(input, jobs, out)
    }
}
