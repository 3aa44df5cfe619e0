//! The deflate encoders of other libraries, which are used at the fast compression levels.
//! libdeflate is used if it is built in. zlib-rs is used if libdeflate is not built in, or if real
//! PSP hardware cannot decode the stream that libdeflate makes.

use super::levels::LibraryLevels;
use crate::codec::psp_safe::are_headers_psp_safe;
use alloc::vec;
use alloc::vec::Vec;
use flate2::{Compress, Compression, FlushCompress, Status};

#[cfg(feature = "libdeflate")]
pub(crate) use with_libdeflate::LibdeflateEncoder as FastDeflater;
#[cfg(not(feature = "libdeflate"))]
pub(crate) use ZlibEncoder as FastDeflater;

/// A deflate encoder that uses zlib-rs.
pub(crate) struct ZlibEncoder {
    state: Compress,
    /// Output buffer that is large enough for every stream. Each stream is first written to this
    /// buffer as a whole, even if it is too large for the caller's buffer. An unfinished stream
    /// could make zlib-rs panic in the stream after it.
    stream: Vec<u8>,
}

impl ZlibEncoder {
    /// Creates an encoder with compression level `levels.zlib` for blocks of up to `max_block`
    /// bytes.
    pub(crate) fn new(levels: LibraryLevels, max_block: usize) -> Self {
        ZlibEncoder {
            state: Compress::new(Compression::new(levels.zlib), false),
            stream: vec![0; max_block + max_block / 8 + 64],
        }
    }

    /// Encodes `block` into `out` and returns the size of the stream in bytes. Returns `None`, and
    /// leaves `out` unchanged, if the stream does not fit or if real PSP hardware cannot decode it.
    pub(crate) fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
        self.state.reset();
        let status = self
            .state
            .compress(block, &mut self.stream, FlushCompress::Finish);
        let stream = match status {
            Ok(Status::StreamEnd) => self.stream.get(..self.state.total_out() as usize)?,
            _ => return None,
        };
        if !are_headers_psp_safe(stream) {
            return None;
        }
        out.get_mut(..stream.len())?.copy_from_slice(stream);
        Some(stream.len())
    }
}

#[cfg(feature = "libdeflate")]
mod with_libdeflate {
    use super::*;
    use libdeflater::{CompressionLvl, Compressor};

    /// A deflate encoder that uses libdeflate. If real PSP hardware cannot decode the stream that
    /// libdeflate makes, the block is encoded again with zlib-rs.
    pub(crate) struct LibdeflateEncoder {
        libdeflate: Compressor,
        zlib: ZlibEncoder,
    }

    impl LibdeflateEncoder {
        /// Creates an encoder with libdeflate's compression level `levels.libdeflate` for blocks of
        /// up to `max_block` bytes.
        pub(crate) fn new(levels: LibraryLevels, max_block: usize) -> Self {
            let level = CompressionLvl::new(levels.libdeflate).unwrap_or_default();
            let zlib = LibraryLevels { zlib: 9, ..levels };
            LibdeflateEncoder {
                libdeflate: Compressor::new(level),
                zlib: ZlibEncoder::new(zlib, max_block),
            }
        }

        /// Encodes `block` into `out` and returns the size of the stream in bytes. Returns `None`
        /// if the stream does not fit, or if real PSP hardware can decode neither the stream of
        /// libdeflate nor the stream of zlib-rs.
        pub(crate) fn encode(&mut self, block: &[u8], out: &mut [u8]) -> Option<usize> {
            match self.libdeflate.deflate_compress(block, out) {
                Ok(len) if are_headers_psp_safe(&out[..len]) => Some(len),
                Ok(_) => self.zlib.encode(block, out),
                Err(_) => None,
            }
        }
    }
}
