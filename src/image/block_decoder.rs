//! Decoding of one block by the codec that it was stored with.

use crate::codec::inflate::Job;
#[cfg(not(cso_rt))]
use crate::codec::zlib::Wrapping;
use crate::codec::{inflater::Inflater, lz4, lzo};
use crate::error::{ErrorKind, Result};
use crate::format::Coding;

/// A decoder of blocks of every coding, with the state that its codecs keep between blocks.
pub(crate) struct BlockDecoder {
    inflate: Inflater,
}

impl BlockDecoder {
    pub(crate) fn new() -> Self {
        BlockDecoder {
            inflate: Inflater::new(),
        }
    }

    /// Decodes one block into `out`. Bytes of `input` after the data of the block are ignored.
    ///
    /// # Errors
    ///
    /// What is wrong with the data; [`ErrorKind::BlockShort`] if it decodes to fewer than `least`
    /// bytes. (More bytes than that are padding.)
    pub(crate) fn decode(
        &mut self,
        coding: Coding,
        input: &[u8],
        out: &mut [u8],
        least: usize,
    ) -> Result<()> {
        let given = match coding {
            Coding::Stored => copy(input, out),
            Coding::Deflate => self.inflate.decode(input, out)?,
            Coding::Zlib => self.inflate.decode_zlib(input, out)?,
            Coding::Lz4 => lz4::decode(input, out, least)?,
            Coding::Lzo => lzo::decode(input, out)?,
        };
        check_len(given, least)
    }

    /// Decodes one block, the first `len` bytes of `input`, into the first `size` bytes of `out`,
    /// which it must fill. May overwrite the bytes of `out` after those, which is faster.
    ///
    /// # Errors
    ///
    /// Those of [`decode`](Self::decode).
    #[cfg(not(cso_rt))]
    pub(crate) fn decode_among(
        &mut self,
        coding: Coding,
        input: &[u8],
        len: usize,
        out: &mut [u8],
        size: usize,
    ) -> Result<()> {
        match coding {
            Coding::Lz4 => check_len(lz4::decode_with_slack(input, len, out, size, size)?, size),
            _ => self.decode(coding, &input[..len], &mut out[..size], size),
        }
    }

    /// Returns the wrapping of a block's deflate stream if the block is decoded faster together with
    /// others, by [`decode_many`](Self::decode_many). The block has `compressed` bytes in the file
    /// and `size` bytes decoded.
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

    /// Decodes several deflate streams of `input`, each into its own part of `out`, which it must
    /// fill.
    ///
    /// # Errors
    ///
    /// The number of the first job that does not decode, and why.
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> core::result::Result<(), (usize, ErrorKind)> {
        self.inflate.decode_many(input, jobs, out)
    }
}

fn check_len(given: usize, least: usize) -> Result<()> {
    if given < least {
        return Err(ErrorKind::BlockShort.into());
    }
    Ok(())
}

fn copy(input: &[u8], out: &mut [u8]) -> usize {
    let count = input.len().min(out.len());
    out[..count].copy_from_slice(&input[..count]);
    count
}
