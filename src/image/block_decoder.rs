//! `BlockDecoder`: decodes a block with the codec that its coding requires.

use crate::codec::inflate::{InflateJob, Inflater};
#[cfg(not(cso_rt))]
use crate::codec::zlib::Container;
use crate::codec::{lz4, lzo};
use crate::error::{ErrorKind, Result};
use crate::format::Coding;

/// A decoder for compressed blocks of all formats. It can decode any number of blocks, and uses the
/// same memory for each.
pub(crate) struct BlockDecoder {
    inflate: Inflater,
}

impl BlockDecoder {
    pub(crate) fn new() -> Self {
        BlockDecoder {
            inflate: Inflater::new(),
        }
    }

    /// Decodes one block to the start of `out`. `input` has the block's bytes from the file, which
    /// may be followed by padding.
    ///
    /// # Errors
    ///
    /// The error of the codec, or [`ErrorKind::BlockShort`] if the block decodes to fewer than
    /// `min_len` bytes. It may decode to more bytes, up to `out.len()`.
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

    /// Decodes an LZ4 block. The block is the first `len` bytes of `input`, and is decoded to the
    /// first `size` bytes of `out`. This is faster than [`decode`](Self::decode), because the
    /// function may read the later bytes of `input` and overwrite the later bytes of `out`.
    ///
    /// # Errors
    ///
    /// The errors of [`decode`](Self::decode), and [`ErrorKind::BlockShort`] if the block decodes
    /// to fewer than `size` bytes.
    #[cfg(not(cso_rt))]
    pub(crate) fn decode_lz4_with_slack(
        input: &[u8],
        len: usize,
        out: &mut [u8],
        size: usize,
    ) -> Result<()> {
        check_len(lz4::decode_with_slack(input, len, out, size, size)?, size)
    }

    /// Decides whether a block should be decoded together with other blocks, by
    /// [`decode_many`](Self::decode_many). The block has `compressed` bytes in the file and decodes
    /// to `size` bytes.
    ///
    /// If this is faster than decoding the block alone, returns the container of the block's
    /// deflate stream, which is none or zlib. Returns `None` if it is not faster, or if the block
    /// is not a deflate stream.
    #[cfg(not(cso_rt))]
    pub(crate) fn faster_with_others(
        coding: Coding,
        compressed: usize,
        size: usize,
    ) -> Option<Container> {
        let container = match coding {
            Coding::Deflate => Container::None,
            Coding::Zlib => Container::Zlib,
            Coding::Stored | Coding::Lz4 | Coding::Lzo => return None,
        };
        Inflater::is_faster_together(compressed, size).then_some(container)
    }

    /// Decodes several deflate streams. Each job has the byte range of a stream in `input`, and the
    /// byte range of `out` that the decoded stream has to fill.
    ///
    /// # Errors
    ///
    /// The position in `jobs` of the first job that does not decode, and the kind of its error.
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

/// Copies as many bytes of `input` to the start of `out` as fit, and returns their number.
fn copy(input: &[u8], out: &mut [u8]) -> usize {
    let count = input.len().min(out.len());
    out[..count].copy_from_slice(&input[..count]);
    count
}
