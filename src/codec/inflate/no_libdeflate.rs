//! Replaces `libdeflate.rs` in builds without the C library libdeflate. The decoder in this file
//! fails for every stream, and the limits choose the decoder of this library for every block.

/// Largest decoded size, in bytes, of a block that the decoder of this library decodes if the block
/// is decoded alone. There is no limit, because libdeflate is not part of the build.
pub(super) const MAX_OWN_ALONE: usize = usize::MAX;

/// Returns whether streams are decoded together rather than one by one. Always true without
/// libdeflate.
pub(super) fn is_paired_faster(_compressed: usize, _size: usize) -> bool {
    true
}

/// A decoder that takes the place of libdeflate and decodes nothing.
pub(super) struct Libdeflate;

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate
    }

    /// Decodes nothing and returns `None`, which means failure.
    pub(super) fn decode(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }

    /// Decodes nothing and returns `None`, which means failure.
    pub(super) fn decode_zlib(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }
}
