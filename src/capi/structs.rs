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

// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, so zeros are valid, and so is every value that a C program can store in a field. For
// this type and for the types below, `c_tests/signatures.c` checks the offset of each field, and
// would find padding.
unsafe impl Growing for cso_error {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_info {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_block {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_source {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_open_options {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_summary {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_compress_options {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_decompress_options {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_sink {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_verify_options {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_digests {}
// SAFETY: the type is `repr(C)`, has no padding and begins with `struct_size: u32`. Its fields are
// integers, byte arrays or nullable pointers, so zeros are valid, and so is every value that a C
// program can store in a field.
unsafe impl Growing for cso_precache_options {}

/// Returns a value whose fields are all 0.
pub(super) fn zeroed<T: Growing>() -> T {
    // SAFETY: `assume_init` requires that the bytes are a valid value of `T`. All bytes are zero,
    // and every type that implements `Growing` has to accept that.
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
    // SAFETY: `read_unaligned` requires a readable u32 of any alignment. `at` is not NULL, as
    // checked above, so it points to one by the contract of this function.
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
    // SAFETY: `read_bytes` requires that `from` is NULL or points to a struct that begins with a
    // u32 and has as many readable bytes as this u32 states. This u32 is the field `struct_size`,
    // with which every `Growing` type begins, and the contract of this function requires the bytes.
    // `read_bytes` also requires `size_of::<T>()` writable bytes that do not overlap the struct.
    // `value` has that size, and it is a new local variable. Afterwards `value` consists of bytes
    // that the C program stored and of zeros, which every `Growing` type has to accept.
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
    // SAFETY: `stated_size` requires that its argument is NULL or points to a readable u32. By the
    // contract of this function, `from` is NULL or points to a struct that begins with a u32.
    let size = unsafe { stated_size(from.cast())? };
    for i in known..size {
        // SAFETY: `add` and `read` require that the byte at offset `i` is readable. By the contract
        // of this function, the struct at `from` has as many readable bytes as its first u32
        // states. This number is `size`, and `i` is less than `size`. `stated_size` has checked
        // that `from` is not NULL.
        if unsafe { from.add(i).read() } != 0 {
            return Err(ErrorKind::Argument.into());
        }
    }
    // SAFETY: `copy_nonoverlapping` requires as many readable bytes at `from`, and writable bytes
    // at `to`, as it copies. It copies the smaller of `size` and `known`. By the contract of this
    // function, `from` has `size` readable bytes, `to` has `known` writable bytes, and the two do
    // not overlap.
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
    // SAFETY: `read` requires that `from` is NULL or points to a struct that has as many readable
    // bytes as its `struct_size` states. The contract of this function is the same.
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
        // SAFETY: `stated_size` requires that its argument is NULL or points to a readable u32. By
        // the contract of this function, `to` is NULL or points to a struct. The struct begins with
        // the u32 `struct_size`, as every `Growing` type does.
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
        // SAFETY: `new` requires that `to` is NULL or points to a struct that has as many writable
        // bytes as its `struct_size` states. The contract of this function is the same.
        unsafe { Self::new(to).map(Some) }
    }

    /// Fills in the struct, except for its `struct_size`.
    pub(super) fn fill(&self, value: &T) {
        let from = ptr::from_ref(value).cast::<u8>();
        let to = self.to.cast::<u8>();
        let known = self.size.min(size_of::<T>());
        // SAFETY: `copy_nonoverlapping` and `write_bytes` require that the bytes they use lie
        // within the two structs. `to` has `self.size` writable bytes by the contract of `new`, and
        // `from` has `size_of::<T>()` readable bytes. `known` is the smaller of the two sizes. Both
        // sizes are at least `SIZE_FIELD`, so the subtractions do not overflow. The structs do not
        // overlap, because a C program has no pointer to `value`, a struct of the library.
        unsafe {
            ptr::copy_nonoverlapping(from.add(SIZE_FIELD), to.add(SIZE_FIELD), known - SIZE_FIELD);
            ptr::write_bytes(to.add(known), 0, self.size - known);
        }
    }
}
