//! Stand-in for `calls` on machines where Rust and C have the same calling convention.

use core::ffi::c_void;

/// Calls the C function `read_at` of a source.
///
/// # Safety
///
/// The arguments follow the contract of `read_at`.
pub(crate) unsafe fn call_read_at(
    read_at: unsafe extern "C" fn(*mut c_void, u64, *mut c_void, usize) -> i64,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: the arguments follow the contract of `read_at`, by the contract of this function.
    unsafe { read_at(user, offset, buf, len) }
}
