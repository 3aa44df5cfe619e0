//! Opens an image by the descriptor of its file, on POSIX systems.
//!
//! The function has the `cfg` of this module because the generator of the header reads only the
//! function.

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

/// As cso_open_with(), for a file that is open already: on POSIX systems, for a descriptor that
/// another process, a sandbox or Android's content resolver handed over.
///
/// The descriptor must be open for reading. It stays the caller's, who may close it at once: the
/// library keeps a duplicate of its own. The image begins at the file's first byte, wherever the
/// descriptor's position is, and no read moves that.
///
/// CSO_ERR_ARGUMENT if fd is no open descriptor, CSO_ERR_PERMISSION_DENIED if it is open for writing
/// alone; otherwise as cso_open().
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

/// Returns the file of a descriptor with a descriptor of its own, if it can be read at any offset.
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
    // Programs that this process starts do not inherit the duplicate.
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
