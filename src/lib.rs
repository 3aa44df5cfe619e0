//! Reads and writes compressed disc images of PSP and PS2 games.
//!
//! A compressed image is a file that has the content of a disc in *blocks*, usually of 2048 bytes.
//! Each block is compressed on its own. The *index* of the file states where each block begins, so
//! that any part of the disc can be read without decoding the rest. A block that compression does
//! not make smaller is *stored* uncompressed. Programs read the decoded image at any byte offset,
//! or in *sectors*, which have 2048 bytes in every format. [`Format`] lists the formats.
//!
//! # Reading
//!
//! [`open`] opens a file by its path. [`Image::open`] opens any [source](#sources-and-sinks) of
//! bytes. Both recognize the format from the content of the file.
//! [`read_sectors`](Image::read_sectors) and [`read_at`](Image::read_at) decode into the caller's
//! buffer.
//!
//! ```
//! # let dir = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(&dir).unwrap();
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! # let options = cso::CompressOptions::new(cso::Format::CsoV1);
//! # let image = cso::Image::open(iso).unwrap();
//! # let mut file = Vec::new();
//! # let go_on = &mut |_| std::ops::ControlFlow::Continue(());
//! # cso::compress(&image, &mut file, &options, go_on).unwrap();
//! # std::fs::write("game.cso", file).unwrap();
//! let image = cso::open("game.cso")?;
//! println!("{}: {} sectors", image.info().format.name(), image.info().sectors);
//!
//! // Sector 16 of an ISO 9660 disc has the identifier CD001 in its bytes 1 to 5.
//! let mut sector = [0; 2048];
//! image.read_sectors(16, &mut sector)?;
//! assert_eq!(&sector[1..6], b"CD001");
//! # cso::Result::Ok(())
//! ```
//!
//! [`OpenOptions`] has options to decode large requests on several threads, to decode blocks before
//! they are requested (*decode-ahead*), and to use little memory (*low-memory mode*). [`probe`]
//! recognizes an image from the first bytes of its file, without opening it:
//!
//! ```
//! # let mut head = [0; cso::PROBE_SIZE_ISO];
//! # head[0x8001..].copy_from_slice(b"CD001");
//! # let file_size = 100 * 2048;
//! let info = cso::probe(&head, file_size)?;
//! assert_eq!(info.format, cso::Format::Iso);
//! # cso::Result::Ok(())
//! ```
//!
//! # Writing
//!
//! [`compress_file`] compresses an image of any format into a new file. [`decompress_file`]
//! decompresses an image to an ISO file. Both give the new file its name only when it is complete,
//! and leave no new file if they fail. [`compress`] and [`decompress`] write an open [`Image`] to
//! any [sink](#sources-and-sinks) instead. The output does not depend on the number of threads.
//!
//! ```
//! # let dir = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(&dir).unwrap();
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! # std::fs::write("game.iso", iso).unwrap();
//! use cso::{CompressOptions, Format};
//! use std::ops::ControlFlow;
//!
//! let options = CompressOptions::new(Format::Zso).level(cso::MAX_LEVEL);
//! let summary = cso::compress_file("game.iso", "game.zso", &options, &mut |progress| {
//!     println!("{} of {} bytes", progress.done, progress.total);
//!     ControlFlow::Continue(()) // ControlFlow::Break(()) cancels
//! })?;
//! println!("{} of {} blocks are stored", summary.stored_blocks, summary.blocks);
//! # cso::Result::Ok(())
//! ```
//!
//! # Verifying
//!
//! [`verify`] decodes every block and computes digests of the decoded image. They show whether the
//! image is the same as a known good copy of the disc.
//!
//! ```
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! use cso::{Image, VerifyOptions};
//! use std::ops::ControlFlow;
//!
//! let image = Image::open(&iso[..])?;
//! let digests = cso::verify(&image, &VerifyOptions::default(), &mut |_| {
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(digests.crc32, Some(0x7729_FB26));
//! # cso::Result::Ok(())
//! ```
//!
//! # Sources and sinks
//!
//! A *source* is a type that compressed bytes are read from. It implements [`ReadAt`]. A *sink* is
//! a type that a new file is written to. It implements [`WriteAt`]. This crate implements both
//! traits for files and for memory. Implement them for anything else that can be read or written at
//! any offset, such as a file in an archive or on an HTTP server:
//!
//! ```
//! use cso::{Image, ReadAt, Result};
//!
//! /// An image that begins in the middle of another file.
//! struct Part<S> {
//!     file: S,
//!     start: u64,
//!     len: u64,
//! }
//!
//! impl<S: ReadAt> ReadAt for Part<S> {
//!     fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
//!         let left = self.len.saturating_sub(offset);
//!         let count = left.min(buf.len() as u64) as usize;
//!         self.file.read_at(self.start + offset, &mut buf[..count])
//!     }
//!
//!     fn size(&self) -> Result<u64> {
//!         Ok(self.len)
//!     }
//! }
//!
//! # let mut file = vec![0; 10 + 100 * 2048];
//! # file[10 + 0x8001..][..5].copy_from_slice(b"CD001");
//! let len = file.len() as u64 - 10;
//! let image = Image::open(Part { file, start: 10, len })?;
//! assert_eq!(image.info().sectors, 100);
//! # Result::Ok(())
//! ```
//!
//! # Errors
//!
//! Every function that can fail returns an [`Error`], which is a small value with a
//! [kind](ErrorKind). If they are known, it also has the number of the block, the offset in the
//! file and the operating system's error number. An image can still be used after a read has
//! failed, so a program can read the other blocks of a damaged file.
//!
//! ```
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! # let mut file = Vec::new();
//! # let options = cso::CompressOptions::new(cso::Format::CsoV1);
//! # let go_on = &mut |_| std::ops::ControlFlow::Continue(());
//! # cso::compress(&Image::open(iso)?, &mut file, &options, go_on)?;
//! use cso::{ErrorKind, Image};
//!
//! file[24 + 4 * 16..][..4].fill(0); // damages the index entry of block 16
//! let image = Image::open(file)?;
//! let mut sector = [0; 2048];
//! let error = image.read_sectors(16, &mut sector).unwrap_err();
//! assert_eq!((error.kind(), error.block()), (ErrorKind::IndexOverlap, Some(16)));
//! image.read_sectors(17, &mut sector)?;
//! # cso::Result::Ok(())
//! ```
//!
//! # Threads
//!
//! With the feature `std`, an [`Image`] whose source is [`Sync`] can be read by any number of
//! threads at the same time. Threads do not wait for each other while they read or decode blocks.
//!
//! ```
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! let image = &cso::Image::open(iso)?;
//! std::thread::scope(|scope| {
//!     for first in [0, 50] {
//!         scope.spawn(move || image.read_sectors(first, &mut [0; 50 * 2048]));
//!     }
//! });
//! # cso::Result::Ok(())
//! ```
//!
//! Reading starts threads only if [`OpenOptions::threads`] or [`OpenOptions::decode_ahead`] is set.
//! Compressing, decompressing and verifying use one thread for each core, unless their option
//! `threads` sets another number.
//!
//! # Features
//!
//! - `std` (default): files, threads, writing and verifying.
//! - `libdeflate` (default): uses the C library libdeflate to encode and decode deflate, in
//!   addition to the codecs of this crate. This is faster and requires a C compiler. Without this
//!   feature, all decoders are safe Rust.
//! - `cli`: the command-line tool `cso`.
//! - `capi`: has no effect. The tool `cargo-c` sets it when it builds the library for C.
//! - `freestanding`: for a static library that C programs use on a machine without `std`. Adds a
//!   panic handler, and an allocator that calls C's `malloc`.
//! - `test-faults`: only for the tests of this crate. Lets a test make the library fail on purpose.
//! - `psp`: for Rust programs on a PSP. Uses the panic handler and the allocator of the crate
//!   `psp`.
//!
//! Without `std`, the crate only reads images. It is then a `no_std` crate that requires `alloc`,
//! and an [`Image`] can be used by only one thread. [`OpenOptions::low_memory`] limits the memory
//! that an image allocates.
//!
//! ```toml
//! [dependencies]
//! cso = { version = "0.1", default-features = false }
//! ```
//!
//! ```
//! # let mut iso = vec![0; 100 * 2048];
//! # iso[0x8001..0x8006].copy_from_slice(b"CD001");
//! use cso::{Image, OpenOptions};
//!
//! // All memory is allocated when the image is opened. 1024 index entries are kept at a time.
//! let options = OpenOptions::new().low_memory(true).index_page_blocks(1024);
//! let image = Image::open_with(&iso[..], &options)?;
//! let mut sector = [0; 2048];
//! image.read_sectors(16, &mut sector)?;
//! # cso::Result::Ok(())
//! ```
//!
//! # Compatibility
//!
//! `docs/compatibility.md` in the repository states what may change between versions. Enums and
//! structs are `non_exhaustive`, so that a later version can add a format, a kind of error or an
//! option without breaking programs.

