//! Opening an image, and recognising one.

use super::abi::*;
use super::error::report;
use super::guard::guard;
use super::handle::cso_handle;
use super::info::info_of;
use super::room::Room;
use super::source::{Callbacks, Source};
use super::status::status_of;
use super::structs::{read_options, Out};
use crate::error::{ErrorKind, Result};
use crate::format::{Format, SECTOR_SIZE};
use crate::image::{probe, read_header, Image, OpenOptions};
use core::ffi::c_void;
use core::{ptr, slice};

#[cfg(feature = "std")]
use core::ffi::{c_char, CStr};

#[cfg(all(feature = "std", unix))]
use core::ffi::c_int;

/// Opens the image in the file at path, with all defaults.
///
/// *out becomes a handle, to be closed with cso_close(), or NULL if the call fails. The path is the
/// system's own bytes, on Windows UTF-8.
///
/// Opening checks the header, and that the file is as long as the index says. The index is read and
/// checked as its blocks are asked for, so that opening takes no time however large the image is; with
/// CSO_OPEN_CHECK_INDEX all of it is, at once. Statuses: CSO_ERR_NOT_FOUND to CSO_ERR_METHOD.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_open(path: *const c_char, out: *mut *mut cso_handle) -> cso_status {
    // SAFETY: the contract of this function is that of `cso_open_with`.
    unsafe { cso_open_with(path, ptr::null(), out) }
}

/// As cso_open(), with options; NULL stands for all defaults.
#[cfg(feature = "std")]
#[no_mangle]
pub unsafe extern "C" fn cso_open_with(
    path: *const c_char,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: by the contract of the API; `path` is NULL or ends with NUL.
    unsafe {
        open(options, out, &mut || {
            Ok(Source::File(crate::fs::open_file(path_of(path)?)?))
        })
    }
}

/// As cso_open_with(), for a file that is open already: on POSIX systems, for a descriptor that
/// another process, a sandbox or Android's content resolver handed over.
///
/// The descriptor must be open for reading. It stays the caller's, who may close it at once: the
/// library keeps a duplicate of its own. The image begins at the file's first byte, wherever the
/// descriptor's position is, and no read moves that.
///
/// CSO_ERR_ARGUMENT if fd is no open descriptor, CSO_ERR_PERMISSION_DENIED if it is open for writing
/// alone; otherwise as cso_open().
#[cfg(all(feature = "std", unix))]
#[no_mangle]
pub unsafe extern "C" fn cso_open_fd(
    fd: c_int,
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
) -> cso_status {
    // SAFETY: by the contract of the API.
    unsafe {
        open(options, out, &mut || {
            super::descriptor::duplicate(fd).map(Source::File)
        })
    }
}

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
    // SAFETY: by the contract of the API; `bytes` gets what this function promises.
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
    // SAFETY: by the contract of the API.
    unsafe {
        open(options, out, &mut || {
            Callbacks::new(source).map(Source::Callbacks)
        })
    }
}

/// Opens an image over what `source` gives.
///
/// # Safety
///
/// Each pointer is NULL or keeps the contract of the API.
unsafe fn open(
    options: *const cso_open_options,
    out: *mut *mut cso_handle,
    source: &mut dyn FnMut() -> Result<Source>,
) -> cso_status {
    if out.is_null() {
        return cso_status_code::CSO_ERR_ARGUMENT as cso_status;
    }
    // SAFETY: not NULL, so a pointer of the caller's.
    unsafe { out.write(ptr::null_mut()) };
    // SAFETY: NULL, or a struct that states its size and may point at another one.
    let parts = unsafe {
        read_options(options).and_then(|options| Ok((options, Out::optional(options.error)?)))
    };
    let (options, error) = match parts {
        Ok(parts) => parts,
        Err(e) => return status_of::<()>(&Err(e)),
    };
    let result = guard(|| {
        let chosen = open_options(&options)?;
        // SAFETY: by the contract of the API.
        let room = unsafe { Room::of(&options)? };
        let source = source()?;
        let header = read_header(&source, &chosen)?;
        let room = match room {
            Some(room) => room,
            None if cfg!(cso_rt) => Room::own(&header, &chosen)?,
            None => {
                let image = Image::open_in(source, &header, &chosen, None)?;
                return cso_handle::on_heap(image);
            }
        };
        room.open(source, &header, &chosen)
    });
    let status = report(&result, error.as_ref());
    if let Ok(handle) = result {
        // SAFETY: as above.
        unsafe { out.write(handle) };
    }
    status
}

pub(super) fn open_options(options: &cso_open_options) -> Result<OpenOptions> {
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

/// A path from C.
///
/// # Safety
///
/// `path` is NULL or points at a string that ends with NUL and outlives the result.
#[cfg(feature = "std")]
pub(super) unsafe fn path_of<'a>(path: *const c_char) -> Result<&'a std::path::Path> {
    if path.is_null() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: as the caller promises.
    let path = unsafe { CStr::from_ptr(path) };
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Ok(std::ffi::OsStr::from_bytes(path.to_bytes()).as_ref())
    }
    #[cfg(not(unix))]
    {
        let path = path.to_str().map_err(|_| ErrorKind::Argument)?;
        Ok(path.as_ref())
    }
}

/// Bytes from C that stay where they are until the handle is closed.
///
/// # Safety
///
/// `data` is NULL or points at `len` readable bytes that nobody writes until nothing derived from
/// the result is used any more.
pub(super) unsafe fn bytes(data: *const c_void, len: usize) -> Result<&'static [u8]> {
    if data.is_null() || isize::try_from(len).is_err() {
        return Err(ErrorKind::Argument.into());
    }
    // SAFETY: readable, of this length and unchanging, as the caller promises; it is not used
    // after `cso_close`, whatever its lifetime says here.
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
    let result = guard(|| {
        // SAFETY: by the contract of the API, NULL or a struct that states its size.
        let out = unsafe { Out::new(info)? };
        // SAFETY: by the contract of this function; nothing keeps the bytes beyond it.
        let head = unsafe { bytes(head, len)? };
        out.fill(&probed(head)?);
        Ok(())
    });
    status_of(&result)
}

/// As long as a file of any format can be: no header announces more.
pub(super) const ANY_LENGTH: u64 = (u32::MAX as u64 >> 1) * SECTOR_SIZE as u64;

fn probed(head: &[u8]) -> Result<cso_info> {
    let mut info = info_of(&probe(head, ANY_LENGTH)?);
    info.file_size = 0;
    if info.format == Format::Iso as u32 {
        (info.size, info.sectors, info.blocks) = (0, 0, 0);
    }
    Ok(info)
}
