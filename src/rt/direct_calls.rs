//! Calls of C functions on machines where Rust and C have the same calling convention. Only on the
//! PSP are the conventions different, and there `calls.rs` replaces this file.

use core::ffi::c_void;

/// Calls `read_at`, a callback of a `cso_source`, and returns its result. The callback is a
/// function of the C program that reads up to `len` bytes of a file into `buf`. The first byte to
/// read is at position `offset` of the file. `cso_read_at_fn` in the C header describes the result.
///
/// # Safety
///
/// `read_at` and `user` are fields of the same `cso_source`, which the C program provided and which
/// is not closed during the call. `buf` points to `len` writable bytes that no other code uses
/// during the call.
pub(crate) unsafe fn call_read_at(
    read_at: unsafe extern "C" fn(*mut c_void, u64, *mut c_void, usize) -> i64,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: a C program that provides a `cso_source` allows calls of its `read_at` until the
    // source is closed, if `user` belongs to the same source and `buf` has `len` writable bytes.
    // The contract of this function requires all of this.
    unsafe { read_at(user, offset, buf, len) }
}
