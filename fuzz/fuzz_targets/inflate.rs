//! Decodes any bytes as a deflate stream with the library's decoders, libdeflate and zlib-rs. The
//! body is shared with the unit tests, which run it on known streams and mutations of them.

#![no_main]

/// The decoders and the modules that they use, at the same paths as in the library.
#[allow(dead_code)]
#[path = "../../src/codec"]
mod codec {
    pub(crate) mod deflate_format;
    pub(crate) mod inflate;
    pub(crate) mod narrow_copy;
    pub(crate) mod zlib;
}

#[allow(dead_code)]
#[path = "../../src/error.rs"]
mod error;

libfuzzer_sys::fuzz_target!(|data: &[u8]| codec::inflate::differential::compare_any(data));