// The crate is `no_std` even with the feature `std`, which adds `extern crate std` below. All
// modules therefore import the types of `alloc` and `std` by name, so that each use of `std` can be
// seen.
#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// On a PSP, whose processor is a MIPS, C and Rust pass the arguments of a call in different ways.
// The code that converts between them is in assembly language, which requires this unstable feature
// of the compiler.
#![cfg_attr(all(cso_rt, target_arch = "mips"), feature(asm_experimental_arch))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;
// Without the feature `std`, no code of this crate uses the standard library. It is linked
// nevertheless on systems that have it, because a static or shared library for C requires a panic
// handler and an allocator.
#[cfg(not(any(feature = "std", test, target_os = "none", target_os = "psp")))]
extern crate std as _;
// With the feature `psp`, the panic handler and the allocator are those of the crate `psp`, which
// every Rust program on a PSP uses.
#[cfg(all(feature = "psp", target_os = "psp"))]
extern crate psp as _;

// The C API. It is public in Rust only because the benchmarks of this crate call it.
#[doc(hidden)]
pub mod capi;
mod codec;
mod error;
mod fault;
// Some functions of `format` are used only for writing images, which requires `std`.
#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod format;
#[cfg(feature = "std")]
mod fs;
mod image;
mod io;
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

/// Makes the documentation tests compile and run the Rust examples of the README.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
