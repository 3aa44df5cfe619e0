//! Deflate encoders for all compression levels. Levels 1 to 4 use libdeflate or zlib if no block is
//! larger than 1 MiB. In all other cases, this library's own encoder is used. Real PSP hardware can
//! decode all streams that the encoders make.

mod bit_writer;
mod block_splitter;
mod cost_model;
mod dynamic_codes;
mod dynamic_header;
mod emit;
mod fast_deflater;
mod greedy;
mod histogram;
mod huffman;
mod length_trellis;
mod levels;
mod match_finder;
mod optimal_deflater;
mod optimal_parse;
mod optimize;
mod piece_encoding;
mod token;

#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use bit_writer::BitWriter;
use core::sync::atomic::AtomicBool;
use fast_deflater::FastDeflater;
use levels::Settings;
use optimal_deflater::OptimalDeflater;

/// Largest block size, in bytes, for which libdeflate or zlib is used. Neither libdeflate nor zlib
/// can be stopped within a block. If a compression is cancelled, the current block is still encoded
/// to its end, which takes too long for larger blocks.
const MAX_FAST_BLOCK: usize = 1 << 20;

/// A deflate encoder for one compression level. It encodes blocks one after the other. A block is a
/// part of the image that is compressed independently of the other parts.
pub(crate) enum Deflater {
    Fast(FastDeflater),
    Optimal(Box<OptimalDeflater>),
}

impl Deflater {
    /// Creates an encoder for compression level `level`, 1 to 10. Blocks may have up to `max_block`
    /// bytes.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        match Settings::of_level(level, max_block).library {
            Some(library) if max_block <= MAX_FAST_BLOCK => {
                Deflater::Fast(FastDeflater::new(library, max_block))
            }
            _ => Deflater::Optimal(Box::new(OptimalDeflater::new(level, max_block))),
        }
    }

    /// Makes the next streams independent of the blocks that were encoded before this call. For
    /// this, it discards the symbol counts of those blocks. Without a reset, the search for the
    /// smallest encoding of the next block may start from these counts.
    pub(crate) fn reset(&mut self) {
        if let Deflater::Optimal(encoder) = self {
            encoder.reset();
        }
    }

    /// Returns `true` if this library's own encoder encodes the blocks, and `false` if libdeflate
    /// or zlib does.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Deflater::Optimal(_))
    }

    /// Encodes `block` into `out` as one raw deflate stream, without a zlib header. Returns the
    /// size of the stream in bytes.
    ///
    /// Returns `None` if the stream does not fit into `out`. Also returns `None` if libdeflate or
    /// zlib is used, and real PSP hardware can decode none of their streams for this block. If
    /// `stop` is set, this library's own encoder ends early and returns `None`. libdeflate and zlib
    /// ignore `stop`.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        match self {
            Deflater::Fast(encoder) => encoder.encode(block, out),
            Deflater::Optimal(encoder) => encoder.encode(block, out, stop),
        }
    }
}

/// Writes `block` to `out` as a deflate stream that contains the bytes uncompressed. Returns the
/// size of the stream in bytes, or `None` if the stream does not fit into `out`. Some formats
/// require a deflate stream even for a block that cannot be compressed.
pub(crate) fn encode_stored(block: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut writer = BitWriter::new(out);
    emit::write_stored(block, true, &mut writer);
    writer.finish()
}
