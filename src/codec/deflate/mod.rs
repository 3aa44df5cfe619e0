//! Deflate encoders for every level: libdeflate or zlib at the fast levels, this library's own
//! encoder at the others. All streams are safe for real PSP hardware.

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

/// Largest block in bytes that is encoded with libdeflate or zlib. They cannot be stopped, and a
/// larger block would delay a cancellation too long.
const MAX_FAST_BLOCK: usize = 1 << 20;

/// A deflate encoder of one level. It can encode any number of blocks.
pub(crate) enum Deflater {
    Fast(FastDeflater),
    Optimal(Box<OptimalDeflater>),
}

impl Deflater {
    /// Creates an encoder of a level, 1 to 10, for blocks of up to `max_block` bytes.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        match Settings::of_level(level, max_block).library {
            Some(library) if max_block <= MAX_FAST_BLOCK => {
                Deflater::Fast(FastDeflater::new(library, max_block))
            }
            _ => Deflater::Optimal(Box::new(OptimalDeflater::new(level, max_block))),
        }
    }

    /// Resets the encoder, so that the next streams do not depend on earlier blocks.
    pub(crate) fn reset(&mut self) {
        if let Deflater::Optimal(encoder) = self {
            encoder.reset();
        }
    }

    /// Returns whether blocks are encoded with this library's own encoder.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Deflater::Optimal(_))
    }

    /// Encodes `block` into `out` as one raw deflate stream and returns its size in bytes. Returns
    /// `None` if it does not fit, or once `stop` is set.
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

/// Writes `block` uncompressed as a deflate stream of stored sub-blocks and returns the size of the
/// stream in bytes, or `None` if it does not fit into `out`. Used for incompressible blocks of
/// formats without stored blocks.
pub(crate) fn encode_stored(block: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut writer = BitWriter::new(out);
    emit::write_stored(block, true, &mut writer);
    writer.finish()
}
