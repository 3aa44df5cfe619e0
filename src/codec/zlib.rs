//! The zlib format (RFC 1950): a deflate stream between a header of two bytes and an Adler-32
//! checksum.

#[cfg(feature = "std")]
pub(crate) use hosted::{unwrap, wrap};

#[cfg(feature = "std")]
use hosted::adler32;
#[cfg(not(feature = "std"))]
use portable::adler32;

/// Number of bytes before the deflate stream.
pub(crate) const HEADER_LEN: usize = 2;

/// The bytes around the deflate stream of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// There are no such bytes: the block is only a deflate stream.
    None,
    /// The zlib format. Some tools write only the deflate stream, so a block without a valid zlib
    /// header is decoded like one with [`None`](Container::None).
    Zlib,
}

/// Returns whether `input` begins with a zlib header that does not require a preset dictionary.
pub(crate) fn has_header(input: &[u8]) -> bool {
    match input {
        [method, flags, ..] => {
            let check = u32::from(*method) << 8 | u32::from(*flags);
            method & 0x0F == 8 && method >> 4 <= 7 && check % 31 == 0 && flags & 0x20 == 0
        }
        _ => false,
    }
}

/// Returns whether `rest`, the bytes after a deflate stream, begins with the Adler-32 of `block`,
/// the decoded data.
pub(crate) fn has_trailer(rest: &[u8], block: &[u8]) -> bool {
    rest.first_chunk()
        .is_some_and(|sum| u32::from_be_bytes(*sum) == adler32(block))
}

/// The functions for builds with the standard library: `wrap`, `unwrap` and a fast Adler-32.
#[cfg(feature = "std")]
mod hosted {
    use super::{has_header, has_trailer, HEADER_LEN};

    /// Number of bytes of the Adler-32 after the deflate stream.
    const TRAILER_LEN: usize = 4;

    /// The header for a window of 32 KiB, the highest compression level and no dictionary.
    const HEADER: [u8; HEADER_LEN] = [0x78, 0xDA];

    pub(super) fn adler32(data: &[u8]) -> u32 {
        simd_adler32::adler32(&data)
    }

    /// Writes a zlib stream of `block` to `out` and returns its size in bytes. `encode` is called
    /// with the block and a part of `out`, writes the deflate stream to that part and returns its
    /// size. Returns `None` if `encode` does or if `out` is too small.
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

    /// Returns the deflate stream inside the zlib stream `wrapped`. Returns `None` if the header is
    /// invalid or if the stream does not end with the Adler-32 of `block`.
    pub(crate) fn unwrap<'a>(wrapped: &'a [u8], block: &[u8]) -> Option<&'a [u8]> {
        let end = wrapped.len().checked_sub(TRAILER_LEN)?;
        let (rest, sum) = wrapped.split_at(end);
        let is_valid = has_header(rest) && has_trailer(sum, block);
        is_valid.then(|| &rest[HEADER_LEN..])
    }
}

#[cfg(any(not(feature = "std"), test))]
mod portable {
    /// Returns the Adler-32 of `data`, computed one byte at a time.
    pub(super) fn adler32(data: &[u8]) -> u32 {
        const MODULUS: u32 = 65521;
        // Maximum number of bytes that can be added before `a` and `b` must be reduced modulo
        // `MODULUS`, so that they do not overflow.
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
