//! The C API: pointers in, status out, and nothing else. Rust programs use the rest of the crate.
//!
//! `include/cso.h` is generated from this module and is its manual: the comments here speak to a C
//! programmer. Its rules, which every function keeps:
//!
//! * No pointer is used before it was compared with NULL, and no integer before it was checked.
//! * Outputs are written on success alone; a handle output is NULL otherwise.
//! * No panic leaves a function: see `guard`.
//! * No function but `cso_read_at` takes more than four machine words of arguments: a PSP program,
//!   which is compiled for another calling convention, cannot hand over more unchanged.

#![allow(unsafe_code)]
// The names are C's.
#![allow(non_camel_case_types)]
// What each pointer must be is told in the prose that becomes the header, once for all of them.
#![allow(clippy::missing_safety_doc)]

pub mod abi;
#[cfg(feature = "std")]
mod compress;
#[cfg(feature = "std")]
mod decompress;
#[cfg(all(feature = "std", unix))]
mod descriptor;
mod error;
#[cfg(all(debug_assertions, feature = "std"))]
pub mod fault;
mod guard;
mod handle;
mod info;
mod open;
#[cfg(feature = "std")]
mod precache;
#[cfg(feature = "std")]
mod progress;
mod read;
mod room;
#[cfg(feature = "std")]
mod sink;
mod slot;
mod source;
mod status;
mod structs;
#[cfg(feature = "std")]
mod summary;
#[cfg(feature = "std")]
mod verify;
mod version;

#[cfg(feature = "std")]
pub use compress::*;
#[cfg(feature = "std")]
pub use decompress::*;
pub use error::*;
pub use handle::*;
pub use info::*;
pub use open::*;
#[cfg(feature = "std")]
pub use precache::*;
pub use read::*;
pub use room::*;
pub use status::*;
#[cfg(feature = "std")]
pub use verify::*;
pub use version::*;

#[cfg(test)]
mod tests;
