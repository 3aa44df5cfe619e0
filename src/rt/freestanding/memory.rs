//! The one function of C's memory functions that not every kernel module has. (`memcpy`, `memmove`
//! and `memset` come from the C side.)

use core::cmp::Ordering;

/// Compares `len` bytes. The compiler calls it by this name.
///
/// # Safety
///
/// Both have `len` readable bytes.
#[no_mangle]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    for i in 0..len {
        // SAFETY: as the caller promises.
        let order = unsafe { a.add(i).read().cmp(&b.add(i).read()) };
        if order != Ordering::Equal {
            return order as i32;
        }
    }
    0
}
