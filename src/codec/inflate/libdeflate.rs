//! The decoder of the C library libdeflate, and the rules for which blocks it is faster than the
//! decoder of this library.

/// Largest decoded size, in bytes, of a block that this library decodes faster than libdeflate if
/// the block is decoded alone. At 2 KiB, this library is 1.05 to 1.15 times as fast as libdeflate,
/// at 8 KiB only 0.9 to 0.96 times.
pub(super) const MAX_OWN_ALONE: usize = 2048;

/// Largest decoded size, in bytes, of blocks that paired decoding always decodes faster than
/// libdeflate. Paired decoding is 1.1 to 1.3 times as fast as libdeflate at 2 KiB, and 1 to 1.3
/// times as fast at 8 KiB.
const MAX_ALWAYS_PAIRED: usize = 8192;

/// Largest decoded size, in bytes, of blocks for which paired decoding can be faster than
/// libdeflate. At 16 KiB it is 1 to 1.3 times as fast if a block is compressed to a quarter of its
/// size or more. Blocks that are compressed to less consist of long matches. For those, it is only
/// 0.87 to 1 times as fast as libdeflate.
const MAX_SOMETIMES_PAIRED: usize = 16384;

/// Returns whether paired decoding is faster than libdeflate for streams of `compressed` bytes that
/// decode to `size` bytes each.
pub(super) fn is_paired_faster(compressed: usize, size: usize) -> bool {
    size <= MAX_ALWAYS_PAIRED || size <= MAX_SOMETIMES_PAIRED && compressed >= size / 4
}

/// The decoder of libdeflate. It accepts some streams with reserved symbols, which other decoders
/// reject.
pub(super) struct Libdeflate(libdeflater::Decompressor);

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate(libdeflater::Decompressor::new())
    }

    /// Decodes a raw deflate stream to `out` and returns the number of decoded bytes. Returns
    /// `None` if the stream is invalid or decodes to more bytes than `out` has.
    pub(super) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.deflate_decompress(input, out).ok()
    }

    /// Decodes a zlib-wrapped stream to `out` and returns the number of decoded bytes. Returns
    /// `None` if the stream or its checksum is invalid, or if the stream decodes to more bytes than
    /// `out` has.
    pub(super) fn decode_zlib(&mut self, input: &[u8], out: &mut [u8]) -> Option<usize> {
        self.0.zlib_decompress(input, out).ok()
    }
}
