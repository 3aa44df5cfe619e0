//! Functions of the C API that open an image in memory or from callbacks, recognize the format of a
//! file from its first bytes, and return the number of bytes of memory that an open image needs.

use super::abi::*;
use super::error::report;
use super::handle::{catch_panics, cso_handle};
use super::handle_memory::{self, bytes_to_lend, HandleMemory};
use super::info::info_of;
use super::source::{Callbacks, Source};
use super::status::status_of;
use super::structs::{read_options, Out};
use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader, SECTOR_SIZE};
use crate::image::{probe, read_header, OpenOptions};
use core::ffi::c_void;
use core::{ptr, slice};

/// Opens an image or a compressed image in memory. The len bytes at data are the contents of the
/// whole file. options may be NULL, which selects all defaults.
///
/// The bytes are not copied. They must exist unchanged until cso_close() returns. Returns a code
/// from CSO_ERR_EMPTY (-20) to CSO_ERR_METHOD (-36) if the bytes are damaged or not an image.
/// Returns CSO_ERR_OUT_OF_MEMORY if there is not enough memory.
#[no_mangle]
pub unsafe extern "C" fn cso_open_memory(
    data: *const c_void,
    len: usize,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: `open` requires that `options` is NULL or points to valid options, and that `out` is
    // NULL or points to a writable pointer. C programs have to ensure both. `bytes` requires that
    // `data` is NULL or points to `len` readable bytes that do not change while the result is in
    // use. C programs have to ensure that until the handle is closed, and the result is not used
    // later.
    unsafe { open(options, out, &mut || bytes(data, len).map(Source::Memory)) }
}

/// Opens an image from a source: the library calls the callbacks of source to read the bytes of the
/// file. options may be NULL, which selects all defaults.
///
/// If opening fails, the callback close is not called, so the caller must release the resources of
/// the source. Returns CSO_ERR_READ if a callback fails, and otherwise the same codes as
/// cso_open_memory().
#[no_mangle]
pub unsafe extern "C" fn cso_open_source(
    source: *const cso_source,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: `open` requires that `options` is NULL or points to valid options, and that `out` is
    // NULL or points to a writable pointer. `Callbacks::new` requires that `source` is NULL or
    // points to a valid `cso_source`, whose callbacks may be called until the handle is closed. C
    // programs have to ensure all of this.
    unsafe {
        open(options, out, &mut || {
            Callbacks::new(source).map(Source::Callbacks)
        })
    }
}

/// Does what all functions of the C API that open an image have in common. Calls `source`, which
/// returns an object that reads the bytes of the file, and opens the image in that file. Writes the
/// new handle to `*out`, or NULL if opening fails. Returns the status for the C program.
///
/// # Safety
///
/// `out` is NULL or points to a writable pointer. `options` is NULL or points to a struct with as
/// many readable bytes as its `struct_size` states. Each pointer in the options is NULL or valid as
/// the documentation of its field says.
pub(super) unsafe fn open(
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
    source: &mut dyn FnMut() -> Result<Source>,
) -> cso_status {
    if out.is_null() {
        return cso_status_code::CSO_ERR_ARGUMENT as cso_status;
    }
    // SAFETY: `write` requires a writable pointer. `out` is not NULL, as checked above, so it is
    // writable by the contract of this function.
    unsafe { out.write(ptr::null_mut()) };
    // SAFETY: `read_options` requires that `options` is NULL or points to a struct with as many
    // readable bytes as its `struct_size` states. `Out::optional` requires the same of the field
    // `error`, with writable bytes. The contract of this function has both conditions.
    let parts = unsafe {
        read_options(options).and_then(|options| Ok((options, Out::optional(options.error)?)))
    };
    let (options, error) = match parts {
        Ok(parts) => parts,
        Err(e) => return status_of::<()>(&Err(e)),
    };
    let result = catch_panics(|| {
        let chosen = open_options(&options)?;
        // SAFETY: `HandleMemory::lent` requires that `memory` is NULL or points to `memory_size`
        // writable bytes that only the library uses until the handle is closed or opening fails.
        // The documentation of the field `memory` requires that of C programs.
        let block = unsafe { HandleMemory::lent(options.memory, options.memory_size)? };
        let source = source()?;
        let header = read_header(&source, &chosen)?;
        handle_memory::open_image(source, &header, &chosen, block)
    });
    let status = report(&result, error.as_ref());
    if let Ok(handle) = result {
        // SAFETY: `write` requires a writable pointer. `out` is not NULL, as checked above, so it
        // is writable by the contract of this function.
        unsafe { out.write(handle) };
    }
    status
}

