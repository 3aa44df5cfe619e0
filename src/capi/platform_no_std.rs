//! Stand-in for `platform` without std: there are no files, a handle belongs to one thread at a
//! time, and a panic ends in the panic handler of the program.

use crate::error::Result;
use crate::io::ReadAt;
use core::cell::Cell;
use core::convert::Infallible;

/// A file. The type has no values, because there are no files.
pub(super) enum File {}

impl ReadAt for File {
    fn read_at(&self, _offset: u64, _buf: &mut [u8]) -> Result<usize> {
        match *self {}
    }

    fn size(&self) -> Result<u64> {
        match *self {}
    }
}

/// Calls `work`. If it panics, the program ends in its panic handler.
pub(super) fn catch_unwind<T>(work: impl FnOnce() -> T) -> core::result::Result<T, Infallible> {
    Ok(work())
}

/// Stand-in for the function that handles a caught panic. It is never called, because
/// [`Infallible`] has no values.
pub(super) fn panic_error<T>(never: Infallible) -> Result<T> {
    match never {}
}

/// A value that can be replaced and copied.
pub(super) struct Slot<T>(Cell<T>);

impl<T: Copy> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Slot(Cell::new(value))
    }

    pub(super) fn set(&self, value: T) {
        self.0.set(value);
    }

    pub(super) fn get(&self) -> T {
        self.0.get()
    }
}

/// Lock of a source's callbacks. It has no effect, because only one thread calls them.
pub(super) struct CallbackLock;

impl CallbackLock {
    pub(super) fn new(_serialize: bool) -> Self {
        CallbackLock
    }

    pub(super) fn lock(&self) -> &Self {
        self
    }
}
