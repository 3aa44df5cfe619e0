//! The C API: the functions and types that C programs use. Rust programs use the other public
//! modules of the crate.
//!
//! `include/cso.h` is generated from this module. The documentation of the `extern "C"` functions
//! and of the file `abi.rs` becomes the text of the header, so it is written for C programmers.
//!
//! Every function that a C program can call follows these rules:
//!
//! - It compares each pointer with NULL and checks each integer before it uses them.
//! - It writes to its output arguments only on success. The exception is the output argument for a
//!   new handle, which becomes NULL on failure.
//! - It never panics. `on_handle` and `catch_panics` in `handle.rs` convert a panic to an error.
//! - Its arguments take at most four words of 32 bits on the PSP, because C code and Rust code pass
//!   more words in different ways there. Only `cso_read_at` takes more, so the module `rt` contains
//!   an assembly function through which C programs call it.
//!
//! SAFETY comments refer to the contract of the C API. It says what a C program has to ensure:
//!
//! - Each pointer that it passes, as an argument or in a struct, is NULL or points to memory that
//!   has the documented size. The memory may be read or written, as documented, until the call
//!   returns or until a later time that is documented.
//! - Each handle that it passes is NULL, or was opened and is not closed before the call returns.
//! - Each callback that it passes may be called as the documentation of the callback's type says.

#![allow(unsafe_code)]
// The types have the same names in Rust as in C.
#![allow(non_camel_case_types)]
// The C header states the requirements for pointers once for all functions. Therefore the unsafe
// functions of this module have no section `# Safety` in their documentation.
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
