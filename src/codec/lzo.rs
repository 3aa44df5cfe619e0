//! LZO1X, for reading only.

use crate::error::{ErrorKind, Result};

/// Decodes one LZO1X block into `out` and returns how many bytes it gave.
pub(crate) fn decode(input: &[u8], out: &mut [u8]) -> Result<usize> {
    lzokay::decompress::decompress(input, out).map_err(|_| ErrorKind::BlockData.into())
}
