//! The encoders of a worker thread, with their output buffers.

use super::block_check::DeflateOrigin;
use super::pipeline::StopFlag;
use crate::codec::deflate::{self, Deflater};
use crate::codec::{lz4, zlib};
use crate::format::Coding;
use alloc::vec;
use alloc::vec::Vec;

/// Number of bytes by which the output buffer for a zlib stream is larger than the block to encode.
/// A zlib stream that contains a DAX frame of 8192 bytes uncompressed is 11 bytes longer than the
/// frame: 2 bytes of header, 4 bytes of checksum, and 5 bytes of header of one deflate block.
pub(super) const ZLIB_RESERVE: usize = 32;

/// Encoders for the codings that one new file uses, and their output buffers.
pub(super) struct Encoders {
    deflate: Option<Deflater>,
    /// Output buffer for deflate streams and zlib streams. Empty if the file uses neither.
    deflate_out: Vec<u8>,
    lz4: Option<lz4::Lz4Encoder>,
    lz4_out: Vec<u8>,
}

impl Encoders {
    /// Returns encoders for the codings in `codings` and for blocks of `block_size` bytes. `level`
    /// is the compression level, 1 to 10.
    pub(super) fn new(codings: &[Coding], level: u32, block_size: usize) -> Self {
        let uses_lz4 = codings.contains(&Coding::Lz4);
        let uses_deflate = codings.contains(&Coding::Deflate) || codings.contains(&Coding::Zlib);
        let buffer = |used: bool, len: usize| vec![0; if used { len } else { 0 }];
        Encoders {
            deflate: uses_deflate.then(|| Deflater::new(level, block_size)),
            deflate_out: buffer(uses_deflate, block_size + ZLIB_RESERVE),
            lz4: uses_lz4.then(|| lz4::Lz4Encoder::new(level, block_size)),
            lz4_out: buffer(uses_lz4, lz4::compress_bound(block_size)),
        }
    }

    /// Returns which encoder makes the deflate streams.
    pub(super) fn deflate_origin(&self) -> DeflateOrigin {
        match &self.deflate {
            Some(deflate) if deflate.is_own() => DeflateOrigin::ThisCrate,
            _ => DeflateOrigin::OtherLibrary,
        }
    }

    /// Discards what the encoders have recorded about earlier blocks, so that they have no effect
    /// on how later blocks are encoded.
    pub(super) fn reset(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            deflate.reset();
        }
    }

    /// Encodes `block` as a deflate stream and returns the length of the stream in bytes. Returns
    /// `None` if the encoder makes no stream that is smaller than the block, or if `stop` is set.
    pub(super) fn deflate(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        let max_len = block.len() - 1;
        encoder.encode(block, &mut self.deflate_out[..max_len], stop.flag())
    }

    /// Encodes `block` as a zlib stream and returns the length of the stream in bytes. Returns
    /// `None` if the stream does not fit into the output buffer, or if `stop` is set.
    pub(super) fn zlib(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        zlib::wrap(block, &mut self.deflate_out, |block, out| {
            encoder.encode(block, out, stop.flag())
        })
    }

    /// Makes a zlib stream that contains `block` uncompressed, in deflate blocks of the
    /// uncompressed type. Returns the length of the stream in bytes, or `None` if the stream does
    /// not fit into the output buffer.
    pub(super) fn zlib_uncompressed(&mut self, block: &[u8]) -> Option<usize> {
        uncompressed_zlib_stream(block, &mut self.deflate_out)
    }

    /// Encodes `block` with LZ4 and returns the length of the result in bytes. Returns `None` if
    /// the result would not be smaller than the block, or if `stop` is set.
    ///
    /// Also returns `None` if the encoder stops early. It may do so as soon as the result is
    /// certain to be larger than `target` bytes.
    pub(super) fn lz4(&mut self, block: &[u8], target: usize, stop: &StopFlag) -> Option<usize> {
        let encoder = self.lz4.as_mut()?;
        let len = encoder.encode(block, &mut self.lz4_out, target, stop.flag())?;
        (len < block.len()).then_some(len)
    }

    /// Returns the encoded form of `block` in the given coding. For [`Coding::Stored`], this is
    /// `block` itself. For other codings, this is the first `len` bytes of the output buffer. `len`
    /// is the length that the encoding method, for example `lz4`, has returned.
    pub(super) fn output<'a>(&'a self, coding: Coding, len: usize, block: &'a [u8]) -> &'a [u8] {
        match coding {
            Coding::Stored => block,
            Coding::Lz4 => &self.lz4_out[..len],
            _ => &self.deflate_out[..len],
        }
    }
}

/// Writes a zlib stream to `out` that contains `data` uncompressed, in deflate blocks of the
/// uncompressed type. Returns the length of the stream in bytes, or `None` if `out` is too small.
pub(super) fn uncompressed_zlib_stream(data: &[u8], out: &mut [u8]) -> Option<usize> {
    zlib::wrap(data, out, deflate::encode_stored)
}
