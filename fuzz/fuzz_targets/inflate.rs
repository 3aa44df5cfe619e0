//! Any bytes at all as a deflate stream: our decoders against libdeflate and zlib-rs. The body is
//! shared with the unit tests, which run it over known streams and mutations of them.

#![no_main]

#[allow(dead_code)]
#[path = "../../src/codec/inflate/mod.rs"]
mod inflate;

/// The decoder for 32-bit machines takes this from beside it.
#[allow(dead_code)]
#[path = "../../src/codec/words.rs"]
mod words;

/// And both this.
#[allow(dead_code)]
#[path = "../../src/codec/zlib.rs"]
mod zlib;

libfuzzer_sys::fuzz_target!(|data: &[u8]| inflate::differential::any(data));
