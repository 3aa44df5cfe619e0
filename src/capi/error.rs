//! Converts errors of the library to the C struct `cso_error`, and to a line of text.

use super::abi::*;
use super::status::{kind_of, status_of, status_of_kind, text};
use super::structs::{read, zeroed, Out};
use crate::error::{Error, Result};
use core::ffi::c_char;

/// Returns the C struct that describes `result`. If `result` is not an error, the status is
/// `CSO_OK`. The field `struct_size` of the returned struct is 0.
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

/// Writes a description of `result` to the struct `to` of the C program, or nowhere if `to` is
/// `None`. Returns the status of `result`, which is the number that the C program receives.
pub(super) fn report<T>(result: &Result<T>, to: Option<&Out<cso_error>>) -> cso_status {
    if let Some(out) = to {
        out.fill(&describe(result));
    }
    status_of(result)
}

/// Converts the C struct `from` to an error, without its field `on_output`. Returns `None` if the
/// field `status` is not the number of an error, for example if it is `CSO_OK`.
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

/// A line of text that is written to a buffer of the C program. If the buffer is too small, the end
/// of the text is not written.
struct Line {
    /// The buffer of the C program. It may be NULL if `capacity` is 0.
    buf: *mut c_char,
    /// Number of bytes of text that fit in the buffer. The NUL after the text is not counted.
    capacity: usize,
    /// Number of bytes of text that have been written to the buffer.
    written: usize,
    /// Number of bytes of the text so far, including those that did not fit in the buffer.
    len: usize,
}

impl Line {
    #[inline(never)]
    fn put(&mut self, text: &[u8]) {
        let count = text.len().min(self.capacity - self.written);
        // SAFETY: `copy_nonoverlapping` requires `count` readable bytes at the first pointer,
        // `count` writable bytes at the second, and that the two ranges do not overlap. `text` has
        // at least `count` bytes. `buf` has at least `capacity` bytes, and `written + count` is at
        // most `capacity`. The ranges do not overlap, because `text` is memory of the library. If
        // `buf` is NULL, `capacity` is 0, so `written` and `count` are 0 and nothing is copied.
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
    // SAFETY: `read` requires that `error` is NULL or points to a struct that has as many readable
    // bytes as its `struct_size` states. C programs have to ensure that when they pass a pointer to
    // a struct.
    if let Ok(error) = unsafe { read(error) } {
        write_message(&mut line, &error);
    }
    if len != 0 {
        // SAFETY: `add` and `write` require that the byte at offset `line.written` lies within the
        // buffer and is writable. C programs have to pass NULL or a buffer of `len` writable bytes.
        // `buf` is not NULL, because this function returns at its beginning if `buf` is NULL and
        // `len` is not 0. `line.written` is at most `line.capacity`, which is `len - 1`.
        unsafe { buf.add(line.written).write(0) };
    }
    line.len
}
