//! The function of the C API that verifies an image and computes its digests, such as its MD5.
//!
//! The function has the attribute `#[cfg(feature = "std")]`, although this whole module has it too.
//! The generator of the C header considers only the attributes of functions.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::status::status_of;
use super::structs::{read_options, zeroed, Out};
use super::task::ProgressCallback;
use crate::error::{ErrorKind, Result};
use crate::tasks::{self, Digests, VerifyOptions};

/// Decodes the whole image, checks all checksums that its format has, and computes digests of the
/// image. options may be NULL, which selects all defaults. Other threads may use the handle during
/// this call.
///
/// digests may be NULL, which means that no digest is computed. Otherwise set digests->struct_size.
///
/// If several blocks are damaged, the function returns the code of the first one, and
/// cso_last_error() describes that block. Returns the codes of cso_read_sector() if the file is
/// damaged or cannot be read. Returns CSO_ERR_DIGEST if the MD5 in the header of a JISO file does
/// not match. Returns CSO_ERR_CANCELLED if the progress callback cancels.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_verify(
    handle: *mut cso_handle,
    options: *const cso_verify_options,
    digests: *mut cso_digests,
) -> cso_status {
    // SAFETY: `on_handle` requires that `handle` is NULL, or open until this call returns.
    // `read_options` and `Out::optional` require that a pointer is NULL or points to a struct that
    // has as many bytes as its `struct_size` states. The bytes at `options` must be readable, those
    // at `digests` writable. C programs have to ensure all of this.
    let result = unsafe {
        on_handle(handle, |handle| {
            let options = read_options(options)?;
            let out = Out::optional(digests)?;
            let chosen = verify_options(&options, out.is_some())?;
            let progress = ProgressCallback::new(options.progress, options.user);
            let found = tasks::verify(handle.image(), &chosen, &mut |p| progress.call(p))?;
            if let Some(out) = out {
                out.fill(&digests_of(&found));
            }
            Ok(())
        })
    };
    status_of(&result)
}

const ALL_DIGESTS: u32 = CSO_DIGEST_CRC32 | CSO_DIGEST_MD5 | CSO_DIGEST_SHA1;

fn verify_options(options: &cso_verify_options, wanted: bool) -> Result<VerifyOptions> {
    let known = options.without & !ALL_DIGESTS == 0 && options.reserved == 0;
    if !known || options.threads > CSO_MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    let with = |digest| wanted && options.without & digest == 0;
    Ok(VerifyOptions {
        threads: options.threads,
        crc32: with(CSO_DIGEST_CRC32),
        md5: with(CSO_DIGEST_MD5),
        sha1: with(CSO_DIGEST_SHA1),
    })
}

fn digests_of(digests: &Digests) -> cso_digests {
    let flag = |there: bool, flag| if there { flag } else { 0 };
    cso_digests {
        present: flag(digests.crc32.is_some(), CSO_DIGEST_CRC32)
            | flag(digests.md5.is_some(), CSO_DIGEST_MD5)
            | flag(digests.sha1.is_some(), CSO_DIGEST_SHA1),
        crc32: digests.crc32.unwrap_or_default(),
        md5: digests.md5.unwrap_or_default(),
        sha1: digests.sha1.unwrap_or_default(),
        ..zeroed()
    }
}
