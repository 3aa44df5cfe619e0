//! Any bytes at all, encoded with deflate or LZ4 at any level, and decoded with decoders made by
//! others. The body is shared with `tests/encoders.rs`, which runs it on every test run.

#![no_main]

#[path = "../../tests/support/encode.rs"]
mod encode;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    encode::encode(input);
});
