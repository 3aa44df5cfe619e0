//! Defines `memcmp`, which is not available to every kernel module of the PSP. `memcpy`, `memmove`
//! and `memset`, which compiled Rust code requires too, come from the C library.

use core::cmp::Ordering;

/// Compares `len` bytes. Compiled Rust code calls this function by its name.
///
/// # Safety
///
/// `a` and `b` point to `len` readable bytes each.
#[no_mangle]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    for i in 0..len {
        // SAFETY: `i` is less than `len`, so both bytes are readable by the contract of this
        // function.
        let order = unsafe { a.add(i).read().cmp(&b.add(i).read()) };
        if order != Ordering::Equal {
            return order as i32;
        }
    }
    0
}
