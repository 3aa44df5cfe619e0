//! Replaces `libdeflate.rs` in builds without the C library libdeflate. The `Libdeflate` of this
//! file fails for every stream. `MAX_OWN_ALONE` and `is_paired_faster` have values with which the
//! decoder of this library decodes every block.

/// Largest decoded size, in bytes, of a block that the decoder of this library decodes instead of
/// libdeflate. This build has no libdeflate, so there is no limit.
pub(super) const MAX_OWN_ALONE: usize = usize::MAX;

/// Returns whether it is faster to decode several streams together than to decode each of them with
/// libdeflate. Always returns true, because this build has no libdeflate.
pub(super) fn is_paired_faster(_compressed: usize, _size: usize) -> bool {
    true
}

/// A stand-in for the decoder of libdeflate. It fails for every stream.
pub(super) struct Libdeflate;

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate
    }

    /// Always returns `None`, which means that decoding failed. The caller has already tried the
    /// decoder of this library.
    pub(super) fn decode(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }

    /// Always returns `None`, which means that decoding failed. The caller then uses the decoder of
    /// this library.
    pub(super) fn decode_zlib(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }
}
