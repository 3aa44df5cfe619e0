//! Compressed disc images of PSP and PS2 games: CSO v1, CSO v2, ZSO and DAX are read and written,
//! JISO and plain ISO are read.
//!
//! An image is an ISO cut into blocks, each compressed alone, with an index that says where each
//! of them lies. [`Image`] reads any range of the decoded image from any [source of
//! bytes](ReadAt); with the feature `std`, [`compress_file`] and [`decompress_file`] write
//! files, and [`verify`] decodes everything and computes digests.
//!
//! ```
//! # fn main() -> cso::Result<()> {
//! # let dir = std::env::temp_dir();
//! # let iso = dir.join(format!("cso-doc-{}.iso", std::process::id()));
//! # let cso = dir.join(format!("cso-doc-{}.cso", std::process::id()));
//! # let mut disc = vec![0; 100 * 2048];
//! # disc[0x8001..0x8006].copy_from_slice(b"CD001");
//! # std::fs::write(&iso, &disc).unwrap();
//! use std::ops::ControlFlow;
//!
//! let options = cso::CompressOptions::new(cso::Format::CsoV1);
//! cso::compress_file(&iso, &cso, &options, &mut |_| ControlFlow::Continue(()))?;
//!
//! let image = cso::open(&cso)?;
//! let mut sector = [0; 2048];
//! image.read_sectors(16, &mut sector)?;
//! assert_eq!(&sector[1..6], b"CD001");
//! # std::fs::remove_file(&iso).unwrap();
//! # std::fs::remove_file(&cso).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! * `std` (default): files, threads, the writer. Without it the crate is `no_std` + `alloc` and
//!   reads.
//! * `libdeflate` (default): decode deflate with the C library libdeflate, which needs a C
//!   compiler to build. Without it decoding is safe Rust throughout.
//! * `cli`: the command-line tool `cso`.
//! * `freestanding`: for an archive that C programs link on a machine without std, such as a PSP:
//!   brings a panic handler that stops the program and an allocator over C's `malloc`. It changes
//!   nothing where there is std.
//! * `psp`: for Rust programs on a PSP, which have both from the crate `psp`.

// Always `no_std`: a stray `std::` in the core does not compile, with whatever features.
#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// What crosses the PSP's calling conventions is written in assembler.
#![cfg_attr(all(cso_rt, target_arch = "mips"), feature(asm_experimental_arch))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;
// Without the feature nothing here names std. But the static and the shared library need a panic
// handler and an allocator, and on a system that has std it lends them.
#[cfg(not(any(feature = "std", test, target_os = "none", target_os = "psp")))]
extern crate std as _;
// On a PSP the crate that every Rust program uses there lends them.
#[cfg(all(feature = "psp", target_os = "psp"))]
extern crate psp as _;

// The C API: public for the benchmarks.
#[doc(hidden)]
pub mod capi;
mod codec;
mod error;
mod fault;
// Only the writer uses some of it.
#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod format;
#[cfg(feature = "std")]
mod fs;
mod image;
mod io;
#[cfg(cso_rt)]
mod rt;
#[cfg(feature = "std")]
mod tasks;

pub use error::{Error, ErrorKind, Result};
pub use format::{
    Coding, Format, Span, MAX_BLOCK_SIZE, MIN_BLOCK_SIZE, PROBE_SIZE, PROBE_SIZE_ISO, SECTOR_SIZE,
};
pub use image::{probe, Image, Info, OpenOptions, MAX_DECODE_AHEAD, MAX_THREADS};
pub use io::{ReadAt, WriteAt};

#[cfg(feature = "std")]
pub use fs::{compress_file, decompress_file, open, open_with};
#[cfg(feature = "std")]
pub use tasks::{
    compress, decompress, precache, verify, CompressOptions, DecompressOptions, Digests,
    OnProgress, PrecacheOptions, Progress, Summary, VerifyOptions, DEFAULT_LEVEL, MAX_COST,
    MAX_LEVEL, MIN_LEVEL,
};

/// Compiles the Rust code of the README with the documentation tests.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
