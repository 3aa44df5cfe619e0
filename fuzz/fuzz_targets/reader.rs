//! Any bytes at all, opened with the whole index and with windows of it, and read. The body is
//! shared with `tests/mutations.rs`, which runs it on every test run.

#![no_main]

#[path = "../../tests/support/exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    let _ = exercise::exercise(file);
});
