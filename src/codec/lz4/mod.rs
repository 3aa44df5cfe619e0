//! Decoders and encoders for LZ4 blocks. A block is encoded without the LZ4 frame format, so it has
//! no header and no checksum. Padding may follow the data of a block.
//!
//! A block is a list of sequences. A sequence decodes to literals and then a match. Literals are
//! bytes that are stored unchanged. A match is a copy of bytes that were decoded before. The parts
//! of a sequence are
//!
//! 1. The token, one byte. Its upper four bits are the number of literals. Its lower four bits are
//!    the length of the match minus 4, in bytes.
//! 2. Length bytes, only if the upper four bits of the token are 15. The number of literals is 15
//!    plus the sum of the length bytes. The last length byte is the first one that is not 255.
//! 3. The literals.
//! 4. The distance of the match, two bytes, little-endian. This is the number of bytes from the
//!    start of the copied bytes to the start of the match.
//! 5. Length bytes, only if the lower four bits of the token are 15. The length of the match is 19
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

/// Decodes the LZ4 block in `input` to `out` and returns the number of bytes decoded. Fails with
/// [`ErrorKind::BlockData`] if the block is damaged.
///
/// `wanted` is the number of decoded bytes that the caller needs. Padding of unknown size may
/// follow the block in `input`. So an error is ignored if at least `wanted` bytes were decoded
/// before it. The rest of `input` is then taken for padding.
///
/// If `input` is decoded to its end without an error, the result may be less than `wanted`.
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    decode_with_slack(input, len, out, size, wanted)
}

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`.
/// Returns the number of bytes decoded. [`decode`] explains `wanted` and the errors.
///
/// Bytes of `out` after the first `size` bytes may be overwritten. Decoding is faster if `input`
/// has at least 32 more bytes than `len`, and `out` at least 32 more bytes than `size`.
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
