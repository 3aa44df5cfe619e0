//! Defines the C function `memcmp`. Compiled Rust code calls `memcpy`, `memmove`, `memset` and
//! `memcmp`. On the PSP, the C program provides the first three. The library defines `memcmp`
//! itself, because not every kernel module of the PSP can provide it.

use core::cmp::Ordering;

/// Compares the `len` bytes at `a` with the `len` bytes at `b`, as the C function of this name
/// does. Returns 0 if all bytes are equal. Otherwise compares the first pair of bytes that differ,
/// and returns -1 if the byte of `a` is smaller, or 1 if it is larger. The compiler inserts calls
/// of this function where Rust code compares slices.
///
/// # Safety
///
/// `a` and `b` point to `len` readable bytes each.
#[no_mangle]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    for i in 0..len {
        // SAFETY: `add` and `read` require that the byte at offset `i` is readable. It is readable
        // at `a` and at `b`, because `i` is less than `len` and each of the two points to `len`
        // readable bytes by the contract of this function.
        let order = unsafe { a.add(i).read().cmp(&b.add(i).read()) };
        if order != Ordering::Equal {
            return order as i32;
        }
    }
    0
}
