//! Opens an image by the path of its file.
//!
//! Each function has the `cfg` of this module because the generator of the header reads only the
//! functions.

use super::abi::*;
use super::handle::cso_handle;
use super::open::open;
use super::source::Source;
use crate::error::{ErrorKind, Result};
use core::ffi::{c_char, CStr};
use core::ptr;
use std::path::Path;

/// Opens the image in the file at path, with all defaults.
///
/// *out becomes a handle, to be closed with cso_close(), or NULL if the call fails. The path is the
/// system's own bytes, on Windows UTF-8.
///
/// Opening checks the header, and that the file is as long as the index says. The index is read and
/// checked as its blocks are asked for, so that opening takes no time however large the image is; with
/// CSO_OPEN_CHECK_INDEX all of it is, at once. Statuses: CSO_ERR_NOT_FOUND to CSO_ERR_METHOD.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_open(path: *const c_char, out: *mut *mut cso_handle) -> cso_status {
    // SAFETY: the arguments follow the contract of the C API, which `cso_open_with` has too.
    unsafe { cso_open_with(path, ptr::null(), out) }
}

/// As cso_open(), with options; NULL stands for all defaults.
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
