//! Encodes any bytes with deflate or LZ4 at any level, and decodes them with other libraries. The
//! body is shared with `tests/encoders.rs`.

#![no_main]

#[path = "../../tests/support/encode.rs"]
mod encode;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    encode::encode(input);
});
