//! Opens any bytes with the whole index and with index pages, and reads them. The body is shared
//! with `tests/mutations.rs`.

#![no_main]

#[path = "../../tests/support/exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let _ = exercise::exercise(file);
});
