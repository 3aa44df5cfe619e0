//! What the C programs cannot see: that the two sides have the same numbers, and what a panic does.

use super::abi::*;
use super::handle::on_handle;
use super::status::{kind_of, status_of, status_of_kind, NAMES};
use super::structs::zeroed;
use super::*;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{self, Format};
use core::ffi::{c_void, CStr};
use core::mem::size_of;
use core::ptr;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

fn text(from: *const core::ffi::c_char) -> &'static str {
    // SAFETY: the functions under test return static strings.
    unsafe { CStr::from_ptr(from) }.to_str().unwrap()
}

#[test]
fn every_kind_has_a_status_with_its_number_its_text_and_a_name() {
    assert_eq!(NAMES.len(), ErrorKind::ALL.len() + 1, "CSO_OK is no kind");
    for kind in ErrorKind::ALL {
        let status = status_of_kind(*kind);
        assert_eq!(status, -(*kind as i32));
        assert_eq!(kind_of(status), Some(*kind));
        assert_eq!(text(cso_strerror(status)), kind.text());
        // `ForeignLzoZiso` is CSO_ERR_FOREIGN_LZO_ZISO.
        let name = text(cso_status_name(status));
        let words = name.strip_prefix("CSO_ERR_").unwrap().replace('_', "");
        assert_eq!(words, std::format!("{kind:?}").to_uppercase());
    }
    assert_eq!(kind_of(0), None);
}

#[test]
fn every_format_has_its_number_and_its_name() {
    use cso_format::*;
    let numbers = [
        CSO_FORMAT_ISO,
        CSO_FORMAT_CSO_V1,
        CSO_FORMAT_CSO_V2,
        CSO_FORMAT_ZSO,
        CSO_FORMAT_DAX,
        CSO_FORMAT_JISO,
    ];
    assert_eq!(numbers.len(), Format::ALL.len());
    for (number, format) in numbers.iter().zip(Format::ALL) {
        assert_eq!(*number as u32, *format as u32);
        assert_eq!(text(cso_format_name(*number as u32)), format.name());
    }
}

#[test]
fn constants_are_those_of_rust() {
    assert_eq!(CSO_SECTOR_SIZE, format::SECTOR_SIZE);
    assert_eq!(CSO_MIN_BLOCK_SIZE, format::MIN_BLOCK_SIZE);
    assert_eq!(CSO_MAX_BLOCK_SIZE, format::MAX_BLOCK_SIZE);
    assert_eq!(CSO_PROBE_SIZE as usize, format::HEAD_LEN);
    let iso = format::iso::MARK_OFFSET + format::iso::MARK.len() as u64;
    assert_eq!(u64::from(CSO_PROBE_SIZE_ISO), iso);
    assert_eq!(CSO_MAX_READ_AHEAD, crate::image::MAX_READ_AHEAD);
    assert_eq!(CSO_MAX_THREADS, crate::image::MAX_THREADS);
    #[cfg(feature = "std")]
    {
        use crate::writer;
        assert_eq!(CSO_MIN_LEVEL, writer::MIN_LEVEL);
        assert_eq!(CSO_MAX_LEVEL, writer::MAX_LEVEL);
        assert_eq!(CSO_DEFAULT_LEVEL, writer::DEFAULT_LEVEL);
        assert_eq!(CSO_MAX_COST, writer::MAX_COST);
        assert_eq!(CSO_MAX_THREADS, writer::MAX_THREADS);
    }
}

#[test]
fn a_line_says_what_rust_says() {
    for error in [
        Error::new(ErrorKind::Empty),
        Error::new(ErrorKind::BlockData).in_block(0).at(0),
        Error::new(ErrorKind::Read).in_block(7).at(u64::MAX - 1),
        Error::new(ErrorKind::Read).with_os(-5),
    ] {
        assert_eq!(line(&error), error.to_string());
        assert_eq!(
            line(&error.on_output()),
            std::format!("output: {error}"),
            "of the output"
        );
    }
}

fn line(error: &Error) -> String {
    let mut told = super::error::describe::<()>(&Err(*error));
    told.struct_size = size_of::<cso_error>() as u32;
    let mut buf = vec![0u8; 200];
    // SAFETY: both are locals, of the sizes stated.
    let len = unsafe { cso_error_message(&told, buf.as_mut_ptr().cast(), buf.len()) };
    buf.truncate(len);
    String::from_utf8(buf).unwrap()
}

/// A plain image of 17 sectors, and how often it was closed.
struct Tape {
    data: Vec<u8>,
    closed: u32,
}

unsafe extern "C" fn read_tape(
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: `user` is the tape of the test, `buf` has `len` bytes.
    unsafe {
        let tape = &*user.cast::<Tape>();
        let rest = &tape.data[(offset as usize).min(tape.data.len())..];
        let count = rest.len().min(len);
        ptr::copy_nonoverlapping(rest.as_ptr(), buf.cast(), count);
        count as i64
    }
}

unsafe extern "C" fn size_of_tape(user: *mut c_void) -> i64 {
    // SAFETY: `user` is the tape of the test.
    let tape = unsafe { &*user.cast::<Tape>() };
    tape.data.len() as i64
}

unsafe extern "C" fn close_tape(user: *mut c_void) {
    // SAFETY: `user` is the tape of the test, and nobody else uses it now.
    unsafe { (*user.cast::<Tape>()).closed += 1 };
}

#[cfg(feature = "std")]
#[test]
fn a_panic_poisons_the_handle_which_can_still_be_closed() {
    let mut tape = Tape {
        data: vec![0; 17 * 2048],
        closed: 0,
    };
    tape.data[0x8001..0x8006].copy_from_slice(b"CD001");
    let source = cso_source {
        struct_size: size_of::<cso_source>() as u32,
        user: (&raw mut tape).cast(),
        read_at: Some(read_tape),
        size: Some(size_of_tape),
        close: Some(close_tape),
        ..zeroed()
    };
    let mut sector = [0u8; 2048];
    let mut handle = ptr::null_mut();
    let mut error = zeroed::<cso_error>();
    error.struct_size = size_of::<cso_error>() as u32;
    // SAFETY: locals of the sizes stated; the handle is closed once, at the end.
    unsafe {
        assert_eq!(cso_open_source(&source, ptr::null(), &mut handle), 0);
        assert_eq!(cso_read_sector(handle, 16, sector.as_mut_ptr().cast()), 0);
        assert_eq!(&sector[1..6], b"CD001");

        let result: Result<()> = on_handle(handle, |_| panic!("on purpose"));
        assert_eq!(status_of(&result), cso_status_code::CSO_ERR_INTERNAL as i32);
        let again = cso_read_sector(handle, 16, sector.as_mut_ptr().cast());
        assert_eq!(again, cso_status_code::CSO_ERR_INTERNAL as i32);
        assert_eq!(cso_last_error(handle, &mut error), 0);
        assert_eq!(error.status, cso_status_code::CSO_ERR_INTERNAL as i32);
        assert_eq!(tape.closed, 0);
        cso_close(handle);
    }
    assert_eq!(tape.closed, 1);
}
