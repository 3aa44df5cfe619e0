//! Implements the traits `ReadAt` and `WriteAt` for `std::fs::File`, on systems that can read and
//! write at a given offset of a file.

use super::{ReadAt, WriteAt};
use crate::error::{Error, ErrorKind, Result};
use std::fs::File;
use std::io;

#[cfg(unix)]
fn read_some(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
fn read_some(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    // Windows also moves the file's cursor here. This library does not use the cursor.
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

#[cfg(unix)]
fn write_some(file: &File, offset: u64, data: &[u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, data, offset)
}

#[cfg(windows)]
fn write_some(file: &File, offset: u64, data: &[u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, data, offset)
}

impl ReadAt for File {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        loop {
            match read_some(self, offset, buf) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(|e| from_os(&e, ErrorKind::Read)),
            }
        }
    }

    fn size(&self) -> Result<u64> {
        let metadata = self.metadata().map_err(|e| from_os(&e, ErrorKind::Read))?;
        Ok(metadata.len())
    }
}

impl WriteAt for File {
    fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()> {
        let mut done = 0;
        while done < data.len() {
            let at = offset.saturating_add(done as u64);
            match write_some(self, at, &data[done..]) {
                Ok(0) => return Err(Error::new(ErrorKind::Write).at(at)),
                Ok(count) => done += count,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(from_os(&e, ErrorKind::Write).at(at)),
            }
        }
        Ok(())
    }
}

/// Converts an error of the operating system to an error of this library. The error gets the kind
/// `default` if no other kind describes it better.
pub(crate) fn from_os(error: &io::Error, default: ErrorKind) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ErrorKind::PermissionDenied
        }
        io::ErrorKind::IsADirectory => ErrorKind::IsDirectory,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            ErrorKind::NoSpace
        }
        io::ErrorKind::AlreadyExists => ErrorKind::AlreadyExists,
        io::ErrorKind::OutOfMemory => ErrorKind::OutOfMemory,
        _ => default,
    };
    match error.raw_os_error() {
        Some(os) => Error::new(kind).with_os(os),
        None => Error::new(kind),
    }
}
