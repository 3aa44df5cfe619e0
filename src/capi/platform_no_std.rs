//! Replaces `platform.rs` in builds without std, and defines the same names. In these builds there
//! are no files, and only one thread at a time may use a handle. A panic cannot be caught: the
//! panic handler of the program runs and never returns.

use crate::error::Result;
use crate::io::ReadAt;
use core::cell::Cell;
use core::convert::Infallible;

/// Replaces `std::fs::File`. The type has no values, because there are no files without std.
/// Therefore its methods can never be called.
pub(super) enum File {}

impl ReadAt for File {
    fn read_at(&self, _offset: u64, _buf: &mut [u8]) -> Result<usize> {
        match *self {}
    }

    fn size(&self) -> Result<u64> {
        match *self {}
    }
}

/// Replaces `std::panic::catch_unwind`. Calls `work` and returns its result. If `work` panics, the
/// panic handler of the program runs, and this function does not return.
pub(super) fn catch_unwind<T>(work: impl FnOnce() -> T) -> core::result::Result<T, Infallible> {
    Ok(work())
}

/// Replaces the function that converts the value of a caught panic to an error. It can never be
/// called, because no panic is caught without std, and [`Infallible`] has no values.
pub(super) fn panic_error<T>(never: Infallible) -> Result<T> {
    match never {}
}

/// A value that can be replaced and copied. It has no lock, because only one thread at a time may
/// use a handle in builds without std.
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

/// Replaces the lock for the callbacks of a source, and has no effect. A lock is not required,
/// because only one thread at a time may use a handle in builds without std.
pub(super) struct CallbackLock;

impl CallbackLock {
    pub(super) fn new(_serialize: bool) -> Self {
        CallbackLock
    }

    pub(super) fn lock(&self) -> &Self {
        self
    }
}
