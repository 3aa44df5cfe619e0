//! The zlib wrapping (RFC 1950): two bytes before a deflate stream, an Adler-32 behind it.

/// Bytes before the stream.
pub(crate) const HEADER_LEN: usize = 2;

/// Bytes behind the stream.
#[cfg(feature = "std")]
pub(crate) const TRAILER_LEN: usize = 4;

/// What may stand around a deflate stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// Nothing.
    Raw,
    /// The zlib wrapping. Some tools leave it out: where its header is not valid, there is none.
    Zlib,
}

/// Whether `input` begins with a zlib header that asks for no preset dictionary.
pub(crate) fn has_header(input: &[u8]) -> bool {
    match input {
        [method, flags, ..] => {
            let check = u32::from(*method) << 8 | u32::from(*flags);
            method & 0x0F == 8 && method >> 4 <= 7 && check % 31 == 0 && flags & 0x20 == 0
        }
        _ => false,
    }
}

/// Whether `rest`, which begins behind the stream that gave `block`, begins with its Adler-32.
pub(crate) fn has_trailer(rest: &[u8], block: &[u8]) -> bool {
    rest.first_chunk()
        .is_some_and(|sum| u32::from_be_bytes(*sum) == adler32(block))
}

/// Adler-32 of `data`.
#[cfg(feature = "std")]
pub(crate) fn adler32(data: &[u8]) -> u32 {
    simd_adler32::adler32(&data)
}

#[cfg(not(feature = "std"))]
pub(crate) use adler32_of_bytes as adler32;

/// Adler-32 of `data`, a byte at a time.
#[cfg(any(not(feature = "std"), test))]
pub(crate) fn adler32_of_bytes(data: &[u8]) -> u32 {
    const MODULUS: u32 = 65521;
    // The most bytes whose sums cannot overflow a u32 before they are reduced.
    const RUN: usize = 5552;
    let (mut a, mut b) = (1u32, 0u32);
    for run in data.chunks(RUN) {
        for byte in run {
            a += u32::from(*byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

/// Puts the wrapping around a deflate stream: `encode` writes the stream of `block` into the room
/// it is given and says how long it is. Returns the whole length.
#[cfg(feature = "std")]
pub(crate) fn wrap(
    block: &[u8],
    out: &mut [u8],
    encode: impl FnOnce(&[u8], &mut [u8]) -> Option<usize>,
) -> Option<usize> {
    /// Deflate with a window of 32 KiB, made with much effort, no dictionary.
    const HEADER: [u8; HEADER_LEN] = [0x78, 0xDA];
    let room = out.len().checked_sub(HEADER_LEN + TRAILER_LEN)?;
    out[..HEADER_LEN].copy_from_slice(&HEADER);
    let len = encode(block, &mut out[HEADER_LEN..HEADER_LEN + room])?;
    let end = HEADER_LEN + len;
    out[end..end + TRAILER_LEN].copy_from_slice(&adler32(block).to_be_bytes());
    Some(end + TRAILER_LEN)
}

/// The deflate stream inside the wrapping of what was made from `block`; `None` where the wrapping
/// is not right for that.
#[cfg(feature = "std")]
pub(crate) fn unwrap<'a>(wrapped: &'a [u8], block: &[u8]) -> Option<&'a [u8]> {
    let end = wrapped.len().checked_sub(TRAILER_LEN)?;
    let (rest, sum) = wrapped.split_at(end);
    let right = has_header(rest) && has_trailer(sum, block);
    right.then(|| &rest[HEADER_LEN..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adler32_of_the_specification() {
        // RFC 1950's algorithm on the well-known example.
        let long = [0xFF; 100_000];
        let (mut a, mut b) = (1u64, 0u64);
        for byte in long {
            a = (a + u64::from(byte)) % 65521;
            b = (b + a) % 65521;
        }
        for adler32 in [adler32, adler32_of_bytes] {
            assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
            assert_eq!(adler32(b""), 1);
            assert_eq!(u64::from(adler32(&long)), b << 16 | a);
        }
    }

    #[test]
    fn headers() {
        assert!(has_header(&[0x78, 0x9C]));
        assert!(has_header(&[0x78, 0xDA]));
        assert!(has_header(&[0x58, 0x85]));
        assert!(!has_header(&[0x78, 0x9D]));
        assert!(!has_header(&[0x78, 0xBB]), "preset dictionary");
        assert!(!has_header(&[0x78]));
        assert!(!has_header(&[]));
    }
}
