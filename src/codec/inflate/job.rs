//! The jobs that the decoders take, and the results and errors that they return.

use crate::codec::zlib::{self, Wrapping};
use core::ops::Range;

/// The reason why a stream cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// The input ends before the end of the stream.
    Truncated,
    /// The input is not a valid deflate stream.
    Invalid,
    /// The stream decodes to more bytes than the output can hold.
    OutputFull,
    /// The stream decodes to fewer bytes than the output range of its [`InflateJob`] has.
    Short,
    /// The Adler-32 after the stream is missing or does not match the decoded bytes.
    Checksum,
}

/// The result of decoding one stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// Number of input bytes that the stream occupies. A last byte that is used only in part counts
    /// as a whole one.
    pub(crate) read: usize,
    /// Number of decoded bytes.
    pub(crate) written: usize,
}

/// A deflate stream to decode, one of several that are decoded together. Has the place of the
/// stream in the input, and the place of the decoded bytes in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InflateJob {
    /// Byte range of the input in which the stream begins at the first byte. Bytes after the stream
    /// are ignored.
    pub(crate) input: Range<u32>,
    /// The container of the stream in `input`: none or zlib.
    pub(crate) wrapping: Wrapping,
    /// Byte range of the output for the decoded bytes. The stream must fill it exactly.
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
    /// the input range of the job. Also returns whether the stream is zlib-wrapped, which means
    /// that an Adler-32 follows it. Fails with `Truncated` if the input range of the job exceeds
    /// `input`.
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

    /// Checks the Adler-32 of `decoded`, the bytes that the stream decoded to, if `wrapped` is set.
    /// Then checks that they fill the output range of the job. `rest` is the input after the
    /// stream, which begins with the Adler-32.
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

    /// Returns the output range of the job relative to a slice of the whole output. The slice has
    /// `size` bytes and begins at byte `base` of the whole output. Fails with `OutputFull` if the
    /// output range is not inside the slice.
    pub(super) fn output(&self, base: usize, size: usize) -> Result<Range<usize>, InflateError> {
        let (start, end) = (self.output.start as usize, self.output.end as usize);
        if start < base || start > end || end - base > size {
            return Err(InflateError::OutputFull);
        }
        Ok(start - base..end - base)
    }
}
