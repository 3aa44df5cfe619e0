//! The function of the C API that loads a whole image into memory.
//!
//! The function has the attribute `#[cfg(feature = "std")]`, although this whole module has it too.
//! The generator of the C header considers only the attributes of functions.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use super::structs::read_options;
use super::task::ProgressCallback;
use crate::error::{ErrorKind, Result};
use crate::tasks::{self, PrecacheOptions};

/// Loads the file of the image into memory, or the decoded image if CSO_PRECACHE_DECODED is set.
/// Later reads use this copy, not the file or source. cso_close() releases it. options may be NULL,
/// which selects all defaults.
///
/// Other threads may read with the handle during this call. They read from the file or source until
/// all bytes are loaded. Bytes that are already in memory are not loaded again, for example those
/// of cso_open_memory(). If the decoded image is loaded after the file, both copies remain in
/// memory.
///
/// Returns CSO_ERR_OUT_OF_MEMORY if the copy needs more than options->max_bytes bytes or more
/// memory than is free. Returns CSO_ERR_CANCELLED if the progress callback cancels. Returns the
/// codes of cso_read_sector() if reading fails. A call that fails loads nothing, and the handle can
/// be used as before.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_precache(
    handle: *mut cso_handle,
    options: *const cso_precache_options,
) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns.
    // `read_options` requires that `options` is NULL or points to a struct that has as many
    // readable bytes as its `struct_size` states. C programs have to ensure both.
    let result = unsafe {
        on_handle(handle, |handle| {
            let options = read_options(options)?;
            let chosen = precache_options(&options)?;
            let progress = ProgressCallback::new(options.progress, options.user);
            tasks::precache(handle.image(), &chosen, &mut |p| progress.call(p))
        })
    };
    status_of(&result)
}

fn precache_options(options: &cso_precache_options) -> Result<PrecacheOptions> {
    let known = options.flags & !CSO_PRECACHE_DECODED == 0 && options.reserved == 0;
    if !known || options.threads > CSO_MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    Ok(PrecacheOptions {
        decoded: options.flags & CSO_PRECACHE_DECODED != 0,
        max_bytes: options.max_bytes,
        threads: options.threads,
    })
}
