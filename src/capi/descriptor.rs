//! A file that a C program has opened.

use crate::error::{ErrorKind, Result};
use crate::fs::check_open_file;
use crate::io::file::from_os;
use core::ffi::c_int;
use std::fs::File;
use std::io;
use std::os::fd::FromRawFd;

/// The file of a descriptor, behind a descriptor of its own, if it can be read at any place.
///
/// Any number may be handed over: one that is no open descriptor is refused.
pub(super) fn duplicate(fd: c_int) -> Result<File> {
    // SAFETY: `fcntl` with this command takes any number and touches no memory.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 {
        return Err(ErrorKind::Argument.into());
    }
    if flags & libc::O_ACCMODE == libc::O_WRONLY {
        return Err(ErrorKind::PermissionDenied.into());
    }
    // SAFETY: as above. A program that is started meanwhile does not inherit the duplicate.
    let own = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    if own < 0 {
        return Err(from_os(&io::Error::last_os_error(), ErrorKind::Read));
    }
    // SAFETY: the system has just made this descriptor, and nobody else knows it.
    let file = unsafe { File::from_raw_fd(own) };
    check_open_file(&file)?;
    Ok(file)
}
