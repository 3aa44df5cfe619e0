//! The source of an open image's compressed bytes: a file, memory, or callbacks.

use super::abi::{cso_source, CSO_SOURCE_SERIALIZE};
use super::platform::{CallbackLock, File};
use super::structs::read;
use crate::error::{Error, ErrorKind, Result};
use crate::io::ReadAt;
use crate::rt::call_read_at;

pub(super) enum Source {
    #[allow(dead_code)] // No code creates it in a build without std.
    File(File),
    /// Memory of the caller, which does not change until the handle is closed.
    Memory(&'static [u8]),
    Callbacks(Callbacks),
}

impl ReadAt for Source {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        match self {
            Source::File(file) => file.read_at(offset, buf),
            Source::Memory(bytes) => bytes.read_at(offset, buf),
            Source::Callbacks(callbacks) => callbacks.read_at(offset, buf),
        }
    }

    fn size(&self) -> Result<u64> {
        match self {
            Source::File(file) => file.size(),
            Source::Memory(bytes) => bytes.size(),
            Source::Callbacks(callbacks) => callbacks.size(),
        }
    }

    fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Source::Memory(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// A `cso_source` that has been checked. Dropping it does not call the source's `close` callback.
pub(super) struct Callbacks {
    source: cso_source,
    lock: CallbackLock,
}

// SAFETY: by the contract of `cso_source`, any thread may call the callbacks. The library uses the
// pointer `user` only as their argument.
unsafe impl Send for Callbacks {}
// SAFETY: by the contract of `cso_source`, several threads may call the callbacks at the same time
// unless CSO_SOURCE_SERIALIZE is set. In that case `lock` lets one thread call them at a time.
unsafe impl Sync for Callbacks {}

impl Callbacks {
    /// Copies the struct at `source` and checks it.
    ///
    /// # Safety
    ///
    /// `source` is NULL or points to a `cso_source` that follows the contract of the C API.
    pub(super) unsafe fn new(source: *const cso_source) -> Result<Self> {
        // SAFETY: `source` is NULL or points to a struct that states its size, by the contract of
        // this function.
        let source = unsafe { read(source)? };
        let complete = source.read_at.is_some() && source.size.is_some();
        if !complete || source.flags & !CSO_SOURCE_SERIALIZE != 0 {
            return Err(ErrorKind::Argument.into());
        }
        Ok(Callbacks {
            source,
            lock: CallbackLock::new(source.flags & CSO_SOURCE_SERIALIZE != 0),
        })
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let Some(read_at) = self.source.read_at else {
            return Err(ErrorKind::Internal.into());
        };
        let _guard = self.lock.lock();
        let (to, len) = (buf.as_mut_ptr().cast(), buf.len());
        // SAFETY: the contract of `cso_read_at_fn` allows a call with the `user` of the source and
        // a pointer to `len` writable bytes, which `buf` has.
        let given = unsafe { call_read_at(read_at, self.source.user, offset, to, len) };
        match usize::try_from(given) {
            Ok(count) if count <= buf.len() => Ok(count),
            // The callback returned more than the size of the buffer.
            Ok(_) => Err(ErrorKind::Read.into()),
            Err(_) => Err(failure(given)),
        }
    }

    fn size(&self) -> Result<u64> {
        let Some(size) = self.source.size else {
            return Err(ErrorKind::Internal.into());
        };
        let _guard = self.lock.lock();
        // SAFETY: the contract of `cso_size_fn` allows a call with the `user` of the source.
        let given = unsafe { size(self.source.user) };
        u64::try_from(given).map_err(|_| failure(given))
    }

    /// Calls the source's `close`, if it has one.
    pub(super) fn close(self) {
        if let Some(close) = self.source.close {
            // SAFETY: the contract of `cso_close_fn` allows one call, after all other calls. This
            // function consumes the callbacks, so no call follows.
            unsafe { close(self.source.user) };
        }
    }
}

/// Returns the error for a negative number that a callback returned. The error contains the number,
/// or the nearest `i32` if the number does not fit in an `i32`.
fn failure(given: i64) -> Error {
    let os = i32::try_from(given).unwrap_or(if given < 0 { i32::MIN } else { i32::MAX });
    Error::new(ErrorKind::Read).with_os(os)
}
