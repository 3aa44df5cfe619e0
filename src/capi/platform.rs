//! The parts of the standard library that the C API uses: files, locks, and catching panics.
//!
//! `platform_no_std.rs` has stand-ins with the same names for builds without std.

use crate::error::{ErrorKind, Result};
use std::any::Any;
use std::boxed::Box;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) use std::fs::File;
pub(super) use std::panic::catch_unwind;

/// Returns the error for a call that panicked. Drops `payload`, which is the value of the panic.
pub(super) fn panic_error<T>(payload: Box<dyn Any + Send>) -> Result<T> {
    // The destructor of `payload` may panic, and this second panic must not leave the C function.
    // The value of the second panic is leaked, because its destructor may panic too.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        core::mem::forget(second);
    }
    Err(ErrorKind::Internal.into())
}

/// A value that any thread can replace and copy.
pub(super) struct Slot<T>(Mutex<T>);

impl<T: Copy> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Slot(Mutex::new(value))
    }

    pub(super) fn set(&self, value: T) {
        *lock(&self.0) = value;
    }

    pub(super) fn get(&self) -> T {
        *lock(&self.0)
    }
}

/// Lock that lets one thread at a time call the callbacks of a source.
pub(super) struct CallbackLock(Option<Mutex<()>>);

impl CallbackLock {
    /// Returns a lock. It has no effect if `serialize` is false.
    pub(super) fn new(serialize: bool) -> Self {
        CallbackLock(serialize.then(Mutex::default))
    }

    /// Waits until no other thread holds the lock. This thread holds it until the result is
    /// dropped.
    pub(super) fn lock(&self) -> Option<MutexGuard<'_, ()>> {
        self.0.as_ref().map(lock)
    }
}

/// Locks a mutex, even if a thread panicked while it held the lock. The value is valid in any case,
/// because it is only replaced as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