fn open_options(options: &cso_open_options) -> Result<OpenOptions> {
    let known = CSO_OPEN_ACCEPT_UNRECOGNIZED | CSO_OPEN_LOW_MEMORY | CSO_OPEN_CHECK_INDEX;
    if options.flags & !known != 0 || options.reserved != 0 {
        return Err(ErrorKind::Argument.into());
    }
    Ok(OpenOptions::new()
        .index_page_blocks(options.index_page_blocks)
        .threads(options.threads)
        .decode_ahead(options.decode_ahead)
        .check_index(options.flags & CSO_OPEN_CHECK_INDEX != 0)
        .low_memory(options.flags & CSO_OPEN_LOW_MEMORY != 0)
        .accept_unrecognized(options.flags & CSO_OPEN_ACCEPT_UNRECOGNIZED != 0))
}

/// Returns the `len` bytes at `data` as a slice. Returns an error if `data` is NULL or `len`
/// exceeds `isize::MAX`.
///
/// # Safety
///
/// `data` is NULL or points to `len` readable bytes that do not change during the lifetime `'a`.
unsafe fn bytes<'a>(data: *const c_void, len: usize) -> Result<&'a [u8]> {
    if data.is_null() || isize::try_from(len).is_err() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: `from_raw_parts` requires `len` readable bytes that do not change during `'a`, and a
    // `len` of at most `isize::MAX`. The contract of this function has the first condition, because
    // `data` is not NULL. The code above has checked the second condition.
    Ok(unsafe { slice::from_raw_parts(data.cast(), len) })
}

/// Fills in *info from the first len bytes of a file, to which head points. The file itself is not
/// accessed. Set info->struct_size. CSO_PROBE_SIZE bytes are enough for a compressed image, and
/// CSO_PROBE_SIZE_ISO bytes for an uncompressed one.
///
/// Only the header is checked. The length of the file is not known, so info->file_size is 0. For an
/// uncompressed image, info->size, info->sectors and info->blocks are 0 too.
///
/// Returns CSO_ERR_UNKNOWN_FORMAT if the format is not known. Returns CSO_ERR_TRUNCATED if more
/// bytes are needed. Returns another code from CSO_ERR_EMPTY (-20) to CSO_ERR_METHOD (-36) if the
/// header is invalid.
#[no_mangle]
pub unsafe extern "C" fn cso_probe(
    head: *const c_void,
    len: usize,
    info: *mut cso_info,
) -> cso_status {
    let result = catch_panics(|| {
        // SAFETY: `Out::new` requires that `info` is NULL or points to a struct that has as many
        // writable bytes as its `struct_size` states. C programs have to ensure that when they pass
        // a pointer to a struct.
        let out = unsafe { Out::new(info)? };
        // SAFETY: `bytes` requires that `head` is NULL or points to `len` readable bytes that do
        // not change while the result is in use. C programs have to ensure that during this call,
        // and the result is not used after it.
        let head = unsafe { bytes(head, len)? };
        out.fill(&info_of_head(head)?);
        Ok(())
    });
    status_of(&result)
}

/// Length, in bytes, that is assumed for a file of which only the first bytes are known. It is the
/// size of the largest uncompressed image that the library opens. With a smaller length, the header
/// of a very large compressed image could be refused, because the file would seem to be truncated.
const UNKNOWN_FILE_LEN: u64 = (u32::MAX as u64 >> 1) * SECTOR_SIZE as u64;

/// Returns the C struct that describes the image whose file begins with the bytes `head`. The
/// length of the file is not known, so fields that depend on this length are 0.
fn info_of_head(head: &[u8]) -> Result<cso_info> {
    let mut info = info_of(&probe(head, UNKNOWN_FILE_LEN)?);
    info.file_size = 0;
    if info.format == Format::Iso as u32 {
        (info.size, info.sectors, info.blocks) = (0, 0, 0);
    }
    Ok(info)
}

/// Returns the size in bytes that cso_open_options.memory must have to open an image. head points
/// to the first len bytes of its file. len must be at least CSO_PROBE_SIZE, or the length of the
/// file if the file is shorter. Memory of this size is enough at any alignment.
///
/// options may be NULL, which selects all defaults. Only the option index_page_blocks changes the
/// result: it limits the memory for the index.
///
/// Returns 0 if an argument or the header is invalid, or if the size does not fit in size_t. If the
/// format is not known, returns the number for an uncompressed image.
#[no_mangle]
pub unsafe extern "C" fn cso_memory_needed(
    head: *const c_void,
    len: usize,
    options: *const cso_open_options,
) -> usize {
    let needed = catch_panics(|| {
        // SAFETY: `bytes` requires that `head` is NULL or points to `len` readable bytes that do
        // not change while the result is in use. `read_options` requires that `options` is NULL or
        // points to a struct with as many readable bytes as its `struct_size` states. C programs
        // have to ensure both during this call, and the bytes are not used after it.
        let (head, options) = unsafe { (bytes(head, len)?, read_options(options)?) };
        let options = open_options(&options)?;
        let buffers = match ImageHeader::parse(head, UNKNOWN_FILE_LEN)? {
            Some(header) => options.bytes_needed(&header)?,
            None => 0,
        };
        Ok(bytes_to_lend(buffers))
    });
    needed.unwrap_or(0)
}
