//! Deflate at every level, and only such streams as real PSP hardware can read: fast encoders made
//! by others at the low levels, our own at the others.

use super::deflate::{Effort, Encoder};
use super::psp_safe::are_headers_psp_safe;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::AtomicBool;
use flate2::{Compress, Compression, FlushCompress, Status};

/// The largest block for the encoders of others: they cannot be stopped, and a larger block takes
/// longer than anyone who cancels wants to wait.
const LARGEST_FAST: usize = 1 << 20;

/// An encoder of one level, to be used for many blocks.
pub(crate) enum Deflater {
    Fast(Fast),
    Small(Box<Encoder>),
}

impl Deflater {
    /// An encoder for blocks of up to `max_block` bytes. `level` is 1 to 10.
    pub(crate) fn new(level: u32, max_block: usize) -> Self {
        let effort = match level {
            0..=4 if max_block <= LARGEST_FAST => {
                return Deflater::Fast(Fast::new(level, max_block))
            }
            0..=5 => Effort::Swift,
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

    /// Whether the encoder is our own.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Deflater::Small(_))
    }

    /// Encodes `block` as [`encode_unless`](Deflater::encode_unless) does that is never stopped.
    #[cfg(test)]
    pub(crate) fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        self.encode_unless(block, out, &AtomicBool::new(false))
    }

    /// Encodes `block` into `out` as one raw deflate stream and returns its length, or `None`
    /// where it does not fit, or when `stop` says that nobody wants it any more.
    pub(crate) fn encode_unless(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        match self {
            Deflater::Fast(encoder) => encoder.encode(block, out),
            Deflater::Small(encoder) => encoder.encode_unless(block, out, stop),
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
            2 => 7,
            3 => 8,
            // From 10 on ours is smaller in less time.
            _ => 9,
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
    use crate::codec::oracles::check_deflate;
    use crate::codec::psp_safe::is_psp_safe;
    use crate::codec::samples::{amount, blocks, lifelike, Random};
    use core::sync::atomic::Ordering;

    /// Blocks of all kinds that have troubled encoders, several of each.
    fn corpus(size: usize) -> Vec<Vec<u8>> {
        let mut random = Random(size as u64);
        (0..amount(1 << 16, 1 << 12) / size)
            .chain([0])
            .flat_map(|_| blocks(&mut random, size))
            .collect()
    }

    #[test]
    fn every_stream_of_every_level_is_safe_and_decodes() {
        for size in [300, 2048, 8192, 16384, 70_000] {
            let corpus = corpus(size);
            for level in 1..=10 {
                if size > 2048 && level == 10 || size > 16384 && level > 5 {
                    continue;
                }
                let mut encoder = Deflater::new(level, size);
                let mut packed = vec![0; size - 1];
                let mut compressed = 0;
                for block in &corpus {
                    if let Some(len) = encoder.encode(block, &mut packed) {
                        check_deflate(&packed[..len], block);
                        compressed += 1;
                    }
                }
                // All kinds but noise.
                assert!(compressed >= corpus.len() / 2, "{compressed}");
            }
        }
    }

    #[test]
    fn the_corpus_tempts_to_be_unsafe() {
        let level = libdeflater::CompressionLvl::new(6).unwrap();
        let mut libdeflate = libdeflater::Compressor::new(level);
        let mut packed = vec![0; 4096];
        let mut is_unsafe = |block: &&Vec<u8>| {
            let len = libdeflate.deflate_compress(block, &mut packed).unwrap();
            is_psp_safe(&packed[..len]) == Some(false)
        };
        assert!(corpus(300).iter().filter(&mut is_unsafe).count() > 1);
    }

    #[test]
    fn what_is_not_wanted_is_not_encoded() {
        let block = lifelike(&mut Random(3), 100_000);
        for level in [5, 6, 9, 10] {
            let mut encoder = Deflater::new(level, 100_000);
            let mut fresh = Deflater::new(level, 100_000);
            let (mut out, mut other) = (vec![0; 99_999], vec![0; 99_999]);
            let stop = AtomicBool::new(true);
            assert_eq!(encoder.encode_unless(&block, &mut out, &stop), None);
            stop.store(false, Ordering::Relaxed);
            encoder.reset();
            let size = encoder.encode_unless(&block[..3000], &mut out, &stop);
            assert_eq!(size, fresh.encode(&block[..3000], &mut other));
            assert_eq!(out[..size.unwrap()], other[..size.unwrap()]);
        }
    }

    /// Encoders that cannot be stopped are not asked for blocks that keep them busy for long.
    #[test]
    fn large_blocks_can_be_stopped() {
        for level in 1..=10 {
            assert!(Deflater::new(level, 16 << 20).is_own());
        }
        assert!(!Deflater::new(4, 16 << 10).is_own());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut encoder = Deflater::new(10, 2048);
        let mut out = [0; 8];
        assert_eq!(encoder.encode(&corpus(2048)[0], &mut out), None);
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
