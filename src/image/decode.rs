//! From how a block is stored to the codec that undoes it.

use crate::codec::inflate::Job;
#[cfg(not(cso_rt))]
use crate::codec::zlib::Wrapping;
use crate::codec::{inflater::Inflater, lz4, lzo};
use crate::error::{ErrorKind, Result};
use crate::format::Coding;

/// Decodes blocks of every coding, one after the other.
pub(crate) struct Decoder {
    inflate: Inflater,
}

impl Decoder {
    pub(crate) fn new() -> Self {
        Decoder {
            inflate: Inflater::new(),
        }
    }

    /// Decodes one block into `out`; anything behind its data in `input` is left alone.
    ///
    /// The block must give `least` bytes or more; what it gives beyond is padding.
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

    /// Decodes one block of `len` bytes at the start of `input` to the first `size` bytes of `out`,
    /// which it must fill. What lies behind those may change: it is faster where it can.
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

    /// What stands around the deflate stream of a block of `size` bytes that takes `packed` of them in
    /// the file, if it is decoded faster with others, by [`decode_many`](Self::decode_many).
    #[cfg(not(cso_rt))]
    pub(crate) fn faster_with_others(
        coding: Coding,
        packed: usize,
        size: usize,
    ) -> Option<Wrapping> {
        let wrapping = match coding {
            Coding::Deflate => Wrapping::Raw,
            Coding::Zlib => Wrapping::Zlib,
            Coding::Stored | Coding::Lz4 | Coding::Lzo => return None,
        };
        Inflater::is_faster_together(packed, size).then_some(wrapping)
    }

    /// Decodes several deflate blocks of `input`, each into its own part of `out`, which it must
    /// fill. Fails with the first job that fails, and why.
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
