//! The deflate decoder of the C library libdeflate. This file also has the rules that choose, for
//! each block, between libdeflate and the decoder of this library.

/// Largest decoded size, in bytes, of a block that the decoder of this library decodes instead of
/// libdeflate. This limit is for blocks that are decoded one at a time. At 2 KiB, the decoder of
/// this library is 1.05 to 1.15 times as fast as libdeflate. At 8 KiB, its speed is only 0.9 to
/// 0.96 times that of libdeflate.
pub(super) const MAX_OWN_ALONE: usize = 2048;

/// Largest decoded size, in bytes, of blocks for which paired decoding is always used instead of
/// libdeflate. In paired decoding, one thread decodes two streams in turns. At 2 KiB, paired
/// decoding is 1.1 to 1.3 times as fast as libdeflate. At 8 KiB, it is 1 to 1.3 times as fast.
const MAX_ALWAYS_PAIRED: usize = 8192;

/// Largest decoded size, in bytes, of blocks for which paired decoding is used instead of
/// libdeflate if the compressed size is large enough. In paired decoding, one thread decodes two
/// streams in turns.
///
/// At 16 KiB, paired decoding is 1 to 1.3 times as fast as libdeflate if the compressed size is at
/// least a quarter of the decoded size. If the compressed size is less, the blocks consist of long
/// matches, and the speed is only 0.87 to 1 times that of libdeflate.
const MAX_SOMETIMES_PAIRED: usize = 16384;

/// Returns whether paired decoding is faster than libdeflate. In paired decoding, one thread
/// decodes two streams in turns. Each stream has `compressed` bytes and decodes to `size` bytes.
pub(super) fn is_paired_faster(compressed: usize, size: usize) -> bool {
    size <= MAX_ALWAYS_PAIRED || size <= MAX_SOMETIMES_PAIRED && compressed >= size / 4
}

/// The deflate decoder of libdeflate. It accepts some invalid streams with reserved symbols, which
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
