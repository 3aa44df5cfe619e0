//! All decoders against each other and against two independent ones, on any input: what tests and fuzzing share.

use std::vec;
use std::vec::Vec;

use super::{narrow, wide, Decoded, InflateError, Job, Wrapping};

/// Any bytes at all: the first one chooses how much room there is, the others are the stream.
#[cfg(differential)]
pub(crate) fn any(data: &[u8]) {
    const ROOMS: [usize; 8] = [2048, 2048, 2048, 8192, 40_000, 300, 19, 0];
    if let Some((first, stream)) = data.split_first() {
        let room = ROOMS[usize::from(*first) % ROOMS.len()];
        compare(&mut Decoders::new(), stream, room);
    }
}

/// Decodes with every decoder, alone and in either lane of a request, and returns what they agree on.
pub(crate) struct Decoders {
    wide: wide::Decoder,
    narrow: narrow::Decoder,
    /// A stream that is decoded beside the one in question, and what it yields.
    companion: (Vec<u8>, Vec<u8>),
}

impl Decoders {
    pub(crate) fn new() -> Self {
        let data = companion();
        Self {
            wide: wide::Decoder::new(),
            narrow: narrow::Decoder::new(),
            companion: (encode(&data), data),
        }
    }

    /// Decodes a stream that yields at most `room` bytes.
    pub(crate) fn decode(
        &mut self,
        input: &[u8],
        room: usize,
    ) -> Result<(Decoded, Vec<u8>), InflateError> {
        // What lies behind the room must survive.
        let mut out = vec![0xa5; room + 64];
        let wide = self.wide.decode(input, &mut out[..room]);
        assert!(out[room..].iter().all(|&byte| byte == 0xa5));
        let mut other = vec![0x5a; room];
        let narrow = self.narrow.decode(input, &mut other);
        assert_eq!(wide, narrow);
        let written = wide.map_or(room, |decoded| decoded.written);
        if wide.is_ok() {
            assert_eq!(out[..written], other[..written]);
        }
        let expected = wide.map(|_| &out[..written]);
        for first in [true, false] {
            self.decode_beside(input, expected, room, first);
        }
        out.truncate(written);
        wide.map(|decoded| (decoded, out))
    }

    /// Decodes the stream in one lane and the companion in the other.
    fn decode_beside(
        &mut self,
        stream: &[u8],
        expected: Result<&[u8], InflateError>,
        room: usize,
        first: bool,
    ) {
        let (companion, companion_data) = &self.companion;
        let streams = if first {
            [stream, &companion[..]]
        } else {
            [&companion[..], stream]
        };
        let input = streams.concat();
        let split = streams[0].len() as u32;
        let size = expected.map_or(room, <[u8]>::len);
        let sizes = if first {
            [size, companion_data.len()]
        } else {
            [companion_data.len(), size]
        };
        let jobs = [
            Job {
                input: 0..split,
                wrapping: Wrapping::Raw,
                output: 0..sizes[0] as u32,
            },
            Job {
                input: split..input.len() as u32,
                wrapping: Wrapping::Raw,
                output: sizes[0] as u32..(sizes[0] + sizes[1]) as u32,
            },
        ];
        let mut out = vec![0; sizes[0] + sizes[1]];
        let decoded = self.wide.decode_many(&input, &jobs, &mut out);
        let (in_first, in_second) = out.split_at(sizes[0]);
        let (mine, its) = if first {
            (in_first, in_second)
        } else {
            (in_second, in_first)
        };
        match expected {
            Ok(data) => {
                assert_eq!(decoded, Ok(()));
                assert_eq!(mine, data);
            }
            Err(error) => assert_eq!(decoded, Err((usize::from(!first), error))),
        }
        if !first || expected.is_ok() {
            assert_eq!(its, companion_data);
        }
    }
}

/// Something with literals and matches, near and far.
fn companion() -> Vec<u8> {
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

/// What zlib makes of a stream: bytes read, and the data.
fn zlib_decode(input: &[u8], room: usize) -> Option<(usize, Vec<u8>)> {
    let mut decoder = flate2::Decompress::new(false);
    // One byte more tells a stream that is too long from one that ends at the right place.
    let mut out = vec![0; room + 1];
    let status = decoder.decompress(input, &mut out, flate2::FlushDecompress::Finish);
    let written = decoder.total_out() as usize;
    if written > room || status.ok() != Some(flate2::Status::StreamEnd) {
        return None;
    }
    out.truncate(written);
    Some((decoder.total_in() as usize, out))
}

/// Never accepts what libdeflate rejects, and accepts just what zlib accepts.
pub(crate) fn compare(decoders: &mut Decoders, input: &[u8], room: usize) -> bool {
    let decoded = decoders.decode(input, room);
    let mut out = vec![0; room];
    let oracle = libdeflater::Decompressor::new().deflate_decompress(input, &mut out);
    if let Ok((decoded, data)) = &decoded {
        assert_eq!(oracle.ok(), Some(decoded.written));
        assert!(out[..decoded.written] == *data);
    }
    // Why a stream is refused may differ: with no code at all for the code lengths zlib goes on, up to where it misses the
    // end of sub-block.
    let zlib = zlib_decode(input, room);
    assert_eq!(zlib.is_some(), decoded.is_ok());
    if let (Some((read, data)), Ok((decoded, out))) = (zlib, &decoded) {
        assert_eq!(decoded.read, read);
        assert!(*out == data);
    }
    decoded.is_ok()
}
