//! Functions of the C API that read sectors or bytes of the decoded image.

use super::abi::{cso_status, CSO_SECTOR_SIZE};
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use crate::error::{ErrorKind, Result};
use core::ffi::c_void;
use core::slice;

/// Returns the `len` bytes at `buf`, a buffer of the C program, as a slice. The bytes may be
/// uninitialized. Returns an error if `buf` is NULL and `len` is not 0, or if `len` exceeds
/// `isize::MAX`.
///
/// # Safety
///
/// `buf` is NULL or points to `len` writable bytes that no other code uses during the lifetime
/// `'a`.
unsafe fn buffer<'a>(buf: *mut c_void, len: usize) -> Result<&'a mut [u8]> {
    if len == 0 {
        return Ok(&mut []);
    }
    if buf.is_null() || isize::try_from(len).is_err() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: `from_raw_parts_mut` requires `len` writable bytes that no other code uses during
    // `'a`, and a `len` of at most `isize::MAX`. The contract of this function has the first
    // condition, because `buf` is not NULL. The code above has checked the second condition.
    //
    // The bytes must also be initialized, but the C program may not have done that. This is
    // harmless, because the library writes each byte before it reads the byte. The compiler cannot
    // know what the C program did with the bytes, so it has to treat them as initialized.
    Ok(unsafe { slice::from_raw_parts_mut(buf.cast(), len) })
}

/// Reads one sector of the image into buf, which has CSO_SECTOR_SIZE bytes. sector is a number from
/// 0 to cso_info.sectors - 1.
///
/// If the size of the image is not a multiple of CSO_SECTOR_SIZE, the rest of the last sector is
/// filled with zeros.
///
/// Returns CSO_ERR_OUT_OF_RANGE if the sector does not exist. Returns CSO_ERR_READ if the file
/// cannot be read. Returns a code from CSO_ERR_TRUNCATED (-22) to CSO_ERR_CHECKSUM (-42) if the
/// file is damaged. Returns CSO_ERR_OUT_OF_MEMORY if there is not enough memory. If the call fails,
/// the contents of buf are unspecified.
#[no_mangle]
pub unsafe extern "C" fn cso_read_sector(
    handle: *mut cso_handle,
    sector: u32,
    buf: *mut c_void,
) -> cso_status {
    // SAFETY: `cso_read_sectors` requires that `handle` is NULL or open, and that `buf` is NULL or
    // has space for one sector. C programs have to ensure the same when they call this function.
    unsafe { cso_read_sectors(handle, sector, 1, buf) }
}

/// Reads count sectors of the image into buf, which has count * CSO_SECTOR_SIZE bytes. first is the
/// number of the first sector. This is much faster than one call per sector, because neighboring
/// blocks are read from the file at once.
///
/// If count is 0, nothing is read and buf may be NULL. Returns CSO_ERR_OUT_OF_RANGE, and reads
/// nothing, if one of the sectors does not exist. Returns the other codes of cso_read_sector() in
/// the same cases. If the call fails, the contents of buf are unspecified.
#[no_mangle]
pub unsafe extern "C" fn cso_read_sectors(
    handle: *mut cso_handle,
    first: u32,
    count: u32,
    buf: *mut c_void,
) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns. C
    // programs have to ensure that.
    let result = unsafe {
        on_handle(handle, |handle| {
            let image = handle.image();
            if u64::from(first) + u64::from(count) > u64::from(image.header().sectors()) {
                return Err(ErrorKind::OutOfRange.into());
            }
            let len = (count as usize)
                .checked_mul(CSO_SECTOR_SIZE as usize)
                .ok_or(ErrorKind::Argument)?;
            // SAFETY: `buffer` requires that `buf` is NULL or points to `len` writable bytes that
            // no other code uses while the result is in use. `len` is the size of `count` sectors.
            // C programs have to pass a buffer of that size and not use it during this call.
            let buf = buffer(buf, len)?;
            image.read_sectors(first, buf)
        })
    };
    status_of(&result)
}

/// Reads up to len bytes of the image into buf, starting at byte offset. *got receives the number
/// of bytes that were read. It is less than len only if the end of the image is reached, and 0 if
/// offset is at or past the end.
///
/// buf may be NULL if len is 0. Returns the same codes as cso_read_sector(), except
/// CSO_ERR_OUT_OF_RANGE. If the call fails, *got is unchanged and the contents of buf are
/// unspecified.
#[no_mangle]
pub unsafe extern "C" fn cso_read_at(
    handle: *mut cso_handle,
    offset: u64,
    buf: *mut c_void,
    len: usize,
    got: *mut usize,
) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns. C
    // programs have to ensure that.
    let result = unsafe {
        on_handle(handle, |handle| {
            if got.is_null() {
                return Err(ErrorKind::Argument.into());
            }
            // SAFETY: `buffer` requires that `buf` is NULL or points to `len` writable bytes that
            // no other code uses while the result is in use. C programs have to pass a buffer of
            // that size and not use it during this call.
            let buf = buffer(buf, len)?;
            let count = handle.image().read_at(offset, buf)?;
            // SAFETY: `write` requires a pointer to a writable `usize`, which is `size_t` in C. C
            // programs have to pass NULL or such a pointer, and `got` is not NULL, as checked
            // above.
            got.write(count);
            Ok(())
        })
    };
    status_of(&result)
}
