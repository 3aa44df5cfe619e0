//! The encoders that one worker thread uses for all of its blocks.

use super::pipeline::StopFlag;
use crate::codec::deflate::{self, Deflater};
use crate::codec::{lz4, zlib};
use crate::format::Coding;
use alloc::vec;
use alloc::vec::Vec;

/// Bytes by which a zlib stream of a block can exceed the block: its header and its checksum, and
/// the headers of stored deflate blocks.
const ZLIB_OVERHEAD: usize = 32;

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

    /// Returns whether deflate streams come from the encoder of this crate, not from a library.
    pub(super) fn deflate_is_own(&self) -> bool {
        self.deflate.as_ref().is_some_and(Deflater::is_own)
    }

    /// Makes later results independent of the blocks encoded so far.
    pub(super) fn reset(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            deflate.reset();
        }
    }

    /// Encodes `block` as a deflate stream and returns its length in bytes, or `None` if it is not
    /// smaller than the block.
    pub(super) fn deflate(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        let max_len = block.len() - 1;
        encoder.encode(block, &mut self.deflate_out[..max_len], stop.flag())
    }

    /// Encodes `block` as a zlib stream and returns its length in bytes, or `None` if it is larger
    /// than the block by more than the output buffer allows.
    pub(super) fn zlib(&mut self, block: &[u8], stop: &StopFlag) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        zlib::wrap(block, &mut self.deflate_out, |block, out| {
            encoder.encode(block, out, stop.flag())
        })
    }

    /// Makes a zlib stream that holds `block` without compression and returns its length in bytes.
    pub(super) fn zlib_of_stored(&mut self, block: &[u8]) -> Option<usize> {
        zlib_of_stored_data(block, &mut self.deflate_out)
    }

    /// Encodes `block` with LZ4 and returns the length of the result in bytes, or `None` if it is
    /// not smaller than the block.
    ///
    /// The encoder may give up, which also returns `None`, once the result cannot have `target`
    /// bytes or less.
    pub(super) fn lz4(&mut self, block: &[u8], target: usize, stop: &StopFlag) -> Option<usize> {
        let encoder = self.lz4.as_mut()?;
        let len = encoder.encode(block, &mut self.lz4_out, target, stop.flag())?;
        (len < block.len()).then_some(len)
    }

    /// Returns the output of the last encoder for `coding`, or `block` itself if it is stored.
    pub(super) fn output<'a>(&'a self, coding: Coding, len: usize, block: &'a [u8]) -> &'a [u8] {
        match coding {
            Coding::Stored => block,
            Coding::Lz4 => &self.lz4_out[..len],
            _ => &self.deflate_out[..len],
        }
    }
}

/// Makes a zlib stream that holds `data` without compression. Returns its length in bytes, or
/// `None` if `out` is too small.
pub(super) fn zlib_of_stored_data(data: &[u8], out: &mut [u8]) -> Option<usize> {
    zlib::wrap(data, out, deflate::encode_stored)
}
