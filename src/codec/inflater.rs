//! Deflate, raw and zlib-wrapped, with the decoder that is fastest where this was built.

#[cfg(not(feature = "libdeflate"))]
use super::inflate::InflateError;
use super::inflate::{Inflate, Job};
use super::zlib;
#[cfg(feature = "libdeflate")]
use super::zlib::Wrapping;
use crate::error::{Error, ErrorKind, Result};

/// Up to so many bytes, blocks are decoded faster together than by libdeflate one by one: 1.1 to 1.3
/// times as fast at 2 KiB, 1 to 1.3 at 8 KiB.
const ALWAYS_TOGETHER: usize = 8192;

/// Up to so many bytes, those blocks are that take a quarter of it or more: 1 to 1.3 times as fast at
/// 16 KiB. Of those that take less, most of the time goes into long copies, which libdeflate is faster
/// at: 0.87 to 1.
const SOMETIMES_TOGETHER: usize = 16384;

/// Up to so many bytes, a block alone is decoded faster than by libdeflate: 1.05 to 1.15 times as
/// fast at 2 KiB, 0.9 to 0.96 at 8 KiB.
#[cfg(feature = "libdeflate")]
const LARGEST_ALONE: usize = 2048;

/// A decoder, to be used for many blocks.
pub(crate) struct Inflater {
    own: Inflate,
    #[cfg(feature = "libdeflate")]
    libdeflate: libdeflater::Decompressor,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Inflater {
            own: Inflate::new(),
            #[cfg(feature = "libdeflate")]
            libdeflate: libdeflater::Decompressor::new(),
        }
    }

    /// Decodes one raw deflate stream into `out` and returns how many bytes it gave. What follows
    /// the stream in `input` is left alone.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        #[cfg(feature = "libdeflate")]
        if out.len() > LARGEST_ALONE {
            return self.decode_by_libdeflate(input, out);
        }
        match self.own.decode(input, out) {
            Ok(done) => Ok(done.written),
            // Of streams with reserved symbols libdeflate accepts some that nobody else does.
            // Whether a block is good must not depend on its size or on how it was asked for:
            // libdeflate has the last word.
            #[cfg(feature = "libdeflate")]
            Err(_) => self.decode_by_libdeflate(input, out),
            #[cfg(not(feature = "libdeflate"))]
            Err(_) => Err(ErrorKind::BlockData.into()),
        }
    }

    /// Whether streams of `packed` bytes that give `size` are decoded faster several at once.
    pub(crate) fn is_faster_together(packed: usize, size: usize) -> bool {
        let no_libdeflate = cfg!(not(feature = "libdeflate"));
        no_libdeflate || size <= ALWAYS_TOGETHER || size <= SOMETIMES_TOGETHER && packed >= size / 4
    }

    #[cfg(feature = "libdeflate")]
    fn decode_by_libdeflate(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        let given = self.libdeflate.deflate_decompress(input, out);
        given.map_err(|_| ErrorKind::BlockData.into())
    }

    /// Decodes several deflate streams of `input`, each into its own part of `out`, which it
    /// must fill. The parts ascend. Fails with the first job that fails, and why.
    ///
    /// Of each, no more than the first 2 GiB are used.
    #[cfg(feature = "libdeflate")]
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        let mut good = 0;
        if jobs.len() > 1 {
            match self.own.decode_many(input, jobs, out) {
                Ok(()) => return Ok(()),
                // Here too libdeflate has the last word.
                Err((job, _)) => good = job,
            }
        }
        self.decode_one_by_one(input, &jobs[good..], out)
            .map_err(|(job, kind)| (good + job, kind))
    }

    /// Decodes several deflate streams of `input`, each into its own part of `out`, which it
    /// must fill. The parts ascend. Fails with the first job that fails, and why.
    ///
    /// Of each, no more than the first 2 GiB are used.
    #[cfg(not(feature = "libdeflate"))]
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        self.own
            .decode_many(input, jobs, out)
            .map_err(|(job, why)| match why {
                InflateError::Short => (job, ErrorKind::BlockShort),
                InflateError::Checksum => (job, ErrorKind::Checksum),
                _ => (job, ErrorKind::BlockData),
            })
    }

    #[cfg(feature = "libdeflate")]
    fn decode_one_by_one(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        for (i, job) in jobs.iter().enumerate() {
            let input = &input[job.input.start as usize..job.input.end as usize];
            let out = &mut out[job.output.start as usize..job.output.end as usize];
            let given = match job.wrapping {
                Wrapping::Raw => self.decode(input, out),
                Wrapping::Zlib => self.decode_zlib(input, out),
            };
            match given {
                Ok(given) if given == out.len() => {}
                Ok(_) => return Err((i, ErrorKind::BlockShort)),
                Err(e) => return Err((i, e.kind())),
            }
        }
        Ok(())
    }

    /// Decodes a zlib-wrapped stream into `out`, checks its Adler-32 and returns how many bytes
    /// it gave. Some tools leave the wrapping out: where its header is not valid, the input is
    /// taken for a raw stream.
    pub(crate) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if !zlib::has_header(input) {
            return self.decode(input, out);
        }
        #[cfg(feature = "libdeflate")]
        if let Ok(given) = self.libdeflate.zlib_decompress(input, out) {
            return Ok(given);
        }
        // libdeflate does not say what was wrong; this does.
        let body = &input[zlib::HEADER_LEN..];
        let done = self.own.decode(body, out);
        let done = done.map_err(|_| Error::new(ErrorKind::BlockData))?;
        if !zlib::has_trailer(&body[done.read..], &out[..done.written]) {
            return Err(ErrorKind::Checksum.into());
        }
        Ok(done.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn block() -> Vec<u8> {
        (0..2048u32).map(|i| (i * i / 97) as u8).collect()
    }

    fn zlib(block: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(block, 6)
    }

    #[test]
    fn wrapped_and_raw_streams_decode_with_and_without_trailing_bytes() {
        let block = block();
        let mut wrapped = zlib(&block);
        let mut raw = miniz_oxide::deflate::compress_to_vec(&block, 6);
        for _ in 0..2 {
            for input in [&wrapped, &raw] {
                let mut out = vec![0; 2048];
                assert_eq!(Inflater::new().decode_zlib(input, &mut out), Ok(2048));
                assert_eq!(out, block);
            }
            wrapped.extend_from_slice(&[0; 9]);
            raw.extend_from_slice(&[0; 9]);
        }
    }

    #[test]
    fn a_wrong_checksum_is_told_from_damaged_data() {
        let block = block();
        let mut wrong = zlib(&block);
        *wrong.last_mut().unwrap() ^= 1;
        let cut = &zlib(&block)[..100];
        let without = &zlib(&block)[..zlib(&block).len() - 4];
        let kind = |input: &[u8]| {
            let mut out = vec![0; 2048];
            let error = Inflater::new().decode_zlib(input, &mut out).unwrap_err();
            error.kind()
        };
        assert_eq!(kind(&wrong), ErrorKind::Checksum);
        assert_eq!(kind(without), ErrorKind::Checksum);
        assert_eq!(kind(cut), ErrorKind::BlockData);
    }

    #[test]
    fn output_that_does_not_fit_is_an_error() {
        let input = zlib(&block());
        let mut out = vec![0; 2047];
        let error = Inflater::new().decode_zlib(&input, &mut out).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BlockData);
    }
}
