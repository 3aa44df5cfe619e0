//! Decodes deflate streams (RFC 1951), either raw or in the zlib format. The whole input and the
//! whole output are in memory, and decoding allocates nothing.
//!
//! [`Inflater`] chooses one of two decoders for each block of an image. One is libdeflate, if it is
//! part of the build. The other is the [`Decoder`] of this library, which has one implementation
//! for 64-bit machines (`wide`) and one for 32-bit machines (`narrow`).

#[cfg(any(test, differential))]
pub(crate) mod differential;
mod huffman;
mod job;
#[cfg(feature = "libdeflate")]
mod libdeflate;
#[cfg(any(target_pointer_width = "32", test, differential))]
mod narrow;
#[cfg(not(feature = "libdeflate"))]
mod no_libdeflate;
#[cfg(test)]
mod tests;
#[cfg(any(target_pointer_width = "64", test, differential))]
mod wide;

use crate::codec::zlib::{self, Container};
use crate::error::{Error, ErrorKind, Result};
pub(crate) use job::InflateJob;
#[cfg(feature = "libdeflate")]
use libdeflate as libdeflate_or_none;
#[cfg(target_pointer_width = "32")]
pub(crate) use narrow::Decoder;
#[cfg(not(feature = "libdeflate"))]
use no_libdeflate as libdeflate_or_none;
#[cfg(target_pointer_width = "64")]
pub(crate) use wide::Decoder;

use libdeflate_or_none::{is_paired_faster, Libdeflate, MAX_OWN_ALONE};

/// A decoder of deflate streams, which can decode any number of streams. `own` is the decoder of
/// this library. `libdeflate` fails for every stream in builds without libdeflate.
pub(crate) struct Inflater {
    own: Decoder,
    libdeflate: Libdeflate,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Inflater {
            own: Decoder::new(),
            libdeflate: Libdeflate::new(),
        }
    }

    /// Decodes the raw deflate stream `input` to `out` and returns the number of decoded bytes.
    /// Bytes of `input` after the stream are ignored.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if out.len() <= MAX_OWN_ALONE {
            if let Ok(decoded) = self.own.decode(input, out) {
                return Ok(decoded.written);
            }
        }
        // If the decoder of this library (`own`) rejected the stream, libdeflate decodes it again,
        // because libdeflate accepts some streams that `own` rejects. Large blocks are decoded only
        // by libdeflate. The same stream must not be valid in a large block and invalid in a small
        // one.
        let decoded = self.libdeflate.decode(input, out);
        decoded.ok_or(ErrorKind::BlockData.into())
    }

    /// Decodes the zlib stream `input` to `out`, checks its Adler-32 and returns the number of
    /// decoded bytes. If `input` does not begin with a valid zlib header, it is decoded as a raw
    /// deflate stream, because some tools omit the header.
    pub(crate) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if !zlib::has_header(input) {
            return self.decode(input, out);
        }
        if let Some(written) = self.libdeflate.decode_zlib(input, out) {
            return Ok(written);
        }
        // Either this build has no libdeflate, or libdeflate failed. libdeflate does not report
        // whether the stream or only the checksum is wrong. Therefore the decoder of this library
        // (`own`) decodes the stream, so that the right error can be returned.
        let stream = &input[zlib::HEADER_LEN..];
        let decoded = self.own.decode(stream, out);
        let decoded = decoded.map_err(|_| Error::new(ErrorKind::BlockData))?;
        if !zlib::has_trailer(&stream[decoded.read..], &out[..decoded.written]) {
            return Err(ErrorKind::Checksum.into());
        }
        Ok(decoded.written)
    }

    /// Returns whether one call of [`decode_many`](Self::decode_many) for several streams is faster
    /// than one call of `decode` for each stream. Each stream has `compressed` bytes and decodes to
    /// `size` bytes.
    pub(crate) fn is_faster_together(compressed: usize, size: usize) -> bool {
        is_paired_faster(compressed, size)
    }

    /// Decodes the stream of each job in `jobs`. A job has a byte range of `input` and a byte range
    /// of `out`, and its stream must decode to exactly as many bytes as its range of `out` has. The
    /// ranges of `out` must be in ascending order and must not overlap. Bytes of `input` or `out`
    /// after the first 2 GiB are not used.
    ///
    /// # Errors
    ///
    /// Returns the index of the first job that fails, and the kind of the error.
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[InflateJob],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        let mut decoded = 0;
        if jobs.len() > 1 {
            match self.own.decode_many(input, jobs, out) {
                Ok(()) => return Ok(()),
                // The loop below begins with the job that failed. The loop decodes this job again
                // with libdeflate. libdeflate accepts some streams that the decoder of this library
                // rejects.
                Err((failed, _)) => decoded = failed,
            }
        }
        for (index, job) in jobs.iter().enumerate().skip(decoded) {
            self.decode_job(input, job, out)
                .map_err(|kind| (index, kind))?;
        }
        Ok(())
    }

    fn decode_job(
        &mut self,
        input: &[u8],
        job: &InflateJob,
        out: &mut [u8],
    ) -> core::result::Result<(), ErrorKind> {
        let input = input.get(job.input.start as usize..job.input.end as usize);
        let out = out.get_mut(job.output.start as usize..job.output.end as usize);
        let (Some(input), Some(out)) = (input, out) else {
            return Err(ErrorKind::BlockData);
        };
        let written = match job.container {
            Container::None => self.decode(input, out),
            Container::Zlib => self.decode_zlib(input, out),
        };
        if written.map_err(|error| error.kind())? < out.len() {
            return Err(ErrorKind::BlockShort);
        }
        Ok(())
    }
}
