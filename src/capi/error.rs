//! The details of an error: as a struct of C, and as a line of text.

use super::abi::*;
use super::status::{kind_of, status_of, status_of_kind, text};
use super::structs::{read, zeroed, Out};
use crate::error::{Error, Result};
use core::ffi::c_char;

/// Converts a result to the struct of C. The `struct_size` of the struct is 0.
pub(super) fn describe<T>(result: &Result<T>) -> cso_error {
    match result {
        Ok(_) => no_error(),
        Err(error) => cso_error {
            status: status_of_kind(error.kind()),
            block: error.block().unwrap_or(CSO_NO_BLOCK),
            offset: error.offset().unwrap_or(CSO_NO_OFFSET),
            os_error: error.os_error().unwrap_or(0),
            on_output: u32::from(error.is_on_output()),
            ..no_error()
        },
    }
}

fn no_error() -> cso_error {
    cso_error {
        status: cso_status_code::CSO_OK as cso_status,
        block: CSO_NO_BLOCK,
        offset: CSO_NO_OFFSET,
        ..zeroed()
    }
}

/// Fills in the caller's struct, if there is one, and returns the status of the result.
pub(super) fn report<T>(result: &Result<T>, to: Option<&Out<cso_error>>) -> cso_status {
    if let Some(out) = to {
        out.fill(&describe(result));
    }
    status_of(result)
}

/// Converts the struct of C to an error. Returns `None` if its status is not the number of an
/// error.
fn error_of(from: &cso_error) -> Option<Error> {
    let mut error = Error::new(kind_of(from.status)?);
    if from.block != CSO_NO_BLOCK {
        error = error.in_block(from.block);
    }
    if from.offset != CSO_NO_OFFSET {
        error = error.at(from.offset);
    }
    if from.os_error != 0 {
        error = error.with_os(from.os_error);
    }
    Some(error)
}

/// A line of text that is cut to the size of the caller's buffer.
struct Line {
    buf: *mut c_char,
    /// Number of bytes that fit in the buffer, without the final NUL.
    capacity: usize,
    /// Number of bytes that were written to the buffer.
    written: usize,
    /// Number of bytes of the whole text, including those that did not fit.
    len: usize,
}

impl Line {
    #[inline(never)]
    fn put(&mut self, text: &[u8]) {
        let count = text.len().min(self.capacity - self.written);
        // SAFETY: `buf` has at least `capacity` bytes, and `written + count <= capacity`. If `buf`
        // is NULL, `capacity` is 0, so no byte is copied.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr().cast(), self.buf.add(self.written), count);
        }
        self.written += count;
        self.len += text.len();
    }
}

fn write_message(line: &mut Line, error: &cso_error) {
    if error.on_output != 0 {
        line.put(b"output: ");
    }
    match error_of(error) {
        Some(error) => error.put_text(&mut |piece| line.put(piece)),
        None => line.put(text(error.status).to_bytes()),
    }
}

/// Writes *error to buf as one line of English text without a line feed, for example "block 12 at
/// byte 30864: the data of a block does not decode".
///
/// At most len bytes are written, including the final NUL. If len is not 0, the text always ends
/// with NUL. buf may be NULL if len is 0.
///
/// Returns the length of the whole text in bytes without NUL, as snprintf() does. If this length is
/// len or more, the text in buf is cut off. Returns 0 and writes an empty text if error is NULL or
/// error->struct_size is impossible. Returns 0 and writes nothing if buf is NULL and len is not 0.
#[no_mangle]
pub unsafe extern "C" fn cso_error_message(
    error: *const cso_error,
    buf: *mut c_char,
    len: usize,
) -> usize {
    if buf.is_null() && len != 0 {
        return 0;
    }
    let mut line = Line {
        buf,
        capacity: len.saturating_sub(1),
        written: 0,
        len: 0,
    };
    // SAFETY: `error` is NULL or points to a struct that states its size.
    if let Ok(error) = unsafe { read(error) } {
        write_message(&mut line, &error);
    }
    if len != 0 {
        // SAFETY: `buf` has `len` bytes, and `written` is at most `len - 1`.
        unsafe { buf.add(line.written).write(0) };
    }
    line.len
}
