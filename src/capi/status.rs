//! The statuses: their numbers, names and texts.

use super::abi::{cso_status, cso_status_code};
use crate::error::{ErrorKind, Result};
use core::ffi::{c_char, CStr};

/// Returns the status of a result.
pub(super) fn status_of<T>(result: &Result<T>) -> cso_status {
    match result {
        Ok(_) => cso_status_code::CSO_OK as cso_status,
        Err(error) => status_of_kind(error.kind()),
    }
}

/// Returns the status of a kind of error, which is the negative number of the kind.
pub(super) fn status_of_kind(kind: ErrorKind) -> cso_status {
    -(kind as cso_status)
}

/// Returns the kind of error with this status, or `None` if there is none.
pub(super) fn kind_of(status: cso_status) -> Option<ErrorKind> {
    ErrorKind::ALL
        .iter()
        .copied()
        .find(|kind| status_of_kind(*kind) == status)
}

macro_rules! names {
    ($($name:ident)*) => {
        /// The number and the name of each status. A name ends with NUL.
        pub(super) const NAMES: &[(cso_status, &str)] = &[
            $((cso_status_code::$name as cso_status, concat!(stringify!($name), "\0")),)*
        ];
    };
}

names! {
    CSO_OK
    CSO_ERR_ARGUMENT
    CSO_ERR_OUT_OF_MEMORY
    CSO_ERR_NOT_FOUND
    CSO_ERR_PERMISSION_DENIED
    CSO_ERR_IS_DIRECTORY
    CSO_ERR_READ
    CSO_ERR_WRITE
    CSO_ERR_NO_SPACE
    CSO_ERR_SAME_FILE
    CSO_ERR_ALREADY_EXISTS
    CSO_ERR_CANCELLED
    CSO_ERR_OUT_OF_RANGE
    CSO_ERR_INTERNAL
    CSO_ERR_NOT_A_FILE
    CSO_ERR_EMPTY
    CSO_ERR_UNKNOWN_FORMAT
    CSO_ERR_TRUNCATED
    CSO_ERR_FOREIGN_GAMECUBE
    CSO_ERR_FOREIGN_XBOX
    CSO_ERR_FOREIGN_LZO_ZISO
    CSO_ERR_HEADER_SIZE
    CSO_ERR_VERSION
    CSO_ERR_BLOCK_SIZE
    CSO_ERR_INDEX_SHIFT
    CSO_ERR_IMAGE_SIZE
    CSO_ERR_INDEX_ORDER
    CSO_ERR_INDEX_OVERLAP
    CSO_ERR_INDEX_RANGE
    CSO_ERR_BLOCK_LENGTH
    CSO_ERR_NC_TABLE
    CSO_ERR_METHOD
    CSO_ERR_TOO_LARGE
    CSO_ERR_BLOCK_DATA
    CSO_ERR_BLOCK_SHORT
    CSO_ERR_CHECKSUM
    CSO_ERR_MISMATCH
    CSO_ERR_DIGEST
}

/// Returns an English description of a status, without a full stop. The string is constant and
/// never NULL. If this version does not have the status, the string is "unknown status".
#[no_mangle]
pub extern "C" fn cso_strerror(status: cso_status) -> *const c_char {
    text(status).as_ptr()
}

/// Returns the text of a status.
pub(super) fn text(status: cso_status) -> &'static CStr {
    match kind_of(status) {
        Some(kind) => kind.c_text(),
        None if status == cso_status_code::CSO_OK as cso_status => c"success",
        None => c"unknown status",
    }
}

/// Returns the name of a status in this header, for example "CSO_ERR_TRUNCATED". The string is
/// constant. Returns NULL if this version does not have the status.
#[no_mangle]
pub extern "C" fn cso_status_name(status: cso_status) -> *const c_char {
    NAMES
        .iter()
        .find(|(number, _)| *number == status)
        .map_or(core::ptr::null(), |(_, name)| name.as_ptr().cast())
}
