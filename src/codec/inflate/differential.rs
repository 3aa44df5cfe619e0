//! Compares the two deflate decoders of this library with each other, with libdeflate and with
//! zlib-rs, for any input. The tests and the fuzz target use this module.

use std::vec;
use std::vec::Vec;

use super::job::{Decoded, InflateError, InflateJob};
use super::{narrow, wide};
use crate::codec::zlib::Container;

/// Compares the decoders with each other for arbitrary bytes, which the fuzz target generates. The
/// first byte of `data` selects the output size from `SIZES`. The other bytes are the stream.
/// Panics if the results of two decoders differ.
#[cfg(differential)]
pub(crate) fn compare_any(data: &[u8]) {
    const SIZES: [usize; 8] = [2048, 2048, 2048, 8192, 40_000, 300, 19, 0];
    if let Some((first, stream)) = data.split_first() {
        let size = SIZES[usize::from(*first) % SIZES.len()];
        compare(&mut Decoders::new(), stream, size);
    }
}

/// The decoder for 64-bit machines (`wide`) and the decoder for 32-bit machines (`narrow`). Both
/// must return the same results.
pub(crate) struct Decoders {
    wide: wide::Decoder,
    narrow: narrow::Decoder,
    /// A valid deflate stream. `wide` can decode two streams at once, so every tested stream is
    /// also decoded together with this one.
    companion: Vec<u8>,
    /// The bytes that `companion` decodes to.
    companion_data: Vec<u8>,
}

impl Decoders {
    pub(crate) fn new() -> Self {
        let companion_data = companion_data();
        Self {
            wide: wide::Decoder::new(),
            narrow: narrow::Decoder::new(),
            companion: encode(&companion_data),
            companion_data,
        }
    }

    /// Decodes the deflate stream `input` with both decoders (`wide` and `narrow`), to an output of
    /// `size` bytes. Returns the result, with the decoded bytes if the stream is valid. Panics if
    /// the results of the two decoders differ.
    ///
    /// `wide` also decodes `input` in pairs with a second stream: once with `input` as the first
    /// stream of the pair, and once as the second. Panics if the result is not the same as before.
    pub(crate) fn decode(
        &mut self,
        input: &[u8],
        size: usize,
    ) -> Result<(Decoded, Vec<u8>), InflateError> {
        // The output is followed by 64 bytes, which the decoder must not change.
        let mut out = vec![0xa5; size + 64];
        let wide = self.wide.decode(input, &mut out[..size]);
        assert!(out[size..].iter().all(|&byte| byte == 0xa5));
        let mut other = vec![0x5a; size];
        let narrow = self.narrow.decode(input, &mut other);
        assert_eq!(wide, narrow);
        let written = wide.map_or(size, |decoded| decoded.written);
        if wide.is_ok() {
            assert_eq!(out[..written], other[..written]);
        }
        let expected = wide.map(|_| &out[..written]);
        for first in [true, false] {
            self.decode_beside(input, expected, size, first);
        }
        out.truncate(written);
        wide.map(|decoded| (decoded, out))
    }

