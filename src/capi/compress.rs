//! Functions of the C API that compress an image into a file or a sink. A sink is a callback of the
//! C program that writes bytes.
//!
//! Each function has the attribute `#[cfg(feature = "std")]`, although this whole module has it
//! too. The generator of the C header considers only the attributes of functions.

use super::abi::*;
use super::handle::{cso_handle, on_handle};
use super::open_file::path_of;
use super::task::{write_image, ProgressCallback, Sink};
use crate::error::{ErrorKind, Result};
use crate::format::Format;
use crate::tasks::{self, CompressOptions};
use core::ffi::c_char;

/// Compresses the image in the file at input into the file at output. The input may have any format
/// that the library reads. options may be NULL, which selects all defaults: CSO version 1 and
/// blocks of 2048 bytes.
///
/// The output is written to a temporary file in the same directory, flushed to the device and then
/// renamed to output. If the call fails or is cancelled, an existing output is unchanged and the
/// temporary file is removed. The bytes of the output do not depend on the number of threads.
///
/// Returns CSO_ERR_SAME_FILE if input and output are the same file. Returns CSO_ERR_ALREADY_EXISTS
/// if the output exists and the flag CSO_COMPRESS_KEEP_EXISTING is set. Returns CSO_ERR_BLOCK_SIZE
/// if the format does not allow options->block_size. Returns CSO_ERR_TOO_LARGE if the format cannot
/// hold the image. Returns CSO_ERR_WRITE or CSO_ERR_NO_SPACE if writing fails. Returns
/// CSO_ERR_MISMATCH if a block does not decode to the original data. Returns CSO_ERR_CANCELLED if
/// the progress callback cancels. Returns the codes of cso_open() and cso_read_sector() if the
/// input cannot be opened or read.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_compress_file(
    input: *const c_char,
    output: *const c_char,
    options: *const cso_compress_options,
) -> cso_status {
    // SAFETY: `write_image` requires that `options`, and the pointers in the struct at `options`,
    // are NULL or point to structs that have as many bytes as their `struct_size` states. `path_of`
    // requires that a path is NULL or points to a string that ends with NUL and does not change
    // while it is in use. C programs have to ensure both during this call.
    unsafe {
        write_image(options, |options| {
            let progress = ProgressCallback::new(options.progress, options.user);
            let chosen = compress_options(options, FILE_FLAGS)?;
            let (input, output) = (path_of(input)?, path_of(output)?);
            crate::fs::compress_file(input, output, &chosen, &mut |p| progress.call(p))
        })
    }
}

/// Compresses an open image into a sink. options may be NULL, which selects all defaults. Other
/// threads may use the handle during this call.
///
/// Returns CSO_ERR_WRITE if the sink fails. Returns CSO_ERR_BLOCK_SIZE, CSO_ERR_TOO_LARGE,
/// CSO_ERR_MISMATCH, CSO_ERR_CANCELLED and the codes of cso_read_sector() in the same cases as
/// cso_compress_file(). After a failure, options->error and cso_last_error() both contain the
/// details.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_compress(
    handle: *mut cso_handle,
    sink: *const cso_sink,
    options: *const cso_compress_options,
) -> cso_status {
    // SAFETY: `write_image` requires that `options`, and the pointers in the struct at `options`,
    // are NULL or point to structs that have as many bytes as their `struct_size` states.
    // `Sink::new` requires the same of `sink`. `on_handle` requires that `handle` is NULL, or open
    // until this call returns. C programs have to ensure all of this.
    unsafe {
        write_image(options, |options| {
            on_handle(handle, |handle| {
                let progress = ProgressCallback::new(options.progress, options.user);
                let chosen = compress_options(options, SINK_FLAGS)?;
                let mut sink = Sink::new(sink)?;
                tasks::compress(handle.image(), &mut sink, &chosen, &mut |p| {
                    progress.call(p)
                })
            })
        })
    }
}

/// All flags that `cso_compress` accepts.
const SINK_FLAGS: u32 =
    CSO_COMPRESS_NO_VERIFY | CSO_COMPRESS_VERIFY | CSO_COMPRESS_PAD | CSO_COMPRESS_DAX_AREAS;
/// All flags that `cso_compress_file` accepts.
const FILE_FLAGS: u32 = SINK_FLAGS | CSO_COMPRESS_ACCEPT_UNRECOGNIZED | CSO_COMPRESS_KEEP_EXISTING;

/// Converts the options of the C program to those of [`tasks::compress`]. `flags` contains all
/// flags that the caller accepts.
///
/// Returns an error if another flag is set, if two flags contradict each other, or if the format is
/// unknown. Does not check whether the numbers are in their ranges, because [`tasks::compress`]
/// does that.
fn compress_options(options: &cso_compress_options, flags: u32) -> Result<CompressOptions> {
    if options.flags & !flags != 0 {
        return Err(ErrorKind::Argument.into());
    }
    let has = |flag| options.flags & flag != 0;
    let verify = match (has(CSO_COMPRESS_VERIFY), has(CSO_COMPRESS_NO_VERIFY)) {
        (false, false) => None,
        (yes, no) if yes != no => Some(yes),
        _ => return Err(ErrorKind::Argument.into()),
    };
    let format = match options.format {
        0 => Format::CsoV1,
        number => Format::from_number(number).ok_or(ErrorKind::Argument)?,
    };
    Ok(CompressOptions {
        block_size: options.block_size,
        level: options.level,
        threads: options.threads,
        verify,
        pad: has(CSO_COMPRESS_PAD),
        stored_cost: options.stored_cost,
        lz4_cost: options.lz4_cost,
        dax_areas: has(CSO_COMPRESS_DAX_AREAS),
        accept_unrecognized: has(CSO_COMPRESS_ACCEPT_UNRECOGNIZED),
        overwrite: !has(CSO_COMPRESS_KEEP_EXISTING),
        ..CompressOptions::new(format)
    })
}
