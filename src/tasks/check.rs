//! Each block is decoded again after it was encoded, by a decoder that its encoder has nothing in
//! common with.

use crate::codec::inflate::Inflate;
use crate::codec::{lz4, zlib};
use crate::error::{ErrorKind, Result};
use crate::fault::{strikes, Fault};
use crate::format::Coding;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

pub(super) struct Check {
    inflate: Decoder,
    back: Vec<u8>,
}

/// A decoder of deflate.
enum Decoder {
    /// For streams of encoders by others, and for all where there is no other decoder.
    Own(Box<Inflate>),
    /// For streams of our encoder.
    #[cfg(feature = "libdeflate")]
    Others(libdeflater::Decompressor),
}

impl Decoder {
    #[cfg(feature = "libdeflate")]
    fn new(own_streams: bool) -> Self {
        match own_streams {
            true => Decoder::Others(libdeflater::Decompressor::new()),
            false => Decoder::Own(Box::default()),
        }
    }

    #[cfg(not(feature = "libdeflate"))]
    fn new(_own_streams: bool) -> Self {
        Decoder::Own(Box::default())
    }

    /// Decodes `stream` to `out`; how many bytes it gave, if it is well formed.
    fn decode(&mut self, stream: &[u8], out: &mut [u8]) -> Option<usize> {
        match self {
            Decoder::Own(inflate) => Some(inflate.decode(stream, out).ok()?.written),
            #[cfg(feature = "libdeflate")]
            Decoder::Others(libdeflate) => libdeflate.deflate_decompress(stream, out).ok(),
        }
    }
}

impl Check {
    /// For blocks of `block_size` bytes. `own` tells that deflate comes from our own encoder.
    pub(super) fn new(block_size: usize, own: bool) -> Self {
        Check {
            inflate: Decoder::new(own),
            back: vec![0; block_size],
        }
    }

    /// Decodes `data` and compares that with the block that it was made from.
    pub(super) fn check(&mut self, coding: Coding, data: &[u8], block: &[u8]) -> Result<()> {
        let right = match coding {
            Coding::Stored => data == block,
            Coding::Lz4 => lz4::decodes_to(data, block),
            Coding::Deflate => self.inflates(data, block),
            Coding::Zlib => {
                zlib::unwrap(data, block).is_some_and(|stream| self.inflates(stream, block))
            }
            Coding::Lzo => false,
        };
        match right && !strikes(Fault::Mismatch) {
            true => Ok(()),
            false => Err(ErrorKind::Mismatch.into()),
        }
    }

    fn inflates(&mut self, stream: &[u8], block: &[u8]) -> bool {
        let given = self.inflate.decode(stream, &mut self.back);
        given == Some(block.len()) && self.back == block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::deflate::Deflater;
    use std::sync::atomic::AtomicBool;

    fn block() -> Vec<u8> {
        (0..2048u32).map(|i| (i * i / 61) as u8).collect()
    }

    /// That `data` is right for its block, and wrong for others or when it is damaged.
    fn right_for(coding: Coding, data: &[u8], block: &[u8]) {
        for own in [false, true] {
            let mut check = Check::new(2048, own);
            let mut outcome = |data: &[u8], block: &[u8]| {
                let outcome = check.check(coding, data, block);
                outcome.map_err(|e| e.kind())
            };
            let wrong = Err(ErrorKind::Mismatch);
            assert_eq!(outcome(data, block), Ok(()), "{coding:?}");
            for at in [0, 1000, 2047] {
                let mut other = block.to_vec();
                other[at] ^= 1;
                assert_eq!(outcome(data, &other), wrong, "{coding:?}");
            }
            assert_eq!(outcome(&data[..data.len() - 3], block), wrong);
            assert_eq!(outcome(&data[..data.len() / 2], block), wrong);
            assert_eq!(outcome(&[], block), wrong);
            assert_eq!(outcome(data, block), Ok(()), "{coding:?}");
        }
    }

    #[test]
    fn what_does_not_read_back_is_told() {
        let block = block();
        let mut out = vec![0; 4096];
        let mut deflate = Deflater::new(6, 2048);
        let stop = AtomicBool::new(false);
        let len = deflate.encode(&block, &mut out, &stop).unwrap();
        right_for(Coding::Deflate, &out[..len], &block);
        let encode = |block: &[u8], out: &mut [u8]| deflate.encode(block, out, &stop);
        let len = zlib::wrap(&block, &mut out, encode).unwrap();
        right_for(Coding::Zlib, &out[..len], &block);
        let mut lz4 = lz4::Lz4Encoder::new(6, 2048);
        let len = lz4.encode(&block, &mut out, 2048, &stop).unwrap();
        right_for(Coding::Lz4, &out[..len], &block);
        right_for(Coding::Stored, &block, &block);
    }
}
