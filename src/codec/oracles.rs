//! Checks deflate streams with the decoders of other projects. Only tests use this module.

use super::psp_safe::is_psp_safe;
use std::vec;
use std::vec::Vec;

/// Decodes the deflate stream `stream` with libdeflate, miniz_oxide and zlib-rs (`flate2`). Panics
/// if one of these decoders fails or returns other data than `block`. The three decoders share no
/// code with this library. Also panics if real PSP hardware cannot decode `stream`, according to
/// [`is_psp_safe`].
pub(crate) fn check_deflate(stream: &[u8], block: &[u8]) {
    assert_eq!(is_psp_safe(stream), Some(true));

    let mut decoded = vec![0; block.len()];
    let mut libdeflate = libdeflater::Decompressor::new();
    let size = libdeflate.deflate_decompress(stream, &mut decoded).unwrap();
    assert_eq!(&decoded[..size], block);

    let decoded = miniz_oxide::inflate::decompress_to_vec_with_limit(stream, block.len()).unwrap();
    assert_eq!(decoded, block);

    let mut decoded = Vec::with_capacity(block.len() + 1);
    let mut zlib = flate2::Decompress::new(false);
    let finish = flate2::FlushDecompress::Finish;
    let status = zlib.decompress_vec(stream, &mut decoded, finish).unwrap();
    assert_eq!(status, flate2::Status::StreamEnd);
    assert_eq!(zlib.total_in() as usize, stream.len());
    assert_eq!(decoded, block);
}
