//! Opens an image by the path of its file.
//!
//! The generator of the header reads the functions and not the `cfg` of this module. Therefore each
//! function repeats this `cfg`.

use super::abi::*;
use super::handle::cso_handle;
use super::open::open;
use super::source::Source;
use crate::error::{ErrorKind, Result};
use core::ffi::{c_char, CStr};
use core::ptr;
use std::path::Path;

/// Opens the image in the file at path, with default options.
///
/// On success, *out is a handle that the caller must close with cso_close(). On failure, *out is
/// NULL. On Windows, path must be in UTF-8. On other systems, path is passed to the operating
/// system unchanged.
///
/// Opening checks the header, and compares the length of the file with the last index entry. It
/// takes the same time for images of any size, because each other index entry is read and checked
/// when its block is first read. To check the whole index during opening, use cso_open_with() with
/// the flag CSO_OPEN_CHECK_INDEX.
///
/// Returns CSO_ERR_NOT_FOUND, CSO_ERR_PERMISSION_DENIED, CSO_ERR_IS_DIRECTORY, CSO_ERR_NOT_A_FILE
/// or CSO_ERR_READ if the file cannot be opened or read. Returns a code from CSO_ERR_EMPTY (-20) to
/// CSO_ERR_METHOD (-36) if the file is damaged or not an image. Returns CSO_ERR_OUT_OF_MEMORY if
/// there is not enough memory.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_open(path: *const c_char, out: *mut *mut cso_handle) -> cso_status {
    // SAFETY: the arguments follow the contract of the C API, which `cso_open_with` has too.
    unsafe { cso_open_with(path, ptr::null(), out) }
}

/// Opens the image in the file at path, as cso_open() does, with options. options may be NULL,
/// which selects all defaults.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_open_with(
    path: *const c_char,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: by the contract of the C API, the options and `out` are valid, and `path` is NULL or
    // points to a string that ends with NUL and does not change during this call.
    unsafe {
        open(options, out, &mut || {
            Ok(Source::File(crate::fs::open_file(path_of(path)?)?))
        })
    }
}

/// Returns the path that a C string holds.
///
/// # Safety
///
/// `path` is NULL or points to a string that ends with NUL and is not changed during `'a`.
pub(super) unsafe fn path_of<'a>(path: *const c_char) -> Result<&'a Path> {
    if path.is_null() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: `path` is not NULL, so it points to a string that ends with NUL, by the contract of
    // this function.
    let path = unsafe { CStr::from_ptr(path) };
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Ok(std::ffi::OsStr::from_bytes(path.to_bytes()).as_ref())
    }
    #[cfg(not(unix))]
    {
        let path = path.to_str().map_err(|_| ErrorKind::Argument)?;
        Ok(path.as_ref())
    }
}
