//! The function of the C API that opens an image by the descriptor of its file, on POSIX systems.
//!
//! The function has a `cfg` attribute, although this whole module has the same one. The generator
//! of the C header considers only the attributes of functions.

use super::abi::*;
use super::handle::cso_handle;
use super::open::open;
use super::source::Source;
use crate::error::{ErrorKind, Result};
use crate::fs::check_open_file;
use crate::io::file::from_os;
use core::ffi::c_int;
use std::fs::File;
use std::io;
use std::os::fd::FromRawFd;

/// Opens the image in a file that is already open, on POSIX systems. The file descriptor fd can
/// come from another process, a sandbox or the content resolver of Android. options may be NULL,
/// which selects all defaults.
///
/// fd must be open for reading. The library uses a duplicate of fd. The caller still owns fd and
/// may close it after this call. The image begins at the first byte of the file. The file position
/// of fd is neither used nor changed.
///
/// Returns CSO_ERR_ARGUMENT if fd is not an open descriptor. Returns CSO_ERR_PERMISSION_DENIED if
/// fd is open only for writing. Returns the other codes of cso_open() in the same cases.
#[cfg(all(feature = "std", unix))]
#[no_mangle]
pub unsafe extern "C" fn cso_open_fd(
    fd: c_int,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: `open` requires that `options` is NULL or points to valid options, and that `out` is
    // NULL or points to a writable pointer. C programs have to ensure both.
    unsafe { open(options, out, &mut || duplicate(fd).map(Source::File)) }
}

/// Duplicates the file descriptor `fd` and returns the duplicate as a file. Returns an error if
/// `fd` is open only for writing, or if the file is not a regular file but, for example, a pipe.
///
/// `fd` may be any number. Returns [`ErrorKind::Argument`] if it is not an open descriptor.
fn duplicate(fd: c_int) -> Result<File> {
    // SAFETY: `fcntl` is unsafe because some of its commands access memory of the caller. `F_GETFL`
    // does not. It takes no further argument, and it fails if `fd` is not an open descriptor.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 {
        return Err(ErrorKind::Argument.into());
    }
    if flags & libc::O_ACCMODE == libc::O_WRONLY {
        return Err(ErrorKind::PermissionDenied.into());
    }
    // `F_DUPFD_CLOEXEC` creates a duplicate that other programs do not inherit when this process
    // starts them.
    // SAFETY: `fcntl` is unsafe because some of its commands access memory of the caller.
    // `F_DUPFD_CLOEXEC` does not. The last argument is the smallest number that the new descriptor
    // may have, and 0 is allowed. The call fails if `fd` is not an open descriptor.
    let own = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    if own < 0 {
        return Err(from_os(&io::Error::last_os_error(), ErrorKind::Read));
    }
    // SAFETY: `from_raw_fd` requires an open descriptor that no other code closes. `fcntl` has just
    // created the descriptor `own`, as its result is not negative, so no other code has it.
    let file = unsafe { File::from_raw_fd(own) };
    check_open_file(&file)?;
    Ok(file)
}
