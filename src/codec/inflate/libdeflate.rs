//! The C library libdeflate as a decoder, and which blocks it decodes faster than the decoder of
//! this library.

/// Largest decoded size, in bytes, of a block that is decoded faster without libdeflate when it is
/// decoded alone: 1.05 to 1.15 times as fast at 2 KiB, but 0.9 to 0.96 times at 8 KiB.
pub(super) const MAX_OWN_ALONE: usize = 2048;

/// Largest decoded size, in bytes, of blocks that paired decoding always decodes faster than
/// libdeflate: 1.1 to 1.3 times as fast at 2 KiB, 1 to 1.3 times at 8 KiB.
const MAX_ALWAYS_PAIRED: usize = 8192;

/// Largest decoded size, in bytes, of blocks that paired decoding decodes faster than libdeflate if
/// they were compressed to at least a quarter: 1 to 1.3 times as fast at 16 KiB. Blocks that were
/// compressed further consist of long copies, at which libdeflate is faster (0.87 to 1 times).
const MAX_SOMETIMES_PAIRED: usize = 16384;

/// Returns whether paired decoding is faster than libdeflate for streams of `compressed` bytes that
/// decode to `size` bytes each.
pub(super) fn is_paired_faster(compressed: usize, size: usize) -> bool {
    size <= MAX_ALWAYS_PAIRED || size <= MAX_SOMETIMES_PAIRED && compressed >= size / 4
}

/// The decoder of libdeflate. It accepts some streams with reserved symbols that other decoders
/// reject.
pub(super) struct Libdeflate(libdeflater::Decompressor);

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate(libdeflater::Decompressor::new())
    }

    /// Decodes a raw deflate stream to `out` and returns the number of decoded bytes, or `None` if
    /// it fails.
    pub(super) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.deflate_decompress(input, out).ok()
    }

    /// Decodes a zlib-wrapped stream to `out` and returns the number of decoded bytes, or `None` if
    /// it fails.
    pub(super) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.zlib_decompress(input, out).ok()
    }
}
