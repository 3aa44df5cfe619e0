//! Deflate at every level, and only such streams as real PSP hardware can read: fast encoders made
//! by others at the low levels, our own at the others.

use super::deflate::{Effort, Encoder};
use super::psp_safe::are_headers_psp_safe;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use flate2::{Compress, Compression, FlushCompress, Status};

/// An encoder of one level, to be used for many blocks.
pub(crate) enum Deflater {
    Fast(Fast),
    Small(Box<Encoder>),
}

impl Deflater {
    /// An encoder for blocks of up to `max_block` bytes. `level` is 1 to 10.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        let effort = match level {
            0..=4 => return Deflater::Fast(Fast::new(level, max_block)),
            5 => Effort::Swift,
            6 => Effort::Normal,
            7 => Effort::High,
            8 => Effort::Higher,
            9 => Effort::Highest,
            _ => Effort::Max,
        };
        Deflater::Small(Box::new(Encoder::new(effort, max_block)))
    }

    /// Forgets all blocks: the streams after this depend only on the blocks after this.
    pub(crate) fn reset(&mut self) {
        if let Deflater::Small(encoder) = self {
            encoder.reset();
        }
    }

    /// Encodes `block` into `out` as one raw deflate stream and returns its length, or `None`
    /// where it does not fit.
    pub(crate) fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        match self {
            Deflater::Fast(encoder) => encoder.encode(block, out),
            Deflater::Small(encoder) => encoder.encode(block, out),
        }
    }
}

/// libdeflate, and zlib where a header of libdeflate's is not safe; or zlib alone.
pub(crate) struct Fast {
    #[cfg(feature = "libdeflate")]
    libdeflate: libdeflater::Compressor,
    zlib: Zlib,
}

impl Fast {
    #[cfg(feature = "libdeflate")]
    fn new(level: u32, max_block: usize) -> Self {
        let strength = match level {
            0..=1 => 6,
            2 => 8,
            3 => 9,
            _ => 10,
        };
        let strength = libdeflater::CompressionLvl::new(strength).unwrap_or_default();
        Fast {
            libdeflate: libdeflater::Compressor::new(strength),
            zlib: Zlib::new(9, max_block),
        }
    }

    #[cfg(not(feature = "libdeflate"))]
    fn new(level: u32, max_block: usize) -> Self {
        Fast {
            zlib: Zlib::new(level + 5, max_block),
        }
    }

    #[cfg(feature = "libdeflate")]
    fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        match self.libdeflate.deflate_compress(block, out) {
            Ok(len) if are_headers_psp_safe(&out[..len]) => Some(len),
            Ok(_) => self.zlib.encode(block, out),
            Err(_) => None,
        }
    }

    #[cfg(not(feature = "libdeflate"))]
    fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        self.zlib.encode(block, out)
    }
}

struct Zlib {
    state: Compress,
    /// Room for every stream, whether it is of use or not: a stream that is not finished leaves
    /// the state such that the next one may panic.
    stream: Vec<u8>,
}

impl Zlib {
    fn new(level: u32, max_block: usize) -> Self {
        Zlib {
            state: Compress::new(Compression::new(level), false),
            stream: vec![0; max_block + max_block / 8 + 64],
        }
    }

    /// Leaves `out` as it was where the stream does not fit.
    fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        self.state.reset();
        let done = self
            .state
            .compress(block, &mut self.stream, FlushCompress::Finish);
        let stream = match done {
            Ok(Status::StreamEnd) => self.stream.get(..self.state.total_out() as usize)?,
            _ => return None,
        };
        if !are_headers_psp_safe(stream) {
            return None;
        }
        out.get_mut(..stream.len())?.copy_from_slice(stream);
        Some(stream.len())
    }
}

/// A deflate stream of stored sub-blocks that hold `block` as it is: for formats that have no
/// other way to keep data that does not compress. `None` where it does not fit into `out`.
pub(crate) fn store(block: &[u8], out: &mut [u8]) -> Option<usize> {
    const MOST: usize = 0xFFFF;
    let pieces = block.chunks(MOST).len();
    let mut room = out.get_mut(..block.len() + 5 * pieces)?;
    for (i, piece) in block.chunks(MOST).enumerate() {
        let len = piece.len() as u16;
        let (head, rest) = room.split_at_mut(5);
        head[0] = u8::from(i + 1 == pieces);
        head[1..3].copy_from_slice(&len.to_le_bytes());
        head[3..5].copy_from_slice(&(!len).to_le_bytes());
        let (body, rest) = rest.split_at_mut(piece.len());
        body.copy_from_slice(piece);
        room = rest;
    }
    Some(block.len() + 5 * pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::inflater::Inflater;
    use crate::codec::psp_safe::is_psp_safe;

    /// Bytes with enough structure that every level finds something to do.
    fn block(seed: u32) -> Vec<u8> {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        (0..2048)
            .map(|i: u32| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                (state % (2 + seed % 60) + i / 64 * (seed % 5)) as u8
            })
            .collect()
    }

    #[test]
    fn every_level_is_safe_and_decodes() {
        for level in 1..=10 {
            let mut encoder = Deflater::new(level, 2048);
            for seed in 0..200 {
                let block = block(seed);
                let mut packed = vec![0; 2047];
                let Some(len) = encoder.encode(&block, &mut packed) else {
                    continue;
                };
                assert_eq!(is_psp_safe(&packed[..len]), Some(true));
                let mut out = vec![0; 2048];
                assert_eq!(Inflater::new().decode(&packed[..len], &mut out), Ok(2048));
                assert_eq!(out, block);
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut encoder = Deflater::new(10, 2048);
        let mut out = [0; 8];
        assert_eq!(encoder.encode(&block(59), &mut out), None);
        assert_eq!(store(&[1, 2, 3, 4], &mut out), None);
    }

    #[test]
    fn stored_streams_decode() {
        for len in [1, 2048, 0xFFFF, 0x1_0000, 0x2_0001] {
            let block: Vec<u8> = (0..len).map(|i| (i * 7) as u8).collect();
            let mut packed = vec![0; len + 100];
            let size = store(&block, &mut packed).unwrap();
            let mut out = vec![0; len];
            assert_eq!(Inflater::new().decode(&packed[..size], &mut out), Ok(len));
            assert_eq!(out, block);
        }
    }
}
