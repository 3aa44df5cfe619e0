//! The deflate decoder of the C library libdeflate. This file also has the rules that choose, for
//! each block, between libdeflate and the decoder of this library.

/// Largest decoded size, in bytes, of a block for which the decoder of this library is used instead
/// of libdeflate. It applies to blocks that are decoded one at a time. At 2 KiB, the decoder of
/// this library is 1.05 to 1.15 times as fast as libdeflate. At 8 KiB, its speed is only 0.9 to
/// 0.96 times that of libdeflate.
pub(super) const MAX_OWN_ALONE: usize = 2048;

/// Largest decoded size, in bytes, of blocks that are always decoded in pairs instead of by
/// libdeflate. Paired decoding, in which one thread decodes two streams in turns, is 1.1 to 1.3
/// times as fast as libdeflate at 2 KiB. At 8 KiB, it is 1 to 1.3 times as fast.
const MAX_ALWAYS_PAIRED: usize = 8192;

/// Largest decoded size, in bytes, of blocks that are decoded in pairs, depending on their
/// compressed size. One thread then decodes two streams in turns.
///
/// At 16 KiB, paired decoding is 1 to 1.3 times as fast as libdeflate if the compressed size is at
/// least a quarter of the decoded size. If it is less, the blocks consist of long matches, and the
/// speed is only 0.87 to 1 times that of libdeflate.
const MAX_SOMETIMES_PAIRED: usize = 16384;

/// Returns whether paired decoding, in which one thread decodes two streams in turns, is faster
/// than libdeflate. Each stream has `compressed` bytes and decodes to `size` bytes.
pub(super) fn is_paired_faster(compressed: usize, size: usize) -> bool {
    size <= MAX_ALWAYS_PAIRED || size <= MAX_SOMETIMES_PAIRED && compressed >= size / 4
}

/// The decoder of libdeflate. It accepts some invalid streams that use reserved symbols and that
/// other decoders reject.
pub(super) struct Libdeflate(libdeflater::Decompressor);

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate(libdeflater::Decompressor::new())
    }

    /// Decodes the raw deflate stream `input` to `out` and returns the number of decoded bytes.
    /// Returns `None` if the stream is invalid or decodes to more bytes than `out` has.
    pub(super) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.deflate_decompress(input, out).ok()
    }

    /// Decodes the zlib stream `input` to `out` and returns the number of decoded bytes. Returns
    /// `None` if the stream or its checksum is invalid. Also returns `None` if the stream decodes
    /// to more bytes than `out` has.
    pub(super) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.zlib_decompress(input, out).ok()
    }
}
