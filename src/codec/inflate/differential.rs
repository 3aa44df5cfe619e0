//! Compares the decoders with each other, with libdeflate and with zlib-rs, for any input. Used by
//! the tests and by the fuzz target.

use std::vec;
use std::vec::Vec;

use super::job::{Decoded, InflateError, InflateJob};
use super::{narrow, wide};
use crate::codec::zlib::Wrapping;

/// Compares the decoders for any bytes. The first byte of `data` chooses the size of the output.
/// The other bytes are the stream.
#[cfg(differential)]
pub(crate) fn compare_any(data: &[u8]) {
    const SIZES: [usize; 8] = [2048, 2048, 2048, 8192, 40_000, 300, 19, 0];
    if let Some((first, stream)) = data.split_first() {
        let size = SIZES[usize::from(*first) % SIZES.len()];
        compare(&mut Decoders::new(), stream, size);
    }
}

/// The decoders for 64-bit and for 32-bit machines, which must return the same results.
pub(crate) struct Decoders {
    wide: wide::Decoder,
    narrow: narrow::Decoder,
    /// The stream that is decoded in one lane while paired decoding tests a stream in the other
    /// lane.
    companion: Vec<u8>,
    /// The decoded bytes of `companion`.
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

    /// Decodes a stream to at most `size` bytes, with both decoders alone and in each lane of
    /// paired decoding. Panics if the results differ.
    pub(crate) fn decode(
        &mut self,
        input: &[u8],
        size: usize,
    ) -> Result<(Decoded, Vec<u8>), InflateError> {
        // The 64 bytes after the output must not change.
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

    /// Decodes `stream` in one lane of paired decoding and the companion in the other. The stream
    /// is in the first lane if `first` is set. Panics if the result is not `expected`.
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
                wrapping: Wrapping::Raw,
                output: 0..sizes[0] as u32,
            },
            InflateJob {
                input: split..input.len() as u32,
                wrapping: Wrapping::Raw,
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

/// Returns data that an encoder encodes as literals and as matches with small and large distances.
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

/// Decodes a stream with zlib-rs. Returns the number of bytes read and the decoded data. Returns
/// `None` if zlib-rs rejects the stream or the data has more than `size` bytes.
fn zlib_decode(input: &[u8], size: usize) -> Option<(usize, Vec<u8>)> {
    let mut decoder = flate2::Decompress::new(false);
    // The output has one byte more than `size`, so that a stream that decodes to too many bytes is
    // detected.
    let mut out = vec![0; size + 1];
    let status = decoder.decompress(input, &mut out, flate2::FlushDecompress::Finish);
    let written = decoder.total_out() as usize;
    if written > size || status.ok() != Some(flate2::Status::StreamEnd) {
        return None;
    }
    out.truncate(written);
    Some((decoder.total_in() as usize, out))
}

/// Decodes a stream to at most `size` bytes with the decoders of this library, and returns whether
/// they accept the stream. Panics if they accept a stream that libdeflate rejects, if zlib-rs
/// accepts a stream that they reject or the reverse, or if the decoded bytes differ.
pub(crate) fn compare(decoders: &mut Decoders, input: &[u8], size: usize) -> bool {
    let decoded = decoders.decode(input, size);
    let mut out = vec![0; size];
    let oracle = libdeflater::Decompressor::new().deflate_decompress(input, &mut out);
    if let Ok((decoded, data)) = &decoded {
        assert_eq!(oracle.ok(), Some(decoded.written));
        assert!(out[..decoded.written] == *data);
    }
    // The errors are not compared, because zlib-rs reports some of them later. For example, it
    // accepts a code-length code without codewords, and rejects the stream later because the
    // end-of-block symbol has no codeword.
    let zlib = zlib_decode(input, size);
    assert_eq!(zlib.is_some(), decoded.is_ok());
    if let (Some((read, data)), Ok((decoded, out))) = (zlib, &decoded) {
        assert_eq!(decoded.read, read);
        assert!(*out == data);
    }
    decoded.is_ok()
}
