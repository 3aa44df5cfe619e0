//! Shared parts of the integration tests: generated disc images, builders of files of every format,
//! and sources that fail or return wrong numbers.
//!
//! The builders do not use the library's writer or its format constants. They implement the formats
//! a second time, so that a mistake in one of the two is found.

// Each integration test is a separate crate and uses a part of this module.
#![allow(dead_code)]

pub mod big;
pub mod ciso;
pub mod codecs;
pub mod dax;
pub mod disc;
pub mod encode;
pub mod exercise;
pub mod foreign;
pub mod jiso;
pub mod rng;
pub mod samples;
pub mod source;

/// Returns the amount of work for a test: `emulated` on MIPS and s390x, which an emulator runs
/// thirty times as slowly, and `usual` elsewhere.
pub const fn amount(usual: usize, emulated: usize) -> usize {
    match cfg!(any(target_arch = "mips", target_arch = "s390x")) {
        false => usual,
        true => emulated,
    }
}

/// A file of some format, and the image that it must decode to.
pub struct Sample {
    pub name: String,
    pub file: Vec<u8>,
    pub image: Vec<u8>,
    /// Byte range of the data of each block in the file, without padding.
    pub blocks: Vec<std::ops::Range<usize>>,
}

pub fn put_u16(file: &mut [u8], at: usize, value: u16) {
    file[at..at + 2].copy_from_slice(&value.to_le_bytes());
}

pub fn put_u32(file: &mut [u8], at: usize, value: u32) {
    file[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

pub fn put_u64(file: &mut [u8], at: usize, value: u64) {
    file[at..at + 8].copy_from_slice(&value.to_le_bytes());
}

pub fn get_u32(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}
