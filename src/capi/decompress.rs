//! Functions of the C API that decompress an image into a file or a sink. A sink is a callback of
//! the C program that writes bytes.
//!
//! Each function has the attribute `#[cfg(feature = "std")]`, although this whole module has it
//! too. The generator of the C header considers only the attributes of functions.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::open_file::path_of;
use super::task::{write_image, ProgressCallback, Sink};
use crate::error::{ErrorKind, Result};
use crate::tasks::{self, DecompressOptions};
use core::ffi::c_char;

/// Reads the image in the file at the path input and writes it, uncompressed, to the file at the
/// path output. The input may have any format that the library reads. options may be NULL, which
/// selects all defaults.
///
/// As with cso_compress_file(), the output is first written to a temporary file. Returns the codes
/// of cso_compress_file(), except CSO_ERR_TOO_LARGE and CSO_ERR_MISMATCH. Returns
/// CSO_ERR_ALREADY_EXISTS only if the flag CSO_DECOMPRESS_KEEP_EXISTING is set.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_decompress_file(
    input: *const c_char,
    output: *const c_char,
    options: *const cso_decompress_options,
) -> cso_status {
    // SAFETY: `write_image` requires that `options`, and the pointers in the struct at `options`,
    // are NULL or point to structs that have as many bytes as their `struct_size` states. `path_of`
    // requires that a path is NULL or points to a string that ends with NUL and does not change
    // while it is in use. C programs have to ensure both during this call.
    unsafe {
        write_image(options, |options| {
            let progress = ProgressCallback::new(options.progress, options.user);
            let chosen = decompress_options(options, FILE_FLAGS)?;
            let (input, output) = (path_of(input)?, path_of(output)?);
            crate::fs::decompress_file(input, output, &chosen, &mut |p| progress.call(p))
        })
    }
}

/// Decompresses an open image into a sink. options may be NULL, which selects all defaults. Other
/// threads may use the handle during this call.
///
/// Returns CSO_ERR_WRITE if the sink fails, CSO_ERR_CANCELLED if the progress callback cancels, and
/// the codes of cso_read_sector() if the image cannot be read. After a failure, options->error and
/// cso_last_error() both contain the details.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_decompress(
    handle: *mut cso_handle,
    sink: *const cso_sink,
    options: *const cso_decompress_options,
) -> cso_status {
    // SAFETY: `write_image` requires that `options`, and the pointers in the struct at `options`,
    // are NULL or point to structs that have as many bytes as their `struct_size` states.
    // `Sink::new` requires the same of `sink`. `on_handle` requires that `handle` is NULL, or open
    // until this call returns. C programs have to ensure all of this.
    unsafe {
        write_image(options, |options| {
            on_handle(handle, |handle| {
                let progress = ProgressCallback::new(options.progress, options.user);
                let chosen = decompress_options(options, 0)?;
                let mut sink = Sink::new(sink)?;
                tasks::decompress(handle.image(), &mut sink, &chosen, &mut |p| {
                    progress.call(p)
                })
            })
        })
    }
}

/// All flags that `cso_decompress_file` accepts. `cso_decompress` accepts none.
const FILE_FLAGS: u32 = CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED | CSO_DECOMPRESS_KEEP_EXISTING;

fn decompress_options(options: &cso_decompress_options, flags: u32) -> Result<DecompressOptions> {
    let known = options.flags & !flags == 0 && options.reserved == 0;
    if !known || options.threads > CSO_MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    Ok(DecompressOptions {
        threads: options.threads,
        accept_unrecognized: options.flags & CSO_DECOMPRESS_ACCEPT_UNRECOGNIZED != 0,
        overwrite: options.flags & CSO_DECOMPRESS_KEEP_EXISTING == 0,
    })
}
