//! The C API. Rust programs use the rest of the crate.
//!
//! `include/cso.h` is generated from this module. The documentation of the `extern "C"` functions
//! and of `abi` becomes the text of the header, so it is written for C programmers.
//!
//! Every function follows these rules:
//!
//! - It compares each pointer with NULL and checks each integer before it uses them.
//! - It writes its outputs only on success, except that a handle output becomes NULL on failure.
//! - No panic leaves it: see `on_handle` and `catch_panics` in `handle`.
//! - Its arguments take at most four machine words of 32 bits, because Rust and the C compiler of
//!   the PSP pass more words in different ways. `cso_read_at` takes more and has a thunk in `rt`.
//!
//! SAFETY comments call the following the contract of the C API. Each pointer that a C program
//! passes, as an argument or in a struct, is NULL or points to memory that is valid for the
//! documented purpose, size and time. A handle is NULL, or it was opened and is not closed before
//! the call returns. A callback may be called as its type documents.

#![allow(unsafe_code)]
// The types have the names that they have in C.
#![allow(non_camel_case_types)]
// The header states the requirements for pointers once for all functions.
#![allow(clippy::missing_safety_doc)]

pub mod abi;
mod close;
#[cfg(feature = "std")]
mod compress;
#[cfg(feature = "std")]
mod decompress;
mod error;
#[cfg(all(feature = "test-faults", debug_assertions))]
pub mod fault;
mod handle;
mod handle_memory;
mod info;
mod open;
#[cfg(all(feature = "std", unix))]
mod open_descriptor;
#[cfg(feature = "std")]
mod open_file;
#[cfg_attr(not(feature = "std"), path = "platform_no_std.rs")]
mod platform;
#[cfg(feature = "std")]
mod precache;
mod read;
mod source;
mod status;
mod structs;
#[cfg(feature = "std")]
mod task;
#[cfg(feature = "std")]
mod verify;
mod version;

pub use self::{close::*, error::*, handle::*, info::*, open::*, read::*, status::*, version::*};
#[cfg(feature = "std")]
pub use self::{compress::*, decompress::*, open_file::*, precache::*, verify::*};
#[cfg(all(feature = "std", unix))]
pub use open_descriptor::*;

#[cfg(test)]
mod tests;
