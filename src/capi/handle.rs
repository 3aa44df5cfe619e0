//! The handle of an open image, and the function through which the rest of the C API uses it.

use super::abi::{cso_error, cso_status};
use super::error::describe;
use super::platform::{catch_unwind, panic_error, Slot};
use super::source::Source;
use super::status::status_of;
use super::structs::Out;
use crate::error::{Error, ErrorKind, Result};
use crate::fault::{was_requested, Fault};
use crate::image::Image;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};

/// An open image. Functions whose names begin with cso_open create it, and cso_close() releases it.
pub struct cso_handle {
    image: Image<Source>,
    /// The error of the most recent call with this handle that failed. `None` if no call has
    /// failed.
    last_error: Slot<Option<Error>>,
    /// Whether a call with this handle has panicked. The panic may have left `image` half changed,
    /// so all later calls except `cso_close` fail.
    poisoned: AtomicBool,
    /// How the memory of this handle was allocated, and therefore how it has to be released.
    allocation: Allocation,
}

/// How the memory of a handle was allocated. This decides how closing the handle releases it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allocation {
    /// The handle is a separate heap allocation, with the layout that `Box` uses.
    Boxed,
    /// The C program provided one piece of memory, which contains the handle, the decoder and the
    /// buffers. The library does not free it.
    Lent,
    /// One heap allocation of `size` bytes contains the handle, the decoder and the buffers.
    OnePiece { size: usize },
}

impl cso_handle {
    pub(super) fn new(image: Image<Source>, allocation: Allocation) -> Self {
        cso_handle {
            image,
            last_error: Slot::new(None),
            poisoned: AtomicBool::new(false),
            allocation,
        }
    }

    pub(super) fn image(&self) -> &Image<Source> {
        &self.image
    }

    pub(super) fn allocation(&self) -> Allocation {
        self.allocation
    }

    pub(super) fn into_parts(self) -> (Image<Source>, Allocation) {
        (self.image, self.allocation)
    }
}

// This code does not compile unless `cso_handle` is `Send` and `Sync`. Both are required, because a
// C program may use and close a handle on any thread, and several threads may use it at once.
#[cfg(feature = "std")]
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<cso_handle>();
};

/// Calls `work` with the handle and returns the result of `work`. If `work` returns an error,
/// stores the error in the handle, so that `cso_last_error` can return it.
///
/// Returns [`ErrorKind::Internal`] if `work` panics. Returns an error without calling `work` if
/// `handle` is NULL, or if an earlier call with this handle panicked.
///
/// # Safety
///
/// `handle` is NULL or an open handle that is not closed before this function returns.
pub(super) unsafe fn on_handle<T>(
    handle: *const cso_handle,
    work: impl FnOnce(&cso_handle) -> Result<T>,
) -> Result<T> {
    // SAFETY: `as_ref` requires that the pointer is NULL, or that it points to a valid value to
    // which no mutable reference exists while the result is in use. By the contract of this
    // function, `handle` is NULL or stays open until this function returns. An open handle is a
    // valid value, and all functions except `cso_close` use only shared references to it.
    let Some(handle) = (unsafe { handle.as_ref() }) else {
        return Err(ErrorKind::Argument.into());
    };
    // This function contains the call of `catch_unwind` and does not call `catch_panics` instead.
    // That saves one function call each time a C program reads from an image.
    let result = if handle.poisoned.load(Ordering::Relaxed) {
        Err(ErrorKind::Internal.into())
    } else {
        catch_unwind(AssertUnwindSafe(|| {
            assert!(!was_requested(Fault::Panic), "a test requested this panic");
            work(handle)
        }))
        .unwrap_or_else(panic_error)
    };
    if let Err(error) = &result {
        handle.last_error.set(Some(*error));
        if error.kind() == ErrorKind::Internal {
            handle.poisoned.store(true, Ordering::Relaxed);
        }
    }
    result
}

/// Calls `work` and returns its result. Returns [`ErrorKind::Internal`] if `work` panics. Functions
/// of the C API that take an open handle use [`on_handle`] instead.
pub(super) fn catch_panics<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panic_error)
}

/// Fills in *error with the most recent failure of a call with this handle, on any thread. Set
/// error->struct_size.
///
/// error->status is CSO_OK if no call with this handle has failed. A successful call does not clear
/// an earlier failure. If several threads use the handle, the failure may be that of another
/// thread. All fields of *error belong to the same failure, even if several threads fail at the
/// same time.
///
/// Returns CSO_ERR_ARGUMENT if a pointer is NULL or error->struct_size is not valid (see
/// CSO_ERR_ARGUMENT), else CSO_OK.
#[no_mangle]
pub unsafe extern "C" fn cso_last_error(
    handle: *const cso_handle,
    error: *mut cso_error,
) -> cso_status {
    // SAFETY: `as_ref` requires that `handle` is NULL or points to a valid value. C programs have
    // to ensure that a handle is NULL or open, and that no thread closes it during a call.
    // `Out::new` requires that `error` is NULL or points to a struct that has as many writable
    // bytes as its `struct_size` states, which C programs have to ensure too.
    let parts = unsafe { (handle.as_ref(), Out::new(error)) };
    let (Some(handle), Ok(out)) = parts else {
        return status_of::<()>(&Err(ErrorKind::Argument.into()));
    };
    out.fill(&describe(&handle.last_error.get().map_or(Ok(()), Err)));
    status_of(&Ok(()))
}
