//! Reads and fills in structs of C programs. Each begins with its size in bytes, so that later
//! versions can add fields.
//!
//! A program that was compiled with an older header passes shorter structs, and one that was
//! compiled with a newer header longer ones. When the library reads a shorter struct, the missing
//! fields are 0. In a longer one, the bytes after the known fields must be 0, because they request
//! something that this version does not have. When the library fills in a struct, it writes the
//! fields that the struct has, and zeros after the known ones.

use super::abi::*;
use crate::error::{ErrorKind, Result};
use core::mem::{size_of, MaybeUninit};
use core::ptr;

/// Largest valid size of a struct, in bytes. A larger `struct_size` is refused, because it is
/// probably uninitialized.
const MAX_SIZE: usize = 4096;

/// Size of the field `struct_size`, in bytes.
const SIZE_FIELD: usize = size_of::<u32>();

/// A struct of the C API that begins with `struct_size`.
///
/// # Safety
///
/// The type is `repr(C)`, its first field is `struct_size: u32`, and it has no padding. All zeros
/// are a valid value, and so is every value that a C program can store in the fields.
pub(super) unsafe trait Growing: Copy {}

// SAFETY: the fields of this type and of the types below are integers, arrays of bytes, raw
// pointers and optional function pointers. Every value of C is valid for them. The types have no
// padding: `c_tests/signatures.c` checks the offset of each field.
unsafe impl Growing for cso_error {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_info {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_block {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_source {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_open_options {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_summary {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_compress_options {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_decompress_options {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_sink {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_verify_options {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_digests {}
// SAFETY: see the comment on `cso_error`, which is also about this type.
unsafe impl Growing for cso_precache_options {}

/// Returns a value whose fields are all 0.
pub(super) fn zeroed<T: Growing>() -> T {
    // SAFETY: all zeros are a valid value by the contract of `Growing`.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// Returns the value of a `struct_size` field, if it is a possible size in bytes.
///
/// # Safety
///
/// `at` is NULL or points to a readable u32 of any alignment.
#[inline(never)]
unsafe fn stated_size(at: *const u32) -> Result<usize> {
    if at.is_null() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: `at` is not NULL, so it points to a readable u32, by the contract of this function.
    let size = unsafe { at.read_unaligned() } as usize;
    if !(SIZE_FIELD..=MAX_SIZE).contains(&size) {
        return Err(ErrorKind::Argument.into());
    }
    Ok(size)
}

/// Returns a copy of the caller's struct at `from`. NULL is an error.
///
/// # Safety
///
/// `from` is NULL or points to a struct that has as many readable bytes as its `struct_size`
/// states.
pub(super) unsafe fn read<T: Growing>(from: *const T) -> Result<T> {
    let mut value = zeroed::<T>();
    // SAFETY: `from` follows the contract of `read_bytes`, because the first field of `T` is a u32.
    // `value` has `size_of::<T>()` writable bytes. It then has fields of C and zeros, which is a
    // valid value by the contract of `Growing`.
    unsafe {
        read_bytes(
            from.cast(),
            ptr::from_mut(&mut value).cast(),
            size_of::<T>(),
        )?
    };
    Ok(value)
}

/// Copies up to `known` bytes of the struct at `from` to `to`. Returns an error if the struct is
/// longer and a byte after the first `known` bytes is not 0. This function is not generic, because
/// one copy for all types makes the library smaller.
///
/// # Safety
///
/// `from` is NULL or points to a struct that begins with a u32 and has as many readable bytes as
/// this u32 states. `to` points to `known` writable bytes that do not overlap the struct.
unsafe fn read_bytes(from: *const u8, to: *mut u8, known: usize) -> Result<()> {
    // SAFETY: `from` is NULL or points to a readable u32, by the contract of this function.
    let size = unsafe { stated_size(from.cast())? };
    for i in known..size {
        // SAFETY: `i` is less than `size`, and the struct has `size` readable bytes.
        if unsafe { from.add(i).read() } != 0 {
            return Err(ErrorKind::Argument.into());
        }
    }
    // SAFETY: `from` has `size` readable bytes and `to` has `known` writable ones, which do not
    // overlap, by the contract of this function.
    unsafe { ptr::copy_nonoverlapping(from, to, size.min(known)) };
    Ok(())
}

/// Returns a copy of the caller's options at `from`, or the default options if `from` is NULL.
///
/// # Safety
///
/// The same as for [`read`].
pub(super) unsafe fn read_options<T: Growing>(from: *const T) -> Result<T> {
    if from.is_null() {
        return Ok(zeroed());
    }
    // SAFETY: `from` follows the contract of `read`, which this function has too.
    unsafe { read(from) }
}

/// A struct of the caller that the library fills in. Its size has been checked.
pub(super) struct Out<T> {
    to: *mut T,
    /// Size of the struct in bytes, which its `struct_size` states.
    size: usize,
}

impl<T: Growing> Out<T> {
    /// Returns the struct at `to`. NULL is an error.
    ///
    /// # Safety
    ///
    /// `to` is NULL or points to a struct that has as many writable bytes as its `struct_size`
    /// states, until the result is dropped.
    pub(super) unsafe fn new(to: *mut T) -> Result<Self> {
        // SAFETY: `to` is NULL or points to a struct, whose first field is a u32 by the contract of
        // `Growing`.
        let size = unsafe { stated_size(to.cast())? };
        Ok(Out { to, size })
    }

    /// Returns the struct at `to`, or `None` if `to` is NULL.
    ///
    /// # Safety
    ///
    /// The same as for [`Self::new`].
    pub(super) unsafe fn optional(to: *mut T) -> Result<Option<Self>> {
        if to.is_null() {
            return Ok(None);
        }
        // SAFETY: `to` follows the contract of `new`, which this function has too.
        unsafe { Self::new(to).map(Some) }
    }

    /// Fills in the struct, except for its `struct_size`.
    pub(super) fn fill(&self, value: &T) {
        let from = ptr::from_ref(value).cast::<u8>();
        let to = self.to.cast::<u8>();
        let known = self.size.min(size_of::<T>());
        // SAFETY: `to` has `size` writable bytes by the contract of `new`, and `from` has
        // `size_of::<T>()` readable ones. `known` is the smaller number of the two, and both are at
        // least `SIZE_FIELD`. The bytes do not overlap, because C has no pointer to `value`.
        unsafe {
            ptr::copy_nonoverlapping(from.add(SIZE_FIELD), to.add(SIZE_FIELD), known - SIZE_FIELD);
            ptr::write_bytes(to.add(known), 0, self.size - known);
        }
    }
}
