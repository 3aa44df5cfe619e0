//! An open image, as C holds it.

use super::abi::{cso_error, cso_status};
use super::error::describe;
use super::guard::guard;
use super::room::Room;
use super::slot::Slot;
use super::source::Source;
use super::status::status_of;
use super::structs::Out;
use crate::error::{Error, ErrorKind, Result};
use crate::fault::{strikes, Fault};
use crate::image::Image;
use alloc::alloc::Layout;
use alloc::boxed::Box;
use core::sync::atomic::{AtomicBool, Ordering};

/// An open image. It is made by the cso_open functions and released by cso_close().
pub struct cso_handle {
    image: Image<Source>,
    last: Slot<Option<Error>>,
    /// A call panicked: nobody knows what state the image is in.
    poisoned: AtomicBool,
    home: Home,
}

/// What a handle lies in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// What a `Box` would have.
    Heap,
    /// A [`Room`] in the caller's memory.
    LentRoom,
    /// A [`Room`] of so many bytes of the heap.
    OwnRoom(usize),
}

impl cso_handle {
    /// One that is about to be put where it belongs.
    pub(super) fn new(image: Image<Source>, home: Home) -> Self {
        cso_handle {
            image,
            last: Slot::new(None),
            poisoned: AtomicBool::new(false),
            home,
        }
    }

    /// One on the heap, as a `Box` would have it, if there is room for it.
    pub(super) fn on_heap(image: Image<Source>) -> Result<*mut Self> {
        // SAFETY: the layout has bytes.
        let place = unsafe { alloc::alloc::alloc(Layout::new::<Self>()) }.cast::<Self>();
        if place.is_null() {
            return Err(ErrorKind::OutOfMemory.into());
        }
        // SAFETY: allocated for this type, and nothing is there yet.
        unsafe { place.write(Self::new(image, Home::Heap)) };
        Ok(place)
    }

    pub(super) fn image(&self) -> &Image<Source> {
        &self.image
    }

    /// Runs `work`, unless a call panicked before, and keeps a failure for `cso_last_error`.
    fn run<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let result = if self.poisoned.load(Ordering::Relaxed) {
            Err(ErrorKind::Internal.into())
        } else {
            guard(|| {
                assert!(!strikes(Fault::Panic), "asked for by a test");
                work(self)
            })
        };
        if let Err(error) = &result {
            self.last.set(Some(*error));
            if error.kind() == ErrorKind::Internal {
                self.poisoned.store(true, Ordering::Relaxed);
            }
        }
        result
    }
}

// What `on_handle` relies on, and the header promises.
#[cfg(feature = "std")]
const _: fn() = || {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<cso_handle>();
};

/// Runs a call on a handle: not if that is NULL or poisoned, without letting a panic out, and
/// keeping a failure for `cso_last_error`.
///
/// # Safety
///
/// `handle` is NULL or a handle that is not closed before the call returns.
pub(super) unsafe fn on_handle<T>(
    handle: *const cso_handle,
    work: impl FnOnce(&cso_handle) -> Result<T>,
) -> Result<T> {
    // SAFETY: as the caller promises. Only shared references are made of a handle, by whatever
    // number of threads, until it is closed.
    match unsafe { handle.as_ref() } {
        Some(handle) => handle.run(work),
        None => Err(ErrorKind::Argument.into()),
    }
}

/// Closes an image and releases everything that belongs to it. NULL is allowed and does nothing.
///
/// No other call with the handle may be under way, and none may follow. The close callback of a
/// source is called here. Memory that was lent to the handle is the caller's again.
#[no_mangle]
pub unsafe extern "C" fn cso_close(handle: *mut cso_handle) {
    if handle.is_null() {
        return;
    }
    // SAFETY: it was made by `open`, in a room or as a `Box` has it, and by the contract of the API
    // nobody else uses it, now or later.
    let owned = unsafe {
        match (*handle).home {
            Home::Heap if !cfg!(cso_rt) => *Box::from_raw(handle),
            _ => handle.read(),
        }
    };
    let home = owned.home;
    let mut source = None;
    let _ = guard(|| {
        source = Some(owned.image.into_source());
        Ok(())
    });
    if home != Home::Heap {
        // SAFETY: the image that used the room's decoder is gone.
        unsafe { Room::leave(handle, home) };
    }
    if let Some(Source::Callbacks(callbacks)) = source {
        callbacks.close();
    }
}

/// Tells the most recent failure of a call with this handle, by whatever thread: all fields belong
/// to one failure. The status is CSO_OK if there was none yet; a success does not clear it.
///
/// Where several threads share a handle, this may be the failure of another one.
#[no_mangle]
pub unsafe extern "C" fn cso_last_error(
    handle: *const cso_handle,
    error: *mut cso_error,
) -> cso_status {
    // SAFETY: NULL, or an open handle and a struct that states its size, by the contract of the
    // API.
    let parts = unsafe { (handle.as_ref(), Out::new(error)) };
    let (Some(handle), Ok(out)) = parts else {
        return status_of::<()>(&Err(ErrorKind::Argument.into()));
    };
    out.fill(&describe(&handle.last.get().map_or(Ok(()), Err)));
    status_of(&Ok(()))
}
