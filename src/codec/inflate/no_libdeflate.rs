//! Replaces `libdeflate.rs` in builds without the C library libdeflate: a decoder that fails for
//! every stream, and limits by which the decoder of this library is always the faster one.

/// Largest decoded size, in bytes, of a block that is decoded without libdeflate when it is decoded
/// alone: no limit.
pub(super) const MAX_OWN_ALONE: usize = usize::MAX;

/// Returns whether streams are decoded together rather than one by one: always.
pub(super) fn is_paired_faster(_compressed: usize, _size: usize) -> bool {
    true
}

/// The absent decoder.
pub(super) struct Libdeflate;

impl Libdeflate {
    pub(super) fn new() -> Self {
        Libdeflate
    }

    /// Returns `None`: the stream was not decoded.
    pub(super) fn decode(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }

    /// Returns `None`: the stream was not decoded.
    pub(super) fn decode_zlib(&mut self, _input: &[u8], _out: &mut [u8]) -> Option<usize> {
        None
    }
}
