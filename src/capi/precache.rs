//! Brings an image into memory.
//!
//! The function has the `cfg` of this module because the generator of the header reads only the
//! function.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use super::structs::read_options;
use super::task::ProgressCallback;
use crate::error::{ErrorKind, Result};
use crate::tasks::{self, PrecacheOptions};

/// Brings the image's file into memory, or with CSO_PRECACHE_DECODED all that it decodes to; NULL
/// options stand for all defaults. Reads need the source no more then: they decode from memory, or
/// only copy. The memory is released by cso_close().
///
/// Other threads may read with the handle meanwhile, or start another long task: they read from the
/// source until everything is there, and from memory then. What is in memory already (that of
/// cso_open_memory() is) is not brought there again. A file stays there when the decoded image
/// joins it.
///
/// CSO_ERR_OUT_OF_MEMORY if it would take more than options->max_bytes or more than there is;
/// CSO_ERR_CANCELLED; what reading reports. Nothing is kept then, and the handle reads as before.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_precache(
    handle: *mut cso_handle,
    options: *const cso_precache_options,
) -> cso_status {
    // SAFETY: by the contract of the C API, each pointer is NULL or valid.
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
