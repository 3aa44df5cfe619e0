//! The panic handler, the allocator and the function `memcmp`, which every Rust library requires.
//! Usually std or the C library contains them. This module defines them for the static library that
//! C programs use on a machine without std, such as the PSP.

mod heap;
mod memory;
mod panic;
