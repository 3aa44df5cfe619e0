//! The panic handler, the allocator and the function `memcmp`, which compiled Rust code requires.
//! On most machines, std and the C library contain them. This module defines them for the static
//! library that C programs use on a machine without std, such as the PSP.

mod heap;
mod memory;
mod panic;
