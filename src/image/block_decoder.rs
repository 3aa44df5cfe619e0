//! Decoding of blocks: chooses the codec for the coding of a block.

use crate::codec::inflate::{InflateJob, Inflater};
#[cfg(not(cso_rt))]
use crate::codec::zlib::Wrapping;
use crate::codec::{lz4, lzo};
use crate::error::{ErrorKind, Result};
use crate::format::Coding;

/// Decoder for blocks of every coding. Its memory is used again for each block.
pub(crate) struct BlockDecoder {
    inflate: Inflater,
}

impl BlockDecoder {
    pub(crate) fn new() -> Self {
        BlockDecoder {
            inflate: Inflater::new(),
        }
    }

    /// Decodes one block into `out`. Ignores bytes of `input` after the data of the block.
    ///
    /// # Errors
    ///
    /// The error of the codec, or [`ErrorKind::BlockShort`] if the block decodes to fewer than
    /// `min_len` bytes. Decoded bytes after the first `min_len` are padding.
    pub(crate) fn decode(
        &mut self,
        coding: Coding,
        input: &[u8],
        out: &mut [u8],
        min_len: usize,
    ) -> Result<()> {
        let decoded_len = match coding {
            Coding::Stored => copy(input, out),
            Coding::Deflate => self.inflate.decode(input, out)?,
            Coding::Zlib => self.inflate.decode_zlib(input, out)?,
            Coding::Lz4 => lz4::decode(input, out, min_len)?,
            Coding::Lzo => lzo::decode(input, out)?,
        };
        check_len(decoded_len, min_len)
    }

    /// Decodes the LZ4 block in the first `len` bytes of `input` into the first `size` bytes of
    /// `out`. May read the other bytes of `input` and overwrite the other bytes of `out`, which is
    /// faster than [`decode`](Self::decode).
    ///
    /// # Errors
    ///
    /// The errors of [`decode`](Self::decode). The block has to decode to `size` bytes.
    #[cfg(not(cso_rt))]
    pub(crate) fn decode_lz4_with_slack(
        input: &[u8],
        len: usize,
        out: &mut [u8],
        size: usize,
    ) -> Result<()> {
        check_len(lz4::decode_with_slack(input, len, out, size, size)?, size)
    }

    /// Returns the container of a block's deflate stream (none or zlib) if the block should be
    /// decoded together with others, by [`decode_many`](Self::decode_many). Returns `None` if the
    /// block is not a deflate stream, or if [`decode`](Self::decode) is at least as fast. The block
    /// has `compressed` bytes in the file and decodes to `size` bytes.
    #[cfg(not(cso_rt))]
    pub(crate) fn faster_with_others(
        coding: Coding,
        compressed: usize,
        size: usize,
    ) -> Option<Wrapping> {
        let wrapping = match coding {
            Coding::Deflate => Wrapping::Raw,
            Coding::Zlib => Wrapping::Zlib,
            Coding::Stored | Coding::Lz4 | Coding::Lzo => return None,
        };
        Inflater::is_faster_together(compressed, size).then_some(wrapping)
    }

    /// Decodes several deflate streams. Each job names the range of `input` that has the stream and
    /// the range of `out` that the stream has to fill.
    ///
    /// # Errors
    ///
    /// The number of the first job that does not decode, and the kind of its error.
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[InflateJob],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        self.inflate.decode_many(input, jobs, out)
    }
}

fn check_len(decoded_len: usize, min_len: usize) -> Result<()> {
    if decoded_len < min_len {
        return Err(ErrorKind::BlockShort.into());
    }
    Ok(())
}

fn copy(input: &[u8], out: &mut [u8]) -> usize {
    let count = input.len().min(out.len());
    out[..count].copy_from_slice(&input[..count]);
    count
}
