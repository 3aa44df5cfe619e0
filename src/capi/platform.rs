//! The parts of the standard library that the C API uses: files, locks, and catching panics.
//!
//! In builds without std, `platform_no_std.rs` replaces this file. Both files define the same
//! names.

use crate::error::{ErrorKind, Result};
use std::any::Any;
use std::boxed::Box;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) use std::fs::File;
pub(super) use std::panic::catch_unwind;

/// Returns the error [`ErrorKind::Internal`], for a call that panicked. `payload` is the value with
/// which the call panicked. This function drops it.
pub(super) fn panic_error<T>(payload: Box<dyn Any + Send>) -> Result<T> {
    // The destructor of `payload` may panic in turn. A panic must not reach the C program, so the
    // second panic is caught here. Its own value is leaked, because the destructor of that value
    // may panic too.
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        core::mem::forget(second);
    }
    Err(ErrorKind::Internal.into())
}

/// A value that several threads can replace and copy at the same time.
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

/// A lock for the callbacks of a source, which are functions of the C program. Some C programs
/// require that only one thread at a time calls them. For the other programs the field is `None`.
pub(super) struct CallbackLock(Option<Mutex<()>>);

impl CallbackLock {
    /// Returns the lock for a source. `serialize` says whether only one thread at a time may call
    /// the callbacks of the source. If it is `false`, the lock has no effect.
    pub(super) fn new(serialize: bool) -> Self {
        CallbackLock(serialize.then(Mutex::default))
    }

    /// Waits until no other thread holds the lock, and takes the lock. The calling thread holds it
    /// until the result is dropped. If the lock has no effect, returns `None` at once.
    pub(super) fn lock(&self) -> Option<MutexGuard<'_, ()>> {
        self.0.as_ref().map(lock)
    }
}

/// Locks a mutex, even if another thread panicked while it held the lock. Such a panic cannot leave
/// the value half changed, because the code in this file replaces a value only as a whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