    /// Decodes `stream` and the companion stream with one call of `decode_many`, which decodes the
    /// two streams in turns. If `first` is set, `stream` is the first of the two streams. If
    /// `first` is not set, `stream` is the second. Panics if the result of `stream` is not
    /// `expected`, or if the companion is decoded to wrong bytes.
    ///
    /// `expected` has the decoded bytes or the error. If `expected` is an error, the output for
    /// `stream` has `size` bytes.
    fn decode_beside(
        &mut self,
        stream: &[u8],
        expected: Result<&[u8], InflateError>,
        size: usize,
        first: bool,
    ) {
        let (companion, companion_data) = (&self.companion, &self.companion_data);
        let streams = if first {
            [stream, &companion[..]]
        } else {
            [&companion[..], stream]
        };
        let input = streams.concat();
        let split = streams[0].len() as u32;
        let size = expected.map_or(size, <[u8]>::len);
        let sizes = if first {
            [size, companion_data.len()]
        } else {
            [companion_data.len(), size]
        };
        let jobs = [
            InflateJob {
                input: 0..split,
                container: Container::None,
                output: 0..sizes[0] as u32,
            },
            InflateJob {
                input: split..input.len() as u32,
                container: Container::None,
                output: sizes[0] as u32..(sizes[0] + sizes[1]) as u32,
            },
        ];
        let mut out = vec![0; sizes[0] + sizes[1]];
        let decoded = self.wide.decode_many(&input, &jobs, &mut out);
        let (in_first, in_second) = out.split_at(sizes[0]);
        let (tested_out, companion_out) = if first {
            (in_first, in_second)
        } else {
            (in_second, in_first)
        };
        match expected {
            Ok(data) => {
                assert_eq!(decoded, Ok(()));
                assert_eq!(tested_out, data);
            }
            Err(error) => assert_eq!(decoded, Err((usize::from(!first), error))),
        }
        if !first || expected.is_ok() {
            assert_eq!(companion_out, companion_data);
        }
    }
}

/// Returns 3000 bytes as test data. An encoder encodes some of them as literals, and some as
/// matches with small and with large distances.
fn companion_data() -> Vec<u8> {
    (0..3000_u32)
        .map(|i| {
            if i % 700 < 300 {
                (i * i / 97) as u8
            } else {
                b"companion"[i as usize % 9]
            }
        })
        .collect()
}

fn encode(data: &[u8]) -> Vec<u8> {
    let mut encoder = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut stream = vec![0; encoder.deflate_compress_bound(data.len())];
    let size = encoder.deflate_compress(data, &mut stream).unwrap();
    stream.truncate(size);
    stream
}

/// Decodes the deflate stream `input` with zlib-rs. Returns the number of bytes that the stream
/// occupies in `input`, and the decoded bytes. Returns `None` if zlib-rs rejects the stream or if
/// it decodes to more than `size` bytes.
fn zlib_decode(input: &[u8], size: usize) -> Option<(usize, Vec<u8>)> {
    let mut decoder = flate2::Decompress::new(false);
    // The output is one byte larger than `size`. With an output of `size` bytes, `written > size`
    // would never be true, and a stream that decodes to too many bytes would not be detected.
    let mut out = vec![0; size + 1];
    let status = decoder.decompress(input, &mut out, flate2::FlushDecompress::Finish);
    let written = decoder.total_out() as usize;
    if written > size || status.ok() != Some(flate2::Status::StreamEnd) {
        return None;
    }
    out.truncate(written);
    Some((decoder.total_in() as usize, out))
}

/// Decodes the deflate stream `input` to at most `size` bytes with this library, with libdeflate
/// and with zlib-rs. Returns whether this library accepts the stream.
///
/// Panics if this library accepts a stream that libdeflate rejects. Also panics if this library
/// accepts a stream that zlib-rs rejects, or the reverse. Also panics if the decoded bytes differ.
pub(crate) fn compare(decoders: &mut Decoders, input: &[u8], size: usize) -> bool {
    let decoded = decoders.decode(input, size);
    let mut out = vec![0; size];
    let oracle = libdeflater::Decompressor::new().deflate_decompress(input, &mut out);
    if let Ok((decoded, data)) = &decoded {
        assert_eq!(oracle.ok(), Some(decoded.written));
        assert!(out[..decoded.written] == *data);
    }
    // Only success and failure are compared. The kinds of the errors can differ, because zlib-rs
    // detects some errors at a later position in the stream.
    let zlib = zlib_decode(input, size);
    assert_eq!(zlib.is_some(), decoded.is_ok());
    if let (Some((read, data)), Ok((decoded, out))) = (zlib, &decoded) {
        assert_eq!(decoded.read, read);
        assert!(*out == data);
    }
    decoded.is_ok()
}
