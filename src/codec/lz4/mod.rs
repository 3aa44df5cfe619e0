//! LZ4 blocks without a frame. Padding may follow the data of a block.
//!
//! A block is a list of sequences. A sequence consists of
//!
//! 1. the token, a byte with two numbers of four bits: the number of literals, and the length of
//!    the match minus 4,
//! 2. if the number of literals in the token is 15: length bytes, which are added to it,
//! 3. the literals,
//! 4. the distance of the match, in two bytes,
//! 5. if the token's bits for the length of the match are 15: length bytes, which are added to it.
//!
//! The last sequence ends after its literals.

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

/// Decodes one LZ4 block to `out` and returns the number of bytes decoded.
///
/// `wanted` is the minimum number of bytes that the block must decode to. If `input` cannot be
/// decoded to its end, but its beginning decodes to `wanted` bytes or more, the rest of `input` is
/// padding.
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    decode_with_slack(input, len, out, size, wanted)
}

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`,
/// like [`decode`] does. Bytes of `out` after `size` may change. Decoding is faster if `input` and
/// `out` have at least 32 bytes after the block.
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
