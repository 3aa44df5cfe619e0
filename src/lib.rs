//! Reads and writes compressed disc images of PSP and PS2 games.
//!
//! A compressed image holds a disc image in *blocks*, usually of 2048 bytes. Each block is
//! compressed on its own, and an *index* records where each one lies in the file, so that any part
//! of the disc can be read without decoding the rest. A block that compression does not make
//! smaller is *stored* uncompressed. For every format, programs read the decoded image in *sectors*
//! of 2048 bytes. [`Format`] lists the formats.
//!
//! # Reading
//!
//! [`open`] opens a file, and [`Image::open`] opens any [source](#sources-and-sinks) of bytes. The
//! format is recognized from the content. [`read_sectors`](Image::read_sectors) and
//! [`read_at`](Image::read_at) decode straight into the caller's buffer.
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
//! // The volume descriptor of an ISO 9660 disc.
//! let mut sector = [0; 2048];
//! image.read_sectors(16, &mut sector)?;
//! assert_eq!(&sector[1..6], b"CD001");
//! # cso::Result::Ok(())
//! ```
//!
//! [`OpenOptions`] has options for threads that decode large requests, for decode-ahead, and for
//! low-memory mode. [`probe`] recognizes an image from the first bytes of a
//! file:
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
//! [`compress_file`] compresses an image of any format into a new file, and [`decompress_file`]
//! decompresses an image to an ISO file. The new file gets its name only when it is complete. On
//! failure no file is left. [`compress`] and [`decompress`] do the same from an open [`Image`] to
//! any [sink](#sources-and-sinks). The output does not depend on the number of threads.
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
//! [`verify`] decodes every block and computes digests of the decoded image, which can be compared
//! with those of a good dump of the disc.
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
//! [`ReadAt`] is a source of compressed bytes, [`WriteAt`] a sink for a new file. Both are
//! implemented for files and for memory. A program implements them for anything else that can be
//! read or written at any offset, such as a file in an archive or on an HTTP server:
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
//! Every function that can fail returns an [`Error`]: a small value with a [kind](ErrorKind) and,
//! if known, the block, the offset in the file and the operating system's error number. A failed
//! read leaves the image usable, so a program can read the other blocks of a damaged file.
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
//! threads at the same time. They do not wait for each other while a block is read or decoded.
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
//! While reading, the library starts threads of its own only if [`OpenOptions::threads`] or
//! [`OpenOptions::decode_ahead`] is set. Compressing, decompressing and verifying use one
//! thread for each core, unless their option `threads` sets another number.
//!
//! # Features
//!
//! - `std` (default): files, threads, writing and verifying.
//! - `libdeflate` (default): also uses the C library libdeflate to decode and encode deflate, which
//!   is faster. Requires a C compiler. Without this feature, all decoders are safe Rust.
//! - `cli`: the command-line tool `cso`.
//! - `capi`: has no effect. The tool `cargo-c` sets it when it builds the library for C.
//! - `freestanding`: for an archive that C programs link on a machine without std. Adds a panic
//!   handler and an allocator over C's `malloc`.
//! - `test-faults`: only for the tests of this crate, which cause faults on purpose.
//! - `psp`: for Rust programs on a PSP. Uses the panic handler and the allocator of the crate
//!   `psp`.
//!
//! Without `std`, the crate is a `no_std` reader that requires `alloc`. An [`Image`] then belongs
//! to one thread, and [`OpenOptions::low_memory`] limits the memory that it allocates.
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
//! // Allocates when the image is opened and never again, and keeps 1024 index entries at a time.
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
//! structs are `non_exhaustive`, so that a new format, kind of error or option does not break a
//! program.

// Always `no_std`, so that `std::` in the core is a compile error for every set of features.
#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
// The adapters between the PSP's calling conventions are written in assembly language.
#![cfg_attr(all(cso_rt, target_arch = "mips"), feature(asm_experimental_arch))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;
// Without the feature `std`, no code uses the standard library. It is still linked on systems that
// have it, because the static and the shared library require its panic handler and allocator.
#[cfg(not(any(feature = "std", test, target_os = "none", target_os = "psp")))]
extern crate std as _;
// On a PSP, the panic handler and the allocator come from the crate `psp`, which every Rust program
// uses there.
#[cfg(all(feature = "psp", target_os = "psp"))]
extern crate psp as _;

// The C API. It is public only for the benchmarks.
#[doc(hidden)]
pub mod capi;
mod codec;
mod error;
mod fault;
// Some functions of `format` are used only by the writer, which requires std.
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

/// Compiles the Rust code of the README with the documentation tests.
#[cfg(all(doctest, feature = "std"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
