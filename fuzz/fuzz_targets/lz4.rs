//! Decodes any bytes as an LZ4 block with the decoder for 64-bit machines and with lz4_flex. The
//! body is shared with the unit tests, which run it on damaged blocks.

#![no_main]

#[path = "../../src/codec/lz4/differential.rs"]
mod differential;
#[path = "../../src/codec/lz4/wide.rs"]
mod wide;

libfuzzer_sys::fuzz_target!(|data: &[u8]| differential::compare_with_lz4_flex(data));
