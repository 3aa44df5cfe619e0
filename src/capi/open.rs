//! Opens an image in memory or from a source, recognizes an image, and closes it.

use super::abi::*;
use super::error::report;
use super::handle::{catch_panics, cso_handle};
use super::handle_memory::{self, bytes_to_lend, HandleBlock};
use super::info::info_of;
use super::source::{Callbacks, Source};
use super::status::status_of;
use super::structs::{read_options, Out};
use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader, SECTOR_SIZE};
use crate::image::{probe, read_header, OpenOptions};
use core::ffi::c_void;
use core::{ptr, slice};

/// Opens the image of len bytes that lies in memory at data; NULL options stand for all defaults.
///
/// The bytes are not copied: they must stay where they are, unchanged, until cso_close().
#[no_mangle]
pub unsafe extern "C" fn cso_open_memory(
    data: *const c_void,
    len: usize,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: by the contract of the C API, the options and `out` are valid, and `data` points to
    // `len` bytes that do not change until the handle is closed.
    unsafe { open(options, out, &mut || bytes(data, len).map(Source::Memory)) }
}

/// Opens the image that a source of the caller's own has the bytes of; NULL options stand for all
/// defaults. See cso_source for what its callbacks must do.
#[no_mangle]
pub unsafe extern "C" fn cso_open_source(
    source: *const cso_source,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: by the contract of the C API, the options, `out` and the source are valid.
    unsafe {
        open(options, out, &mut || {
            Callbacks::new(source).map(Source::Callbacks)
        })
    }
}

/// Opens an image whose bytes come from the result of `source`.
///
/// # Safety
///
/// `options` and `out` follow the contract of the C API.
pub(super) unsafe fn open(
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
    source: &mut dyn FnMut() -> Result<Source>,
) -> cso_status {
    if out.is_null() {
        return cso_status_code::CSO_ERR_ARGUMENT as cso_status;
    }
    // SAFETY: `out` is not NULL, so it points to a pointer that may be written.
    unsafe { out.write(ptr::null_mut()) };
    // SAFETY: `options` and the `error` in it are NULL or point to structs that state their sizes.
    let parts = unsafe {
        read_options(options).and_then(|options| Ok((options, Out::optional(options.error)?)))
    };
    let (options, error) = match parts {
        Ok(parts) => parts,
        Err(e) => return status_of::<()>(&Err(e)),
    };
    let result = catch_panics(|| {
        let chosen = open_options(&options)?;
        // SAFETY: `memory` is NULL or points to `memory_size` bytes that only the handle uses until
        // it is closed.
        let block = unsafe { HandleBlock::lent(options.memory, options.memory_size)? };
        let source = source()?;
        let header = read_header(&source, &chosen)?;
        handle_memory::open_image(source, &header, &chosen, block)
    });
    let status = report(&result, error.as_ref());
    if let Ok(handle) = result {
        // SAFETY: `out` is not NULL, so it points to a pointer that may be written.
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

/// Returns the `len` bytes at `data`.
///
/// # Safety
///
/// `data` is NULL or points to `len` readable bytes that do not change during `'a`.
unsafe fn bytes<'a>(data: *const c_void, len: usize) -> Result<&'a [u8]> {
    if data.is_null() || isize::try_from(len).is_err() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: by the contract of this function, the bytes are readable and do not change. Their
    // number was checked to be at most `isize::MAX`.
    Ok(unsafe { slice::from_raw_parts(data.cast(), len) })
}

/// Tells from the first len bytes of a file, at head, what image it is, without any input or output:
/// CSO_PROBE_SIZE bytes tell the compressed formats, a plain image wants CSO_PROBE_SIZE_ISO. Set
/// info->struct_size.
///
/// Nothing but the header is checked, and not against the length of the file, which nobody knows
/// here: info->file_size is 0, and for a plain image so are its size, its sectors and its blocks.
///
/// CSO_ERR_UNKNOWN_FORMAT if it is none, CSO_ERR_TRUNCATED if more bytes are needed to tell, or what
/// is wrong with the header.
#[no_mangle]
pub unsafe extern "C" fn cso_probe(
    head: *const c_void,
    len: usize,
    info: *mut cso_info,
) -> cso_status {
    let result = catch_panics(|| {
        // SAFETY: `info` is NULL or points to a struct that states its size.
        let out = unsafe { Out::new(info)? };
        // SAFETY: `head` is NULL or points to `len` bytes that do not change during this call.
        let head = unsafe { bytes(head, len)? };
        out.fill(&info_of_head(head)?);
        Ok(())
    });
    status_of(&result)
}

/// Length in bytes that stands for the unknown length of a file. It is large enough that no valid
/// header is refused as truncated.
const UNKNOWN_FILE_LEN: u64 = (u32::MAX as u64 >> 1) * SECTOR_SIZE as u64;

/// Returns what the first bytes of a file say about its image. Fields that depend on the length of
/// the file are 0.
fn info_of_head(head: &[u8]) -> Result<cso_info> {
    let mut info = info_of(&probe(head, UNKNOWN_FILE_LEN)?);
    info.file_size = 0;
    if info.format == Format::Iso as u32 {
        (info.size, info.sectors, info.blocks) = (0, 0, 0);
    }
    Ok(info)
}

/// Tells how many bytes to lend as cso_open_options.memory for an image whose file begins with the
/// len bytes at head: CSO_PROBE_SIZE of them, or the whole file if that is shorter. The memory may be
/// of any alignment: the 63 bytes that aligning it to 64 may take are counted. NULL options stand for
/// all defaults; of those that are given, index_page_blocks counts, which bounds what the index takes.
///
/// 0 if the file can be no image, or one that is too large to address; opening it tells why. Bytes of
/// no compressed format are taken for the beginning of a plain image, which takes the least.
#[no_mangle]
pub unsafe extern "C" fn cso_memory_needed(
    head: *const c_void,
    len: usize,
    options: *const cso_open_options,
) -> usize {
    let needed = catch_panics(|| {
        // SAFETY: `head` is NULL or points to `len` bytes that do not change during this call.
        // `options` is NULL or points to a struct that states its size.
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

/// Closes an image and releases everything that belongs to it. NULL is allowed and does nothing.
///
/// No other call with the handle may be under way, and none may follow. The close callback of a
/// source is called here. Memory that was lent to the handle is the caller's again.
#[no_mangle]
pub unsafe extern "C" fn cso_close(handle: *mut cso_handle) {
    if handle.is_null() {
        return;
    }
    // SAFETY: `handle` is not NULL, so it is an open handle, and no other call uses it now or
    // later.
    let source = unsafe { handle_memory::release(handle) };
    if let Some(Source::Callbacks(callbacks)) = source {
        callbacks.close();
    }
}
