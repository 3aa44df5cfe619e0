//! The decoder for 64-bit machines. It has a bit buffer of 64 bits, large tables, and paired
//! decoding.
//!
//! A look-up in a table returns the length of a codeword, so the next look-up has to wait for it.
//! This wait, not the number of instructions, limits the speed of decoding one stream. Therefore,
//! if there are several streams, one thread decodes two of them in turns.

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

/// A decoder for any number of streams. It takes about 22 KiB of memory.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    /// One set of tables for each of the two streams of paired decoding.
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
        // Building the fixed codes cannot fail, because they are complete.
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
    /// Fails with `Truncated`, `Invalid` or `OutputFull`. The contents of `out` are then
    /// unspecified.
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

    /// Decodes the stream of each job in `jobs` from `input` to the output range of the job. Each
    /// stream must fill its range. The output ranges must ascend and not overlap. Bytes of `out`
    /// between them do not change. Only the first 2 GiB of `input` and of `out` are used.
    ///
    /// # Errors
    ///
    /// Returns the index of the first job that fails, and the reason. All jobs before it are
    /// decoded. The contents of the other output ranges are unspecified. The reason is `Truncated`
    /// if the input range of the job exceeds `input`. It is `OutputFull` if the output range
    /// exceeds `out` or if the output ranges do not ascend.
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

/// Largest size of an input or an output, in bytes. Larger ones are cut to this size. Positions are
/// stored as `u32`, which can hold the sum of two positions or sizes up to this value without an
/// overflow check.
const MAX_SIZE: usize = 1 << 31;

fn capped(input: &[u8]) -> &[u8] {
    &input[..input.len().min(MAX_SIZE)]
}

fn capped_mut(out: &mut [u8]) -> &mut [u8] {
    let size = out.len().min(MAX_SIZE);
    &mut out[..size]
}
