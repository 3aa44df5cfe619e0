//! Decodes LZO1X streams, which some images in the JISO format contain.

use crate::error::{ErrorKind, Result};

/// Number of zero bytes at the end of an LZO1X stream. Every stream ends with the bytes 0x11, 0, 0.
const END_ZEROS: usize = 2;

/// Decodes the LZO1X stream in `input` to `out` and returns the number of bytes decoded. `input`
/// may have any number of zero bytes after the stream. Fails with [`ErrorKind::BlockData`] if the
/// stream is invalid, or if `out` is too small for the decoded data.
pub(crate) fn decode(input: &[u8], out: &mut [u8]) -> Result<usize> {
    // The decoder of the crate `lzokay` rejects bytes after the stream. So remove all zeros at the
    // end of the input except the two that belong to the stream.
    let padding = input.iter().rev().take_while(|byte| **byte == 0).count();
    let end = input.len() - padding.saturating_sub(END_ZEROS);
    lzokay::decompress::decompress(&input[..end], out).map_err(|_| ErrorKind::BlockData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_after_the_stream_are_ignored() {
        // The stream decodes to the bytes `a`, `b` and 0. It has 7 bytes: one that states the
        // number of decoded bytes, the three decoded bytes unchanged, and the three end bytes.
        let mut input = [0; 40];
        input[..7].copy_from_slice(&[20, b'a', b'b', 0, 0x11, 0, 0]);
        for len in 7..input.len() {
            let mut out = [0xAA; 8];
            assert_eq!(decode(&input[..len], &mut out), Ok(3));
            assert_eq!(out[..4], [b'a', b'b', 0, 0xAA]);
        }
    }

    #[test]
    fn damaged_streams_and_a_small_buffer_are_errors() {
        let mut out = [0; 8];
        for input in [
            &[][..],
            &[0; 30],
            &[20, b'a'],
            &[20, b'a', b'b', b'c', 0x11, 0],
        ] {
            let error = decode(input, &mut out).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BlockData, "{input:?}");
        }
        let too_small = decode(&[20, b'a', b'b', b'c', 0x11, 0, 0], &mut out[..2]);
        assert_eq!(too_small.unwrap_err().kind(), ErrorKind::BlockData);
    }
}
