//! The encoders of a worker thread, with their output buffers.

use super::pipeline::StopFlag;
use crate::codec::deflate::{self, Deflater};
use crate::codec::{lz4, zlib};
use crate::format::Coding;
use alloc::vec;
use alloc::vec::Vec;

/// Largest number of bytes by which a zlib stream of a block exceeds the block: the header and the
/// checksum of zlib, and the headers of uncompressed deflate blocks.
pub(super) const ZLIB_OVERHEAD: usize = 32;

/// Encoders for the codings of one file, and their output buffers.
pub(super) struct Encoders {
    deflate: Option<Deflater>,
    /// Output of deflate and zlib.
    deflate_out: Vec<u8>,
    lz4: Option<lz4::Lz4Encoder>,
    lz4_out: Vec<u8>,
}

impl Encoders {
    /// Returns encoders for `codings` and blocks of `block_size` bytes. `level` is 1 to 10.
    pub(super) fn new(codings: &[Coding], level: u32, block_size: usize) -> Self {
        let uses_lz4 = codings.contains(&Coding::Lz4);
        let uses_deflate = codings.contains(&Coding::Deflate) || codings.contains(&Coding::Zlib);
        let buffer = |used: bool, len: usize| vec![0; if used { len } else { 0 }];
        Encoders {
            deflate: uses_deflate.then(|| Deflater::new(level, block_size)),
            deflate_out: buffer(uses_deflate, block_size + ZLIB_OVERHEAD),
            lz4: uses_lz4.then(|| lz4::Lz4Encoder::new(level, block_size)),
            lz4_out: buffer(uses_lz4, lz4::compress_bound(block_size)),
        }
    }

    /// Returns whether the encoder of this crate makes the deflate streams, not libdeflate or zlib.
    pub(super) fn deflate_is_own(&self) -> bool {
        self.deflate.as_ref().is_some_and(Deflater::is_own)
    }

    /// Makes the results for later blocks independent of the blocks encoded so far.
    pub(super) fn reset(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            deflate.reset();
        }
    }

    /// Encodes `block` as a deflate stream and returns its length in bytes, or `None` if the stream
    /// is not smaller than the block.
    pub(super) fn deflate(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        let max_len = block.len() - 1;
        encoder.encode(block, &mut self.deflate_out[..max_len], stop.flag())
    }

    /// Encodes `block` as a zlib stream and returns its length in bytes, or `None` if the stream
    /// exceeds the output buffer.
    pub(super) fn zlib(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        zlib::wrap(block, &mut self.deflate_out, |block, out| {
            encoder.encode(block, out, stop.flag())
        })
    }

    /// Makes a zlib stream with `block` in uncompressed deflate blocks, and returns the length of
    /// the stream in bytes.
    pub(super) fn zlib_uncompressed(&mut self, block: &[u8]) -> Option<usize> {
        uncompressed_zlib_stream(block, &mut self.deflate_out)
    }

    /// Encodes `block` with LZ4 and returns the length of the result in bytes, or `None` if it is
    /// not smaller than the block.
    ///
    /// The encoder may also stop and return `None` as soon as the result is certain to be larger
    /// than `target` bytes.
    pub(super) fn lz4(&mut self, block: &[u8], target: usize, stop: &StopFlag) -> Option<usize> {
        let encoder = self.lz4.as_mut()?;
        let len = encoder.encode(block, &mut self.lz4_out, target, stop.flag())?;
        (len < block.len()).then_some(len)
    }

    /// Returns the first `len` bytes that the last call for `coding` encoded, or `block` itself if
    /// `coding` is [`Coding::Stored`].
    pub(super) fn output<'a>(&'a self, coding: Coding, len: usize, block: &'a [u8]) -> &'a [u8] {
        match coding {
            Coding::Stored => block,
            Coding::Lz4 => &self.lz4_out[..len],
            _ => &self.deflate_out[..len],
        }
    }
}

/// Writes a zlib stream with `data` in uncompressed deflate blocks to `out`. Returns the length of
/// the stream in bytes, or `None` if `out` is too small.
pub(super) fn uncompressed_zlib_stream(data: &[u8], out: &mut [u8]) -> Option<usize> {
    zlib::wrap(data, out, deflate::encode_stored)
}
