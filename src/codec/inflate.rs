//! Inflate for whole blocks: all of the input is there, and room for all of the output.

use super::zlib;
use crate::error::Result;

#[cfg(feature = "libdeflate")]
pub(crate) use hosted::Inflate;
#[cfg(not(feature = "libdeflate"))]
pub(crate) use portable::Inflate;

impl Inflate {
    /// Decodes a zlib-wrapped stream into `out`, checks its Adler-32 and returns how many bytes
    /// it gave. Some tools leave the wrapping out: where its header is not valid, the input is
    /// taken for a raw stream.
    pub(crate) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
        if zlib::has_header(input) {
            self.decode_wrapped(input, out)
        } else {
            self.decode(input, out)
        }
    }
}

/// miniz_oxide: safe Rust, without std.
#[cfg(any(not(feature = "libdeflate"), test))]
mod portable {
    use crate::codec::zlib;
    use crate::error::{ErrorKind, Result};
    use alloc::boxed::Box;
    use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    use miniz_oxide::inflate::core::{decompress, DecompressorOxide};
    use miniz_oxide::inflate::TINFLStatus;

    /// A decoder, to be used for many blocks.
    pub(crate) struct Inflate(Box<DecompressorOxide>);

    impl Inflate {
        pub(crate) fn new() -> Self {
            Inflate(Box::default())
        }

        /// Decodes one raw deflate stream into `out` and returns how many bytes it gave. What
        /// follows the stream in `input` is left alone.
        pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
            self.decode_counted(input, out).map(|(_, given)| given)
        }

        /// As [`Self::decode`], for a stream behind a valid zlib header.
        pub(super) fn decode_wrapped(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
            let body = &input[zlib::HEADER_LEN..];
            let (taken, given) = self.decode_counted(body, out)?;
            let trailer = body.get(taken..).and_then(|rest| rest.first_chunk());
            match trailer {
                Some(sum) if u32::from_be_bytes(*sum) == zlib::adler32(&out[..given]) => Ok(given),
                _ => Err(ErrorKind::Checksum.into()),
            }
        }

        fn decode_counted(&mut self, input: &[u8], out: &mut [u8]) -> Result<(usize, usize)> {
            self.0.init();
            let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
            match decompress(&mut self.0, input, out, 0, flags) {
                (TINFLStatus::Done, taken, given) => Ok((taken, given)),
                _ => Err(ErrorKind::BlockData.into()),
            }
        }
    }
}

/// libdeflate: the fastest of the maintained ones.
#[cfg(feature = "libdeflate")]
mod hosted {
    use crate::codec::zlib;
    use crate::error::{ErrorKind, Result};

    /// A decoder, to be used for many blocks.
    pub(crate) struct Inflate(libdeflater::Decompressor);

    impl Inflate {
        pub(crate) fn new() -> Self {
            Inflate(libdeflater::Decompressor::new())
        }

        /// Decodes one raw deflate stream into `out` and returns how many bytes it gave. What
        /// follows the stream in `input` is left alone.
        pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
            self.0
                .deflate_decompress(input, out)
                .map_err(|_| ErrorKind::BlockData.into())
        }

        /// As [`Self::decode`], for a stream behind a valid zlib header.
        pub(super) fn decode_wrapped(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize> {
            if let Ok(given) = self.0.zlib_decompress(input, out) {
                return Ok(given);
            }
            // libdeflate does not say which of the two was wrong.
            self.decode(&input[zlib::HEADER_LEN..], out)?;
            Err(ErrorKind::Checksum.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::vec;
    use std::vec::Vec;

    fn block() -> Vec<u8> {
        (0..2048u32).map(|i| (i * i / 97) as u8).collect()
    }

    fn zlib(block: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(block, 6)
    }

    /// Runs a check against the decoder in use and against the portable one.
    fn both(check: impl Fn(&dyn Fn(&[u8], &mut [u8]) -> Result<usize>)) {
        check(&|input, out| Inflate::new().decode_zlib(input, out));
        check(&|input, out| {
            let mut portable = portable::Inflate::new();
            if zlib::has_header(input) {
                portable.decode_wrapped(input, out)
            } else {
                portable.decode(input, out)
            }
        });
    }

    #[test]
    fn wrapped_and_raw_streams_decode_with_and_without_trailing_bytes() {
        let block = block();
        let mut wrapped = zlib(&block);
        let mut raw = miniz_oxide::deflate::compress_to_vec(&block, 6);
        for _ in 0..2 {
            for input in [&wrapped, &raw] {
                both(|decode| {
                    let mut out = vec![0; 2048];
                    assert_eq!(decode(input, &mut out), Ok(2048));
                    assert_eq!(out, block);
                });
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
        both(|decode| {
            let mut out = vec![0; 2048];
            let kind = |r: Result<usize>| r.unwrap_err().kind();
            assert_eq!(kind(decode(&wrong, &mut out)), ErrorKind::Checksum);
            assert_eq!(kind(decode(cut, &mut out)), ErrorKind::BlockData);
        });
    }

    #[test]
    fn output_that_does_not_fit_is_an_error() {
        let input = zlib(&block());
        both(|decode| {
            let mut out = vec![0; 2047];
            assert_eq!(
                decode(&input, &mut out).unwrap_err().kind(),
                ErrorKind::BlockData
            );
        });
    }
}
