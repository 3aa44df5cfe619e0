//! What a machine without std must bring to the archive that C programs link: an end for panics, a
//! heap, and a way across the PSP's two calling conventions.
//!
//! None of it is in the library that Rust programs use: they bring their own.

#![allow(unsafe_code)]

#[cfg(target_arch = "mips")]
mod calls;
mod heap;
mod memory;
mod panic;

#[cfg(target_arch = "mips")]
pub(crate) use calls::call_read_at;
