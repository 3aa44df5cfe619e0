//! The parts of the library, besides the C API, that cannot be written in safe Rust: the thread
//! pool, calls of C functions, and what Rust code requires on a machine without std.

#![allow(unsafe_code)]

// `calls.rs` is only for the library that C programs use on the PSP. `build.rs` sets `cso_rt` for
// the libraries that C programs use on machines without std. Among these machines, the PSP is the
// only one with a MIPS processor.
#[cfg_attr(not(all(cso_rt, target_arch = "mips")), path = "direct_calls.rs")]
mod calls;
#[cfg(cso_rt)]
mod freestanding;
#[cfg(feature = "std")]
pub(crate) mod thread_pool;

pub(crate) use calls::call_read_at;
