//! Decodes any bytes as a deflate stream with the library's decoders, libdeflate and zlib-rs. The
//! body is shared with the unit tests, which run it on known streams and mutations of them.

#![no_main]

#[allow(dead_code)]
#[path = "../../src/codec/inflate/mod.rs"]
mod inflate;

/// Used by the decoder for 32-bit machines.
#[allow(dead_code)]
#[path = "../../src/codec/narrow_copy.rs"]
mod narrow_copy;

/// Used by both decoders.
#[allow(dead_code)]
#[path = "../../src/codec/zlib.rs"]
mod zlib;

libfuzzer_sys::fuzz_target!(|data: &[u8]| inflate::differential::any(data));
