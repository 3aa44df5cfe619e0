//! The parts of the library below safe Rust.
//!
//! [`thread_pool`] lends borrowed data to other threads. The other modules are for the archive that C
//! programs link on a machine without std: what ends a panic, a heap, and calls from one of the
//! PSP's two calling conventions to the other. Rust programs bring their own.

#![allow(unsafe_code)]

#[cfg(all(cso_rt, target_arch = "mips"))]
mod calls;
#[cfg(cso_rt)]
mod heap;
#[cfg(cso_rt)]
mod memory;
#[cfg(cso_rt)]
mod panic;
#[cfg(feature = "std")]
pub(crate) mod thread_pool;

#[cfg(all(cso_rt, target_arch = "mips"))]
pub(crate) use calls::call_read_at;
