//! Opens an image by the descriptor of its file, on POSIX systems.
//!
//! The generator of the header reads the function and not the `cfg` of this module. Therefore the
//! function repeats this `cfg`.

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
    // SAFETY: by the contract of the C API, the options and `out` are valid.
    unsafe { open(options, out, &mut || duplicate(fd).map(Source::File)) }
}

/// Duplicates a descriptor and returns the duplicate as a file. Returns an error if the file cannot
/// be read at any offset.
///
/// `fd` may be any number. If it is not an open descriptor, the error is
/// [`ErrorKind::Argument`].
fn duplicate(fd: c_int) -> Result<File> {
    // SAFETY: with `F_GETFL`, `fcntl` accepts any number and accesses no memory.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 {
        return Err(ErrorKind::Argument.into());
    }
    if flags & libc::O_ACCMODE == libc::O_WRONLY {
        return Err(ErrorKind::PermissionDenied.into());
    }
    // `F_DUPFD_CLOEXEC` creates a duplicate that programs started by this process do not inherit.
    // SAFETY: with `F_DUPFD_CLOEXEC`, `fcntl` accepts any number and accesses no memory.
    let own = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    if own < 0 {
        return Err(from_os(&io::Error::last_os_error(), ErrorKind::Read));
    }
    // SAFETY: `fcntl` has just created this descriptor, so no other code uses or closes it.
    let file = unsafe { File::from_raw_fd(own) };
    check_open_file(&file)?;
    Ok(file)
}
