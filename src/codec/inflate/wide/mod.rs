//! The decoder for 64-bit machines: a 64-bit bit buffer, large tables, and paired decoding.
//!
//! Each look-up in a table waits for the one before it, because only that one returns where the
//! next codeword begins. This latency limits the speed, not the number of instructions. Therefore
//! one thread decodes two streams in turns if there are several.

mod bits;
mod code;
mod copy;
mod header;
mod paired;
mod sort;
mod stream;

use super::job::{Decoded, InflateError, InflateJob};
use code::Codes;
use stream::{BlockTables, Stream};

/// A decoder of about 22 KiB. It can decode any number of streams.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    /// The tables of each of the two streams of paired decoding.
    tables: [BlockTables; 2],
    fixed: Codes,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    pub(crate) fn new() -> Self {
        let mut fixed = Codes::new();
        // The fixed codes are complete, so building them cannot fail.
        let _ = fixed.build_fixed();
        Self {
            tables: [BlockTables::new(), BlockTables::new()],
            fixed,
        }
    }

    /// Decodes the raw deflate stream at the start of `input` to the start of `out`. Bytes of
    /// `input` after the stream are ignored. Only the first 2 GiB of `input` and of `out` are used.
    ///
    /// # Errors
    ///
    /// `Truncated`, `Invalid` or `OutputFull`. The contents of `out` are then unspecified.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        let (input, out) = (capped(input), capped_mut(out));
        let [tables, _] = &mut self.tables;
        let mut stream = Stream::new(0..input.len(), 0..out.len(), out.len());
        while stream.open_deflate_block(input, out, tables)? {
            loop {
                stream.decode_fast(input, out, stream.codes(tables, &self.fixed));
                if !stream.decode_symbol(input, out, stream.codes(tables, &self.fixed))? {
                    break;
                }
            }
        }
        Ok(Decoded {
            read: stream.read(),
            written: stream.written(),
        })
    }

    /// Decodes several streams of `input`, each to its own range of `out`, which it must fill. The
    /// output ranges ascend and do not overlap. Bytes between them do not change. Only the first
    /// 2 GiB of `input` and of `out` are used.
    ///
    /// # Errors
    ///
    /// The index of the first job that fails, and the reason. All jobs before it are decoded; the
    /// contents of the other outputs are unspecified. Fails with `Truncated` if a range exceeds
    /// `input`, with `OutputFull` if it exceeds `out` or the output ranges do not ascend.
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[InflateJob],
        out: &mut [u8],
    ) -> Result<(), (usize, InflateError)> {
        paired::decode(
            capped(input),
            jobs,
            capped_mut(out),
            &mut self.tables,
            &self.fixed,
        )
    }
}

/// Maximum size of an input or output, in bytes. Positions are kept as `u32`, and the sum of two
/// positions or sizes that are not greater than this fits, so that no sum is checked for overflow.
const MAX_SIZE: usize = 1 << 31;

fn capped(input: &[u8]) -> &[u8] {
    &input[..input.len().min(MAX_SIZE)]
}

fn capped_mut(out: &mut [u8]) -> &mut [u8] {
    let size = out.len().min(MAX_SIZE);
    &mut out[..size]
}
