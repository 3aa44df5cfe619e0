//! Check of an encoded block. The encoded bytes are decoded again, and the result is compared with
//! the original block.

use crate::codec::inflate;
use crate::codec::{lz4, zlib};
use crate::error::{ErrorKind, Result};
use crate::fault::{was_requested, Fault};
use crate::format::Coding;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

#[cfg(feature = "libdeflate")]
use with_libdeflate::DeflateDecoder;
#[cfg(not(feature = "libdeflate"))]
use OwnInflate as DeflateDecoder;

/// Checker of encoded blocks. It decodes an encoded block and compares the result with the
/// original. The code of the decoder is separate from that of the encoder, so that an error of the
/// encoder is found.
pub(super) struct BlockCheck {
    deflate: DeflateDecoder,
    decoded: Vec<u8>,
}

/// The encoder that makes the deflate streams.
#[derive(Clone, Copy)]
pub(super) enum DeflateOrigin {
    /// The encoder of this crate.
    ThisCrate,
    /// libdeflate or zlib. Also used if there are no deflate streams.
    OtherLibrary,
}

/// Decoder of deflate streams that always uses the inflate implementation of this crate.
#[derive(Default)]
struct OwnInflate(Box<inflate::Decoder>);

impl OwnInflate {
    /// Returns a decoder. It is the same for streams of all encoders.
    #[cfg(not(feature = "libdeflate"))]
    fn for_streams_of(_: DeflateOrigin) -> Self {
        Self::default()
    }

    /// Decodes the deflate stream `stream` to `out` and returns the number of decoded bytes.
    /// Returns `None` if the stream is invalid or if `out` is too small.
    fn decode(&mut self, stream: &[u8], out: &mut [u8]) -> Option<usize> {
        Some(self.0.decode(stream, out).ok()?.written)
    }
}

#[cfg(feature = "libdeflate")]
mod with_libdeflate {
    use super::{DeflateOrigin, OwnInflate};
    use libdeflater::Decompressor;

    /// Decoder of deflate streams that is never from the same project as the encoder. libdeflate
    /// decodes the streams that this crate encoded. The inflate implementation of this crate
    /// decodes the streams that libdeflate or zlib encoded.
    pub(super) enum DeflateDecoder {
        Own(OwnInflate),
        Libdeflate(Decompressor),
    }

    impl DeflateDecoder {
        /// Returns a decoder for the streams that the encoder `origin` makes.
        pub(super) fn for_streams_of(origin: DeflateOrigin) -> Self {
            match origin {
                DeflateOrigin::ThisCrate => DeflateDecoder::Libdeflate(Decompressor::new()),
                DeflateOrigin::OtherLibrary => DeflateDecoder::Own(OwnInflate::default()),
            }
        }

        /// Decodes the deflate stream `stream` to `out` and returns the number of decoded bytes.
        /// Returns `None` if the stream is invalid or if `out` is too small.
        pub(super) fn decode(&mut self, stream: &[u8], out: &mut [u8]) -> Option<usize> {
            match self {
                DeflateDecoder::Own(decoder) => decoder.decode(stream, out),
                DeflateDecoder::Libdeflate(decoder) => decoder.deflate_decompress(stream, out).ok(),
            }
        }
    }
}

impl BlockCheck {
    /// Returns a checker for blocks of `block_size` bytes, whose deflate streams the encoder
    /// `origin` makes.
    pub(super) fn new(block_size: usize, origin: DeflateOrigin) -> Self {
        BlockCheck {
            deflate: DeflateDecoder::for_streams_of(origin),
            decoded: vec![0; block_size],
        }
    }

    /// Decodes `data`, the encoded form of a block in the given coding, and compares the result
    /// with `block`, the original. Fails with [`ErrorKind::Mismatch`] if `data` does not decode or
    /// the result is not equal to `block`.
    pub(super) fn check(&mut self, coding: Coding, data: &[u8], block: &[u8]) -> Result<()> {
        let equal = match coding {
            Coding::Stored => data == block,
            Coding::Lz4 => lz4::decodes_to(data, block),
            Coding::Deflate => self.deflate_decodes_to(data, block),
            Coding::Zlib => zlib::unwrap(data, block)
                .is_some_and(|stream| self.deflate_decodes_to(stream, block)),
            // This crate has no LZO encoder, so no block that it encoded has this coding.
            Coding::Lzo => false,
        };
        if !equal || was_requested(Fault::Mismatch) {
            return Err(ErrorKind::Mismatch.into());
        }
        Ok(())
    }

    fn deflate_decodes_to(&mut self, stream: &[u8], block: &[u8]) -> bool {
        let len = self.deflate.decode(stream, &mut self.decoded);
        len == Some(block.len()) && self.decoded == block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::deflate::Deflater;
    use std::sync::atomic::AtomicBool;

    fn block() -> Vec<u8> {
        (0..2048u32).map(|i| (i * i / 61) as u8).collect()
    }

    /// Asserts that the check accepts `data` as the encoded form of `block`. Asserts that the check
    /// fails if one bit of `block` is changed, and if `data` is truncated or empty.
    fn assert_passes_only_for(block: &[u8], coding: Coding, data: &[u8]) {
        for origin in [DeflateOrigin::OtherLibrary, DeflateOrigin::ThisCrate] {
            let mut check = BlockCheck::new(2048, origin);
            let mut outcome = |data: &[u8], block: &[u8]| {
                let outcome = check.check(coding, data, block);
                outcome.map_err(|e| e.kind())
            };
            let mismatch = Err(ErrorKind::Mismatch);
            assert_eq!(outcome(data, block), Ok(()), "{coding:?}");
            for at in [0, 1000, 2047] {
                let mut other = block.to_vec();
                other[at] ^= 1;
                assert_eq!(outcome(data, &other), mismatch, "{coding:?}");
            }
            assert_eq!(outcome(&data[..data.len() - 3], block), mismatch);
            assert_eq!(outcome(&data[..data.len() / 2], block), mismatch);
            assert_eq!(outcome(&[], block), mismatch);
            assert_eq!(outcome(data, block), Ok(()), "{coding:?}");
        }
    }

    #[test]
    fn data_that_does_not_decode_to_the_block_fails() {
        let block = block();
        let mut out = vec![0; 4096];
        let mut deflate = Deflater::new(6, 2048);
        let stop = AtomicBool::new(false);
        let len = deflate.encode(&block, &mut out, &stop).unwrap();
        assert_passes_only_for(&block, Coding::Deflate, &out[..len]);
        let encode = |block: &[u8], out: &mut [u8]| deflate.encode(block, out, &stop);
        let len = zlib::wrap(&block, &mut out, encode).unwrap();
        assert_passes_only_for(&block, Coding::Zlib, &out[..len]);
        let mut lz4 = lz4::Lz4Encoder::new(6, 2048);
        let len = lz4.encode(&block, &mut out, 2048, &stop).unwrap();
        assert_passes_only_for(&block, Coding::Lz4, &out[..len]);
        assert_passes_only_for(&block, Coding::Stored, &block);
    }
}
