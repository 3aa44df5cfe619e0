//! Reads sectors and bytes of the decoded image.

use super::abi::{cso_status, CSO_SECTOR_SIZE};
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use crate::error::{ErrorKind, Result};
use core::ffi::c_void;
use core::slice;

/// Returns the caller's buffer of `len` bytes, which may be uninitialized.
///
/// # Safety
///
/// `buf` is NULL or points to `len` writable bytes that no other code uses during `'a`.
unsafe fn buffer<'a>(buf: *mut c_void, len: usize) -> Result<&'a mut [u8]> {
    if len == 0 {
        return Ok(&mut []);
    }
    if buf.is_null() || isize::try_from(len).is_err() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: by the contract of this function, the bytes are writable and no other code uses them.
    // Their number was checked to be at most `isize::MAX`. The C program may not have initialized
    // them. This has no effect, because the compiler cannot see the C program and must expect
    // initialized bytes, and because the library writes each byte before it reads it.
    Ok(unsafe { slice::from_raw_parts_mut(buf.cast(), len) })
}

/// Reads one sector of the decoded image, CSO_SECTOR_SIZE bytes, into buf. Sectors count from 0 to
/// cso_info.sectors - 1.
///
/// If the image's size is no multiple of 2048, the rest of its last sector reads as zeros.
///
/// CSO_ERR_OUT_OF_RANGE if there is no such sector. If the call fails, the bytes in buf are of no
/// use.
#[no_mangle]
pub unsafe extern "C" fn cso_read_sector(
    handle: *mut cso_handle,
    sector: u32,
    buf: *mut c_void,
) -> cso_status {
    // SAFETY: the arguments follow the contract of the C API, which `cso_read_sectors` has too.
    unsafe { cso_read_sectors(handle, sector, 1, buf) }
}

/// Reads count sectors of the decoded image, from sector first on, into buf, which has room for
/// count * CSO_SECTOR_SIZE bytes. Much faster than one after the other: the compressed bytes are
/// fetched with one read where they lie together.
///
/// CSO_ERR_OUT_OF_RANGE if one of the sectors does not exist; then none is read. A count of 0 reads
/// nothing, and buf may be NULL. If the call fails, the bytes in buf are of no use.
#[no_mangle]
pub unsafe extern "C" fn cso_read_sectors(
    handle: *mut cso_handle,
    first: u32,
    count: u32,
    buf: *mut c_void,
) -> cso_status {
    // SAFETY: `handle` is NULL or an open handle.
    let result = unsafe {
        on_handle(handle, |handle| {
            let image = handle.image();
            if u64::from(first) + u64::from(count) > u64::from(image.header().sectors()) {
                return Err(ErrorKind::OutOfRange.into());
            }
            let len = (count as usize)
                .checked_mul(CSO_SECTOR_SIZE as usize)
                .ok_or(ErrorKind::Argument)?;
            // SAFETY: `buf` is NULL or points to `count` sectors of writable bytes.
            let buf = buffer(buf, len)?;
            image.read_sectors(first, buf)
        })
    };
    status_of(&result)
}

/// Reads up to len bytes of the decoded image, from byte offset on, into buf, and tells in *got how
/// many: fewer than len only where the image ends, 0 at and past its end.
///
/// buf may be NULL if len is 0. If the call fails, *got is left alone and the bytes in buf are of no
/// use.
#[no_mangle]
pub unsafe extern "C" fn cso_read_at(
    handle: *mut cso_handle,
    offset: u64,
    buf: *mut c_void,
    len: usize,
    got: *mut usize,
) -> cso_status {
    // SAFETY: `handle` is NULL or an open handle.
    let result = unsafe {
        on_handle(handle, |handle| {
            if got.is_null() {
                return Err(ErrorKind::Argument.into());
            }
            // SAFETY: `buf` is NULL or points to `len` writable bytes.
            let buf = buffer(buf, len)?;
            let count = handle.image().read_at(offset, buf)?;
            // SAFETY: `got` is not NULL, so it points to a size_t that may be written.
            got.write(count);
            Ok(())
        })
    };
    status_of(&result)
}
