//! The handle of an open image, and calls that use it.

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
    /// The error of the most recent call that failed.
    last_error: Slot<Option<Error>>,
    /// Whether a call panicked. The state of the image is then unspecified.
    poisoned: AtomicBool,
    allocation: Allocation,
}

/// How the memory of a handle was allocated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allocation {
    /// The handle has an allocation of its own, with the layout that `Box` uses.
    Boxed,
    /// The caller provided one piece of memory, which holds the handle, the decoder and the
    /// buffers.
    Lent,
    /// One allocation of `size` bytes holds the handle, the decoder and the buffers.
    Block { size: usize },
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

// Fails to compile unless threads may share a `cso_handle`, as `on_handle` lets them do.
#[cfg(feature = "std")]
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<cso_handle>();
};

/// Calls `work` with the handle, and keeps its error for `cso_last_error`. A panic becomes
/// [`ErrorKind::Internal`]. If the handle is NULL or an earlier call with it panicked, returns an
/// error and does not call `work`.
///
/// # Safety
///
/// `handle` is NULL or a handle that is not closed before this function returns.
pub(super) unsafe fn on_handle<T>(
    handle: *const cso_handle,
    work: impl FnOnce(&cso_handle) -> Result<T>,
) -> Result<T> {
    // SAFETY: by the contract of this function, `handle` is NULL or points to a handle. Until the
    // handle is closed, all threads have only shared references to it.
    let Some(handle) = (unsafe { handle.as_ref() }) else {
        return Err(ErrorKind::Argument.into());
    };
    // `catch_unwind` is called here and not in `catch_panics`, because that saves a function call
    // in each read.
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

/// Calls `work`, which uses no handle. A panic becomes [`ErrorKind::Internal`].
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
    // SAFETY: `handle` is NULL or an open handle. `error` is NULL or points to a struct that states
    // its size.
    let parts = unsafe { (handle.as_ref(), Out::new(error)) };
    let (Some(handle), Ok(out)) = parts else {
        return status_of::<()>(&Err(ErrorKind::Argument.into()));
    };
    out.fill(&describe(&handle.last_error.get().map_or(Ok(()), Err)));
    status_of(&Ok(()))
}
