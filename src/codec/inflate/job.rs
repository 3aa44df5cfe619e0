//! The jobs that the deflate decoders execute, with their results and errors. A job is one stream
//! to decode.

use crate::codec::zlib::{self, Container};
use core::ops::Range;

/// The reason why a deflate stream cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// The input ends before the end of the stream.
    Truncated,
    /// The input is not a valid deflate stream.
    Invalid,
    /// The stream decodes to more bytes than the output has space for.
    OutputFull,
    /// The stream decodes to fewer bytes than the `output` range of its [`InflateJob`] has.
    Short,
    /// The Adler-32 checksum after the stream is missing or does not match the decoded bytes.
    Checksum,
}

/// The result of decoding one deflate stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Number of bytes that the stream occupies in the input. If the stream ends inside a byte, the
    /// whole byte is counted.
    pub(crate) read: usize,
    /// Number of decoded bytes.
    pub(crate) written: usize,
}

/// A deflate stream to decode. Several jobs share one input and one output. Each job has a byte
/// range of the input and a byte range of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InflateJob {
    /// Byte range of the input. The stream, or its zlib header, begins at the first byte of the
    /// range. Bytes after the end of the stream are ignored.
    pub(crate) input: Range<u32>,
    /// Whether the stream is a raw deflate stream or in the zlib format. A job with
    /// `Container::Zlib` is decoded as a raw stream if its input does not begin with a zlib header.
    pub(crate) container: Container,
    /// Byte range of the output that receives the decoded bytes. The stream must decode to exactly
    /// as many bytes as the range has.
    pub(crate) output: Range<u32>,
}

impl InflateJob {
    /// A job with empty ranges. It is used to initialize arrays of jobs.
    pub(crate) const EMPTY: InflateJob = InflateJob {
        input: 0..0,
        container: Container::None,
        output: 0..0,
    };

    /// Returns the byte range of `input` from the first byte of the deflate stream, after the zlib
    /// header if there is one, to the end of the input range of the job. Also returns whether there
    /// is a zlib header, which means that an Adler-32 follows the stream. Fails with `Truncated` if
    /// the input range of the job is not inside `input`.
    pub(super) fn stream(&self, input: &[u8]) -> Result<(Range<usize>, bool), InflateError> {
        let (start, end) = (self.input.start as usize, self.input.end as usize);
        let bytes = input.get(start..end).ok_or(InflateError::Truncated)?;
        let wrapped = self.container == Container::Zlib && zlib::has_header(bytes);
        let start = if wrapped {
            start + zlib::HEADER_LEN
        } else {
            start
        };
        Ok((start..end, wrapped))
    }

    /// Checks `decoded`, the bytes that the stream of this job decoded to. `rest` is the input
    /// after the stream. If `wrapped` is set and `rest` does not begin with the Adler-32 checksum
    /// of `decoded`, the check fails with `Checksum`. If `decoded` is smaller than the output range
    /// of the job, the check fails with `Short`.
    pub(super) fn check(
        &self,
        decoded: &[u8],
        wrapped: bool,
        rest: &[u8],
    ) -> Result<(), InflateError> {
        if wrapped && !zlib::has_trailer(rest, decoded) {
            return Err(InflateError::Checksum);
        }
        if decoded.len() < self.output.len() {
            return Err(InflateError::Short);
        }
        Ok(())
    }

    /// Returns the output range of the job, relative to a part of the whole output. The part has
    /// `size` bytes and begins at byte `base` of the whole output. Fails with `OutputFull` if the
    /// output range is not inside the part.
    pub(super) fn output(&self, base: usize, size: usize) -> Result<Range<usize>, InflateError> {
        let (start, end) = (self.output.start as usize, self.output.end as usize);
        if start < base || start > end || end - base > size {
            return Err(InflateError::OutputFull);
        }
        Ok(start - base..end - base)
    }
}
