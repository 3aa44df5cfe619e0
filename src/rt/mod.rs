//! The parts of the library that cannot be written in safe Rust, besides the C API.

#![allow(unsafe_code)]

#[cfg_attr(not(all(cso_rt, target_arch = "mips")), path = "direct_calls.rs")]
mod calls;
#[cfg(cso_rt)]
mod freestanding;
#[cfg(feature = "std")]
pub(crate) mod thread_pool;

pub(crate) use calls::call_read_at;
