//! LZO1X, for reading only.

use crate::error::{ErrorKind, Result};

/// Zeros at the end of the mark that ends every stream: 0x11, 0, 0.
const END_ZEROS: usize = 2;

/// Decodes one LZO1X block into `out` and returns how many bytes it gave. Zeros behind the
/// stream are left alone.
pub(crate) fn decode(input: &[u8], out: &mut [u8]) -> Result<usize> {
    // The decoder takes nothing but a stream.
    let padding = input.iter().rev().take_while(|byte| **byte == 0).count();
    let end = input.len() - padding.saturating_sub(END_ZEROS);
    lzokay::decompress::decompress(&input[..end], out).map_err(|_| ErrorKind::BlockData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_behind_the_stream_is_left_alone() {
        // Three literals and the end mark.
        let mut input = [0; 40];
        input[..7].copy_from_slice(&[20, b'a', b'b', 0, 0x11, 0, 0]);
        for len in 7..input.len() {
            let mut out = [0xAA; 8];
            assert_eq!(decode(&input[..len], &mut out), Ok(3));
            assert_eq!(out[..4], [b'a', b'b', 0, 0xAA]);
        }
    }

    #[test]
    fn damage_is_an_error() {
        let mut out = [0; 8];
        for input in [
            &[][..],
            &[0; 30],
            &[20, b'a'],
            &[20, b'a', b'b', b'c', 0x11, 0],
        ] {
            let failure = decode(input, &mut out).unwrap_err();
            assert_eq!(failure.kind(), ErrorKind::BlockData, "{input:?}");
        }
        let tight = decode(&[20, b'a', b'b', b'c', 0x11, 0, 0], &mut out[..2]);
        assert_eq!(tight.unwrap_err().kind(), ErrorKind::BlockData);
    }
}
