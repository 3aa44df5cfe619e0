//! What the decoders take and return: jobs, results and errors.

use crate::codec::zlib::{self, Wrapping};
use core::ops::Range;

/// The reason why a stream cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// The input ends before the stream.
    Truncated,
    /// The input is not a valid deflate stream.
    Invalid,
    /// The stream decodes to more bytes than the output can hold.
    OutputFull,
    /// The stream decodes to fewer bytes than the output of its [`InflateJob`] has.
    Short,
    /// The Adler-32 after the stream is missing, or is not that of the decoded bytes.
    Checksum,
}

/// The result of decoding one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Number of input bytes that the stream has. The stream may end within the last one.
    pub(crate) read: usize,
    /// Number of bytes that were decoded.
    pub(crate) written: usize,
}

/// One of several deflate streams that are decoded together: where it is, and where its decoded
/// bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InflateJob {
    /// Byte range of the input that has the stream. Bytes after the stream are ignored.
    pub(crate) input: Range<u32>,
    /// The wrapping of the stream within `input`.
    pub(crate) wrapping: Wrapping,
    /// Byte range of the output that the stream must fill exactly.
    pub(crate) output: Range<u32>,
}

impl InflateJob {
    /// A job with empty ranges, to initialize arrays.
    pub(crate) const EMPTY: InflateJob = InflateJob {
        input: 0..0,
        wrapping: Wrapping::Raw,
        output: 0..0,
    };

    /// Returns the byte range of `input` from the first byte of the deflate stream to the end of
    /// the job's input, and whether the stream is zlib-wrapped, so that an Adler-32 follows it.
    pub(super) fn stream(&self, input: &[u8]) -> Result<(Range<usize>, bool), InflateError> {
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

    /// Checks the bytes that the stream decoded to: the checksum if the stream is `wrapped`, then
    /// the number of bytes. `rest` is the input after the stream.
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

    /// Returns the job's output as a byte range of a slice that has `size` bytes and begins at byte
    /// `base` of the whole output.
    pub(super) fn output(&self, base: usize, size: usize) -> Result<Range<usize>, InflateError> {
        let (start, end) = (self.output.start as usize, self.output.end as usize);
        if start < base || start > end || end - base > size {
            return Err(InflateError::OutputFull);
        }
        Ok(start - base..end - base)
    }
}
