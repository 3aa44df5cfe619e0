//! What the integration tests share: disc images that are the same on every run, files of every
//! format built by hand from them, and sources that misbehave.
//!
//! Nothing here uses the library's own writer or its format constants: the builders are a second
//! reading of the formats.

// Each integration test is a crate of its own and uses its part of this.
#![allow(dead_code)]

pub mod big;
pub mod ciso;
pub mod dax;
pub mod disc;
pub mod encode;
pub mod exercise;
pub mod foreign;
pub mod jiso;
pub mod pack;
pub mod rng;
pub mod samples;
pub mod source;

/// How much of something a test takes. On MIPS and s390x it is less: an emulator
/// runs it, thirty times as slowly.
pub const fn amount(usual: usize, emulated: usize) -> usize {
    match cfg!(any(target_arch = "mips", target_arch = "s390x")) {
        false => usual,
        true => emulated,
    }
}

/// A file of some format, and what it must decode to.
pub struct Sample {
    pub name: String,
    pub file: Vec<u8>,
    pub image: Vec<u8>,
    /// Where in the file the data of each block lies, without padding.
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
