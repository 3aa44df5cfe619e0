//! Functions of the C API that open an image by the path of its file.
//!
//! Each function has the attribute `#[cfg(feature = "std")]`, although this whole module has it
//! too. The generator of the C header considers only the attributes of functions.

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
    // SAFETY: `cso_open_with` requires that `path` is NULL or a string that ends with NUL, that the
    // options are NULL or valid, and that `out` is NULL or points to a writable pointer. C programs
    // have to ensure the same for the two arguments of this function, and the options are NULL.
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
    // SAFETY: `open` requires that `options` is NULL or points to valid options, and that `out` is
    // NULL or points to a writable pointer. `path_of` requires that `path` is NULL or points to a
    // string that ends with NUL and does not change while the result is in use. C programs have to
    // ensure all of this during this call, and the path is not used after it.
    unsafe {
        open(options, out, &mut || {
            Ok(Source::File(crate::fs::open_file(path_of(path)?)?))
        })
    }
}

/// Returns the path in the C string `path`. Returns an error if `path` is NULL. On Windows, also
/// returns an error if the string is not UTF-8.
///
/// # Safety
///
/// `path` is NULL or points to a string that ends with NUL and does not change during the lifetime
/// `'a`.
pub(super) unsafe fn path_of<'a>(path: *const c_char) -> Result<&'a Path> {
    if path.is_null() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: `CStr::from_ptr` requires a string that ends with NUL and does not change while the
    // result is in use. The result is used at most during `'a`. `path` is not NULL, so it is such a
    // string by the contract of this function.
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
