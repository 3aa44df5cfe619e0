//! The source of an open image, from which the library reads the bytes of the image's file. A
//! source is a file, memory of the C program, or callbacks of the C program.

use super::abi::{cso_source, CSO_SOURCE_SERIALIZE};
use super::platform::{CallbackLock, File};
use super::structs::read;
use crate::error::{Error, ErrorKind, Result};
use crate::io::ReadAt;
use crate::rt::call_read_at;

pub(super) enum Source {
    #[allow(dead_code)] // In builds without std, no code creates this variant.
    File(File),
    /// Memory of the C program that contains the whole file. It does not change until the handle is
    /// closed.
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

/// A copy of a `cso_source` that has been checked. It contains the callbacks of the C program that
/// read a file. When a value of this type is dropped, the callback `close` is not called.
pub(super) struct Callbacks {
    source: cso_source,
    lock: CallbackLock,
}

// SAFETY: a type may be `Send` if another thread may use its values. This type is not `Send` by
// itself, because it contains the pointer `user`. The library only passes this pointer to the
// callbacks. The documentation of `cso_source` requires callbacks that any thread may call.
unsafe impl Send for Callbacks {}
// SAFETY: a type may be `Sync` if several threads may use a value at the same time. The
// documentation of `cso_source` requires callbacks that several threads may call at the same time,
// unless the source has the flag CSO_SOURCE_SERIALIZE. With this flag, each method that calls a
// callback holds `lock` during the call, or owns the value, as `close` does.
unsafe impl Sync for Callbacks {}

impl Callbacks {
    /// Copies the struct at `source` and checks it. Returns an error if `source` is NULL, if a
    /// required callback is missing, or if an unknown flag is set.
    ///
    /// # Safety
    ///
    /// `source` is NULL or points to a struct that has as many readable bytes as its `struct_size`
    /// states. Until the result is dropped, its callbacks may be called as the documentation of
    /// `cso_source` says.
    pub(super) unsafe fn new(source: *const cso_source) -> Result<Self> {
        // SAFETY: `read` requires that `source` is NULL or points to a struct that has as many
        // readable bytes as its `struct_size` states. The contract of this function is the same.
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
        // SAFETY: `call_read_at` requires that `read_at` and `user` are fields of the same source,
        // which is not closed during the call. They are fields of `self.source`, and the source is
        // closed only after all calls. `call_read_at` also requires `len` writable bytes that no
        // other code uses. `to` points to the bytes of `buf`, to which only this function has a
        // reference.
        let given = unsafe { call_read_at(read_at, self.source.user, offset, to, len) };
        match usize::try_from(given) {
            Ok(count) if count <= buf.len() => Ok(count),
            // The callback returned a number that is larger than the buffer.
            Ok(_) => Err(ErrorKind::Read.into()),
            Err(_) => Err(failure(given)),
        }
    }

    fn size(&self) -> Result<u64> {
        let Some(size) = self.source.size else {
            return Err(ErrorKind::Internal.into());
        };
        let _guard = self.lock.lock();
        // SAFETY: a C program that provides a `cso_source` allows calls of its `size` with the
        // `user` of the same source until the source is closed. `size` and `user` are fields of
        // `self.source`, and the source is closed only after all calls.
        let given = unsafe { size(self.source.user) };
        u64::try_from(given).map_err(|_| failure(given))
    }

    /// Calls the callback `close` of the source, which releases the resources of the source. Does
    /// nothing if the C program did not provide this callback.
    pub(super) fn close(self) {
        if let Some(close) = self.source.close {
            // SAFETY: a C program that provides a `cso_source` allows one call of its `close` with
            // the `user` of the same source, after all other calls. This function owns `self` and
            // drops it at the end. Therefore no other call is running, and none follows.
            unsafe { close(self.source.user) };
        }
    }
}

/// Returns the error for the negative number `given`, with which a callback reported a failure. The
/// error contains this number. If the number does not fit in an `i32`, the error contains the
/// nearest number that fits.
fn failure(given: i64) -> Error {
    let os = i32::try_from(given).unwrap_or(if given < 0 { i32::MIN } else { i32::MAX });
    Error::new(ErrorKind::Read).with_os(os)
}
