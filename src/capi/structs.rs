//! Structs that cross the boundary and may grow: each begins with its own size.
//!
//! A caller that was compiled with an older header has shorter structs, one with a newer header
//! longer ones. What comes in is read into a struct of this version, whose missing fields are zero;
//! what a longer one has behind it must be zero, for it asks for something that is not known here.
//! What goes out is cut to the caller's size, or filled up with zeros.

use super::abi::*;
use crate::error::{ErrorKind, Result};
use core::mem::{size_of, MaybeUninit};
use core::ptr;

/// No struct will ever be larger: a size beyond it is one that the caller forgot to set.
const MAX_SIZE: usize = 4096;

/// Bytes of the field `struct_size` itself.
const SIZE_FIELD: usize = size_of::<u32>();

/// A struct of the API that begins with `struct_size`.
///
/// # Safety
///
/// It is `repr(C)`, its first field is `struct_size: u32`, it has no padding, and all zeros are a
/// valid value of it, as is everything that a C program may store in its fields.
pub(super) unsafe trait Growing: Copy {}

// SAFETY: integers, arrays of bytes, raw pointers and optional function pointers, ordered so that
// there is no padding (`c_tests/signatures.c` states every place).
unsafe impl Growing for cso_error {}
// SAFETY: as above.
unsafe impl Growing for cso_info {}
// SAFETY: as above.
unsafe impl Growing for cso_block {}
// SAFETY: as above.
unsafe impl Growing for cso_source {}
// SAFETY: as above.
unsafe impl Growing for cso_open_options {}
// SAFETY: as above.
unsafe impl Growing for cso_summary {}
// SAFETY: as above.
unsafe impl Growing for cso_compress_options {}
// SAFETY: as above.
unsafe impl Growing for cso_decompress_options {}
// SAFETY: as above.
unsafe impl Growing for cso_sink {}
// SAFETY: as above.
unsafe impl Growing for cso_verify_options {}
// SAFETY: as above.
unsafe impl Growing for cso_digests {}
// SAFETY: as above.
unsafe impl Growing for cso_precache_options {}

/// A value with every field zero.
pub(super) fn zeroed<T: Growing>() -> T {
    // SAFETY: all zeros are a valid value, by the contract of `Growing`.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// The size that the caller states.
///
/// # Safety
///
/// `at` is NULL or points at a readable u32, of any alignment.
#[inline(never)]
unsafe fn stated_size(at: *const u32) -> Result<usize> {
    if at.is_null() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: as the caller promises.
    let size = unsafe { at.read_unaligned() } as usize;
    if !(SIZE_FIELD..=MAX_SIZE).contains(&size) {
        return Err(ErrorKind::Argument.into());
    }
    Ok(size)
}

/// Reads a struct that the caller hands in; NULL is an error.
///
/// # Safety
///
/// `from` is NULL or points at as many readable bytes as the struct states.
pub(super) unsafe fn read<T: Growing>(from: *const T) -> Result<T> {
    let mut value = zeroed::<T>();
    // SAFETY: the first field is a u32, and the value has as many bytes as its type. It is valid
    // afterwards by the contract of `Growing`: fields that C stored, then zeros.
    unsafe {
        read_bytes(
            from.cast(),
            ptr::from_mut(&mut value).cast(),
            size_of::<T>(),
        )?
    };
    Ok(value)
}

/// Copies as many bytes of a struct as are known. For all types alike, for that is shorter.
///
/// # Safety
///
/// `from` is NULL or points at a u32 and as many readable bytes as it says. At `to` are `known`
/// writable bytes.
unsafe fn read_bytes(from: *const u8, to: *mut u8, known: usize) -> Result<()> {
    // SAFETY: as the caller promises.
    let size = unsafe { stated_size(from.cast())? };
    for i in known..size {
        // SAFETY: within the size that the struct states.
        if unsafe { from.add(i).read() } != 0 {
            return Err(ErrorKind::Argument.into());
        }
    }
    // SAFETY: both have so many bytes, and those at `to` are a local of ours.
    unsafe { ptr::copy_nonoverlapping(from, to, size.min(known)) };
    Ok(())
}

/// Reads options; NULL stands for all defaults.
///
/// # Safety
///
/// As [`read`].
pub(super) unsafe fn read_options<T: Growing>(from: *const T) -> Result<T> {
    if from.is_null() {
        return Ok(zeroed());
    }
    // SAFETY: as the caller promises.
    unsafe { read(from) }
}

/// A struct of the caller's that is to be filled in, its size checked.
pub(super) struct Out<T> {
    to: *mut T,
    size: usize,
}

impl<T: Growing> Out<T> {
    /// The struct at `to`; NULL is an error.
    ///
    /// # Safety
    ///
    /// `to` is NULL or points at as many writable bytes as the struct states, for as long as the
    /// result is used.
    pub(super) unsafe fn new(to: *mut T) -> Result<Self> {
        // SAFETY: as the caller promises; the first field is a u32, by the contract of `Growing`.
        let size = unsafe { stated_size(to.cast())? };
        Ok(Out { to, size })
    }

    /// The struct at `to`; NULL is none.
    ///
    /// # Safety
    ///
    /// As [`Self::new`].
    pub(super) unsafe fn optional(to: *mut T) -> Result<Option<Self>> {
        if to.is_null() {
            return Ok(None);
        }
        // SAFETY: as the caller promises.
        unsafe { Self::new(to).map(Some) }
    }

    /// Fills it in. The size it states stays as it is.
    pub(super) fn fill(&self, value: &T) {
        let from = ptr::from_ref(value).cast::<u8>();
        let to = self.to.cast::<u8>();
        let known = self.size.min(size_of::<T>());
        // SAFETY: the caller of `new` promised `size` writable bytes; `from` has as many as T, and
        // is a value of ours, so the two do not overlap.
        unsafe {
            ptr::copy_nonoverlapping(from.add(SIZE_FIELD), to.add(SIZE_FIELD), known - SIZE_FIELD);
            ptr::write_bytes(to.add(known), 0, self.size - known);
        }
    }
}
