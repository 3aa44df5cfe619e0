//! Decodes and encodes LZ4 blocks. They have no LZ4 frame around them. Padding may follow the data
//! of a block.
//!
//! A block is a list of sequences. A sequence consists of literals, which are bytes that are copied
//! from the input, and of a match, which is a copy of earlier output. Its parts are
//!
//! 1. the token, a byte with two numbers of four bits: the number of literals (high bits), and the
//!    length of the match in bytes minus 4 (low bits),
//! 2. if the first number of the token is 15: length bytes, which are added to the number of
//!    literals. Each has a value of 0 to 255, and 255 means that another one follows,
//! 3. the literals,
//! 4. the distance in bytes from the source of the match to the match, as a number of two bytes,
//! 5. if the second number of the token is 15: length bytes, which are added to the length of the
//!    match.
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

/// Decodes the LZ4 block in `input` to `out` and returns the number of bytes decoded.
///
/// `wanted` is the number of decoded bytes that the caller needs. Bytes after the block are
/// padding, which may be anything. If `input` cannot be decoded to its end, the block is assumed to
/// end at the first point, after the literals of a sequence, at which the output has at least
/// `wanted` bytes. Fails if there is no such point. The result may be less than `wanted` if `input`
/// can be decoded to its end.
pub(crate) fn decode(input: &[u8], out: &mut [u8], wanted: usize) -> Result<usize> {
    let (len, size) = (input.len(), out.len());
    decode_with_slack(input, len, out, size, wanted)
}

/// Decodes the LZ4 block in the first `len` bytes of `input` to the first `size` bytes of `out`,
/// like [`decode`] does, including the meaning of `wanted`. Bytes of `out` after `size` may change.
/// Decoding is faster if both `input` and `out` have at least 32 more bytes after these.
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
