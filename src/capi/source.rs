//! Where the bytes of an open image come from: a file, memory, or callbacks.

use super::abi::{cso_source, CSO_SOURCE_SERIALIZE};
use super::structs::read;
use crate::error::{Error, ErrorKind, Result};
use crate::io::ReadAt;
#[cfg(not(all(cso_rt, target_arch = "mips")))]
use core::ffi::c_void;

#[cfg(all(cso_rt, target_arch = "mips"))]
use crate::rt::call_read_at;

pub(super) enum Source {
    #[cfg(feature = "std")]
    File(std::fs::File),
    /// The caller's memory, which he keeps until the handle is closed.
    Memory(&'static [u8]),
    Callbacks(Callbacks),
}

impl ReadAt for Source {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        match self {
            #[cfg(feature = "std")]
            Source::File(file) => file.read_at(offset, buf),
            Source::Memory(bytes) => bytes.read_at(offset, buf),
            Source::Callbacks(callbacks) => callbacks.read_at(offset, buf),
        }
    }

    fn size(&self) -> Result<u64> {
        match self {
            #[cfg(feature = "std")]
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

/// A `cso_source`, checked. Dropping it does not close it: only `cso_close` does.
pub(super) struct Callbacks {
    source: cso_source,
    turn: Turn,
}

// SAFETY: the contract of `cso_source` has the callbacks called by any thread, and by several at
// once unless CSO_SOURCE_SERIALIZE is set; then `turn` keeps them apart. `user` is only handed to
// them.
unsafe impl Send for Callbacks {}
// SAFETY: as above.
unsafe impl Sync for Callbacks {}

impl Callbacks {
    /// # Safety
    ///
    /// `source` is NULL or points at a `cso_source` that keeps the contract of the API.
    pub(super) unsafe fn new(source: *const cso_source) -> Result<Self> {
        // SAFETY: as the caller promises.
        let source = unsafe { read(source)? };
        let complete = source.read_at.is_some() && source.size.is_some();
        if !complete || source.flags & !CSO_SOURCE_SERIALIZE != 0 {
            return Err(ErrorKind::Argument.into());
        }
        Ok(Callbacks {
            source,
            turn: Turn::new(source.flags & CSO_SOURCE_SERIALIZE != 0),
        })
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let Some(read_at) = self.source.read_at else {
            return Err(ErrorKind::Internal.into());
        };
        let _turn = self.turn.wait();
        let (to, len) = (buf.as_mut_ptr().cast(), buf.len());
        // SAFETY: the contract of `cso_read_at_fn`; the buffer has `len` writable bytes, and they
        // are initialised.
        let given = unsafe { call_read_at(read_at, self.source.user, offset, to, len) };
        match usize::try_from(given) {
            Ok(count) if count <= buf.len() => Ok(count),
            // It claims more than it was given room for.
            Ok(_) => Err(ErrorKind::Read.into()),
            Err(_) => Err(failure(given)),
        }
    }

    fn size(&self) -> Result<u64> {
        let Some(size) = self.source.size else {
            return Err(ErrorKind::Internal.into());
        };
        let _turn = self.turn.wait();
        // SAFETY: the contract of `cso_size_fn`.
        let given = unsafe { size(self.source.user) };
        u64::try_from(given).map_err(|_| failure(given))
    }

    /// Calls the source's `close`, if it has one.
    pub(super) fn close(self) {
        if let Some(close) = self.source.close {
            // SAFETY: the contract of `cso_close_fn`; `self` is gone afterwards, so it is the last
            // call.
            unsafe { close(self.source.user) };
        }
    }
}

/// Calls a source's `read_at`. (C code for a PSP has another calling convention: see `rt`.)
#[cfg(not(all(cso_rt, target_arch = "mips")))]
unsafe fn call_read_at(
    read_at: unsafe extern "C" fn(*mut c_void, u64, *mut c_void, usize) -> i64,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: the caller keeps the contract of `read_at`.
    unsafe { read_at(user, offset, buf, len) }
}

/// The negative number that a callback returned, cut to 32 bits.
fn failure(given: i64) -> Error {
    let os = i32::try_from(given).unwrap_or(if given < 0 { i32::MIN } else { i32::MAX });
    Error::new(ErrorKind::Read).with_os(os)
}

/// Keeps callbacks apart that must not run at the same time.
#[cfg(feature = "std")]
struct Turn(Option<std::sync::Mutex<()>>);

#[cfg(feature = "std")]
impl Turn {
    fn new(serialize: bool) -> Self {
        Turn(serialize.then(std::sync::Mutex::default))
    }

    fn wait(&self) -> Option<std::sync::MutexGuard<'_, ()>> {
        let lock = self.0.as_ref()?;
        Some(
            lock.lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }
}

/// Without std a handle belongs to one thread at a time, and so do its callbacks.
#[cfg(not(feature = "std"))]
struct Turn;

#[cfg(not(feature = "std"))]
impl Turn {
    fn new(_serialize: bool) -> Self {
        Turn
    }

    fn wait(&self) -> &Self {
        self
    }
}
