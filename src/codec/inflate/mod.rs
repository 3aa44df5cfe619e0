//! Decoding of deflate streams (RFC 1951), with or without a zlib wrapping. The whole input and the
//! whole output are in memory, and nothing is allocated.
//!
//! For each block of an image, [`Inflater`] chooses between two decoders: libdeflate, if it is part
//! of the build, and the [`Decoder`] of this library. `Decoder` has two implementations: `wide` for
//! 64-bit machines and `narrow` for 32-bit ones.

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

use crate::codec::zlib::{self, Wrapping};
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

/// A decoder of deflate streams. One `Inflater` can decode any number of streams.
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

    /// Decodes one raw deflate stream to `out` and returns the number of decoded bytes. Bytes of
    /// `input` after the stream are ignored.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if out.len() <= MAX_OWN_ALONE {
            if let Ok(decoded) = self.own.decode(input, out) {
                return Ok(decoded.written);
            }
        }
        // A stream that the own decoder rejects is decoded again by libdeflate, which accepts some
        // of these streams. Otherwise the size of a block would decide whether it is valid.
        let decoded = self.libdeflate.decode(input, out);
        decoded.ok_or(ErrorKind::BlockData.into())
    }

    /// Decodes one zlib-wrapped stream to `out`, checks its Adler-32 and returns the number of
    /// decoded bytes. If `input` does not begin with a valid zlib header, `input` is decoded as a
    /// raw stream, because some tools omit the wrapping.
    pub(crate) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if !zlib::has_header(input) {
            return self.decode(input, out);
        }
        if let Some(written) = self.libdeflate.decode_zlib(input, out) {
            return Ok(written);
        }
        // libdeflate is not part of the build, or it failed. It does not report whether the stream
        // or the checksum is wrong, so the own decoder decodes the stream to return the right
        // error.
        let stream = &input[zlib::HEADER_LEN..];
        let decoded = self.own.decode(stream, out);
        let decoded = decoded.map_err(|_| Error::new(ErrorKind::BlockData))?;
        if !zlib::has_trailer(&stream[decoded.read..], &out[..decoded.written]) {
            return Err(ErrorKind::Checksum.into());
        }
        Ok(decoded.written)
    }

    /// Returns whether [`decode_many`](Self::decode_many) is faster than decoding one by one, for
    /// streams of `compressed` bytes that decode to `size` bytes each.
    pub(crate) fn is_faster_together(compressed: usize, size: usize) -> bool {
        is_paired_faster(compressed, size)
    }

    /// Decodes the deflate stream of each job in `jobs` from `input` to the output range of the
    /// job. Each stream must fill its range. The output ranges must ascend and not overlap. Only
    /// the first 2 GiB of `input` and of `out` are used.
    ///
    /// # Errors
    ///
    /// Returns the index of the first job that fails, and the kind of the failure.
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
                // The loop below decodes the failed job again, because libdeflate accepts some
                // streams that the own decoder rejects.
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
        let written = match job.wrapping {
            Wrapping::Raw => self.decode(input, out),
            Wrapping::Zlib => self.decode_zlib(input, out),
        };
        if written.map_err(|error| error.kind())? < out.len() {
            return Err(ErrorKind::BlockShort);
        }
        Ok(())
    }
}
