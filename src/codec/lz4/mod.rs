//! Decoders and encoders for LZ4 blocks. A block is encoded without the LZ4 frame format, so it has
//! no header and no checksum. Padding may follow the data of a block.
//!
//! A block is a list of sequences. A sequence decodes to literals, which are bytes that are stored
//! unchanged, followed by a match, which is a copy of bytes decoded before. A sequence consists of
//!
//! 1. the token, one byte. The upper four bits are the number of literals. The lower four bits are
//!    the length of the match minus 4.
//! 2. length bytes, only if the upper four bits of the token are 15. The number of literals is 15
//!    plus the sum of the length bytes. The last length byte is the first one that is not 255.
//! 3. the literals.
//! 4. the distance of the match, two bytes, little-endian. It is the number of bytes from the start
//!    of the copied bytes to the start of the match.
//! 5. length bytes, only if the lower four bits of the token are 15. The length of the match is 19
//!    plus the sum of the length bytes.
//!
//! The last sequence of a block ends after its literals. It has no match.

#[cfg(all(test, feature = "std", not(target_pointer_width = "32")))]
mod differential;
#[cfg(feature = "std")]
mod encode;
#[cfg(any(target_pointer_width = "32", test))]
mod narrow;
#[cfg(test)]
mod tests;
#[cfg(not(target_pointer_width = "32"))]
mod wide;

use crate::error::{ErrorKind, Result};
#[cfg(feature = "std")]
pub(crate) use encode::{compress_bound, decodes_to, Lz4Encoder};
#[cfg(target_pointer_width = "32")]
use narrow as decoder;
#[cfg(not(target_pointer_width = "32"))]
use wide as decoder;

/// Decodes the LZ4 block `input` to `out` and returns the number of bytes decoded. Fails with
/// [`ErrorKind::BlockData`] if the block is damaged.
///
/// Padding may follow the block in `input`. If decoding fails after at least `wanted` bytes are
/// decoded, the rest of `input` is taken for padding, and the call succeeds. If the whole `input`
/// can be decoded, the number of bytes may be less than `wanted`.
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    decode_with_slack(input, len, out, size, wanted)
}

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Does the same as [`decode`] in all other respects. Bytes of `out` after the first `size` bytes
/// may be overwritten. Decoding is faster if `input` and `out` each have at least 32 more bytes.
#[inline]
pub(crate) fn decode_with_slack(
    input: &[u8],
    len: usize,
    out: &mut [u8],
    size: usize,
    wanted: usize,
) -> Result<usize> {
    decoder::decode(input, len, out, size, wanted).ok_or(ErrorKind::BlockData.into())
}
