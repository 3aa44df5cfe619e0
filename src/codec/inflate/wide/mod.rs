//! The deflate decoder for 64-bit machines. It reads the stream through a bit buffer of 64 bits,
//! has large tables, and can decode two streams in turns (paired decoding).
//!
//! A decoder can find the next codeword only after it has looked up the length of the current
//! codeword in a table. When a single stream is decoded, waiting for these look-ups takes more time
//! than executing the instructions. Therefore, if there are several streams, one thread decodes two
//! of them in turns. While it waits for a look-up for one stream, it executes instructions for the
//! other stream.

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

/// A deflate decoder for 64-bit machines, which can decode any number of streams. It takes about 22
/// KiB of memory.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    /// Tables for the current deflate block of a stream. Paired decoding, in which one thread
    /// decodes two streams in turns, uses one element for each stream. Decoding a single stream
    /// uses only the first element.
    tables: [BlockTables; 2],
    /// The Huffman codes of fixed deflate blocks, which the deflate format defines.
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
        // `build_fixed` cannot fail. It would fail only for invalid Huffman codes, but the deflate
        // format defines valid Huffman codes for fixed deflate blocks.
        let _ = fixed.build_fixed();
        Self {
            tables: [BlockTables::new(), BlockTables::new()],
            fixed,
        }
    }

    /// Decodes the raw deflate stream at the start of `input` to the start of `out`. Bytes of
    /// `input` after the stream are ignored. Bytes of `input` or `out` after the first 2 GiB are
    /// not used.
    ///
    /// # Errors
    ///
    /// The contents of `out` are unspecified after a failure. The errors are:
    ///
    /// * `Truncated`: `input` ends before the end of the stream.
    /// * `Invalid`: the stream is not valid.
    /// * `OutputFull`: the stream decodes to more bytes than `out` has.
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
            read: stream.position(),
            written: stream.written(),
        })
    }

    /// Decodes the stream of each job in `jobs`. A job has a byte range of `input` and a byte range
    /// of `out`, and its stream must decode to exactly as many bytes as its range of `out` has. The
    /// ranges of `out` must be in ascending order and must not overlap. The bytes of `out` that are
    /// in none of these ranges do not change. Bytes of `input` or `out` after the first 2 GiB are
    /// not used.
    ///
    /// # Errors
    ///
    /// Returns the index of the first job that fails, and the reason. All jobs before the failed
    /// job are decoded. The output ranges of the failed job and of the jobs after it have
    /// unspecified contents.
    ///
    /// The reason is also `Truncated` if the input range of the job is not inside `input`. The
    /// reason is also `OutputFull` if the output range of the job is not inside `out`, or if the
    /// output ranges are not in ascending order.
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

/// Largest size of an input or an output, in bytes. The bytes after the first `MAX_SIZE` bytes are
/// not used. The decoder stores positions as `u32`. With this limit, the sum of a position and the
/// length of a match fits in a `u32`.
const MAX_SIZE: usize = 1 << 31;

fn capped(input: &[u8]) -> &[u8] {
    &input[..input.len().min(MAX_SIZE)]
}

fn capped_mut(out: &mut [u8]) -> &mut [u8] {
    let size = out.len().min(MAX_SIZE);
    &mut out[..size]
}
