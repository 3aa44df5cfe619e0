//! Keeps panics on this side of the boundary.

use crate::error::Result;

/// Runs `work`; a panic in it becomes [`ErrorKind::Internal`](crate::ErrorKind::Internal).
#[cfg(feature = "std")]
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    use crate::error::ErrorKind;
    use std::panic::{catch_unwind, AssertUnwindSafe};

    // What a panic may leave half done is a handle, and that is poisoned by this very error.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        // Dropping a payload may panic again: that one is left where it is.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            core::mem::forget(again);
        }
        Err(ErrorKind::Internal.into())
    })
}

/// Runs `work`. Without std a panic does not unwind: it ends in the program's panic handler.
#[cfg(not(feature = "std"))]
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    work()
}
