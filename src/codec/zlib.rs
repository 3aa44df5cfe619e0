//! The zlib format (RFC 1950): a header of two bytes, a deflate stream, and the Adler-32 checksum
//! of the decoded data in four bytes.

#[cfg(feature = "std")]
pub(crate) use hosted::{unwrap, wrap};

#[cfg(feature = "std")]
use hosted::adler32;
#[cfg(not(feature = "std"))]
use portable::adler32;

/// Number of bytes in the header, which precedes the deflate stream.
pub(crate) const HEADER_LEN: usize = 2;

/// The format in which the deflate stream of a block is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// No wrapper. The block consists of a deflate stream only.
    None,
    /// The zlib format, with a header before the deflate stream and a checksum after it. Some tools
    /// omit both, so a block without a valid zlib header is decoded as a deflate stream alone.
    Zlib,
}

/// Returns whether `input` begins with a valid zlib header. A header with a preset dictionary,
/// which is data that the decoder must already have, counts as invalid.
pub(crate) fn has_header(input: &[u8]) -> bool {
    match input {
        [method, flags, ..] => {
            let check = u32::from(*method) << 8 | u32::from(*flags);
            method & 0x0F == 8 && method >> 4 <= 7 && check % 31 == 0 && flags & 0x20 == 0
        }
        _ => false,
    }
}

/// Returns whether `rest` begins with the Adler-32 checksum of `block`. `rest` is the bytes after a
/// deflate stream, and `block` is the data that the stream decodes to.
pub(crate) fn has_trailer(rest: &[u8], block: &[u8]) -> bool {
    rest.first_chunk()
        .is_some_and(|sum| u32::from_be_bytes(*sum) == adler32(block))
}

/// Functions for builds with the standard library: adding and removing the zlib format, and a fast
/// Adler-32.
#[cfg(feature = "std")]
mod hosted {
    use super::{has_header, has_trailer, HEADER_LEN};

    /// Number of bytes in the trailer, which is the Adler-32 checksum after the deflate stream.
    const TRAILER_LEN: usize = 4;

    /// The header of streams that `wrap` writes. It states that the distances of matches are at
    /// most 32 KiB, that the compression level is the highest, and that no dictionary is required.
    const HEADER: [u8; HEADER_LEN] = [0x78, 0xDA];

    pub(super) fn adler32(data: &[u8]) -> u32 {
        simd_adler32::adler32(&data)
    }

    /// Compresses `block` to a zlib stream in `out` and returns the size of the stream in bytes.
    /// Returns `None` if `out` is too small or if `encode` returns `None`.
    ///
    /// `encode` writes the deflate stream. It is called with `block` and the part of `out` for the
    /// deflate stream, and returns the number of bytes written.
    pub(crate) fn wrap(
        block: &[u8],
        out: &mut [u8],
        encode: impl FnOnce(&[u8], &mut [u8]) -> Option<usize>,
    ) -> Option<usize> {
        let stream_end = out.len().checked_sub(TRAILER_LEN)?;
        let len = encode(block, out.get_mut(HEADER_LEN..stream_end)?)?;
        out[..HEADER_LEN].copy_from_slice(&HEADER);
        let end = HEADER_LEN + len;
        out[end..end + TRAILER_LEN].copy_from_slice(&adler32(block).to_be_bytes());
        Some(end + TRAILER_LEN)
    }

    /// Returns the deflate stream inside the zlib stream `wrapped`. `block` is the data that the
    /// deflate stream decodes to. Returns `None` if the header is invalid, or if the last four
    /// bytes are not the Adler-32 checksum of `block`.
    pub(crate) fn unwrap<'a>(wrapped: &'a [u8], block: &[u8]) -> Option<&'a [u8]> {
        let end = wrapped.len().checked_sub(TRAILER_LEN)?;
        let (rest, sum) = wrapped.split_at(end);
        let is_valid = has_header(rest) && has_trailer(sum, block);
        is_valid.then(|| &rest[HEADER_LEN..])
    }
}

#[cfg(any(not(feature = "std"), test))]
mod portable {
    /// Returns the Adler-32 checksum of `data`, computed one byte at a time.
    pub(super) fn adler32(data: &[u8]) -> u32 {
        const MODULUS: u32 = 65521;
        // Largest number of bytes that can be added to `a` and `b` before they must be reduced
        // modulo `MODULUS`. With one byte more, `b` could exceed 32 bits.
        const CHUNK: usize = 5552;
        let (mut a, mut b) = (1u32, 0u32);
        for chunk in data.chunks(CHUNK) {
            for byte in chunk {
                a += u32::from(*byte);
                b += a;
            }
            a %= MODULUS;
            b %= MODULUS;
        }
        b << 16 | a
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adler32_is_that_of_rfc_1950() {
        let long = [0xFF; 100_000];
        let (mut a, mut b) = (1u64, 0u64);
        for byte in long {
            a = (a + u64::from(byte)) % 65521;
            b = (b + a) % 65521;
        }
        for adler32 in [adler32, portable::adler32] {
            assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
            assert_eq!(adler32(b""), 1);
            assert_eq!(u64::from(adler32(&long)), b << 16 | a);
        }
    }

    #[test]
    fn only_valid_headers_without_a_preset_dictionary_are_accepted() {
        assert!(has_header(&[0x78, 0x9C]));
        assert!(has_header(&[0x78, 0xDA]));
        assert!(has_header(&[0x58, 0x85]));
        assert!(!has_header(&[0x78, 0x9D]));
        assert!(!has_header(&[0x78, 0xBB]), "preset dictionary");
        assert!(!has_header(&[0x78]));
        assert!(!has_header(&[]));
    }
}
