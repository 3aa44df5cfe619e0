//! The function of the C API that closes an image.

use super::handle::cso_handle;
use super::handle_memory;
use super::source::Source;

/// Closes an image and releases all resources of its handle. Does nothing if handle is NULL.
///
/// No other call with this handle may be running, and none may follow. If the image was opened from
/// a source, this function calls the callback close of the source. After this call, the caller may
/// use cso_open_options.memory again.
#[no_mangle]
pub unsafe extern "C" fn cso_close(handle: *mut cso_handle) {
    if handle.is_null() {
        return;
    }
    // SAFETY: `release` requires a handle that the library returned from a function that opens an
    // image, and that no code uses during this call or after it. C programs have to ensure that
    // `handle` is NULL or such a handle, and the code above has checked that it is not NULL.
    let source = unsafe { handle_memory::release(handle) };
    if let Some(Source::Callbacks(callbacks)) = source {
        callbacks.close();
    }
}
