//! Tests of the C API that cannot be written in C, because they compare constants and texts with
//! private ones of the library, or because they need a call that panics.

use super::abi::*;
use super::status::{kind_of, status_of_kind, NAMES};
use super::*;
use crate::error::{Error, ErrorKind};
use crate::format::{self, Format};
use core::ffi::CStr;
use core::mem::size_of;
use std::string::{String, ToString};
use std::vec;

// Without std a panic cannot be caught, so these tests require std.
#[cfg(feature = "std")]
mod panics;

fn text(from: *const core::ffi::c_char) -> &'static str {
    // SAFETY: `CStr::from_ptr` requires a string that ends with NUL and does not change while the
    // result is in use. The tests pass results of `cso_strerror`, `cso_status_name` and
    // `cso_format_name`, which return constant strings that end with NUL.
    unsafe { CStr::from_ptr(from) }.to_str().unwrap()
}

#[test]
fn every_error_kind_has_a_status_with_a_text_and_a_name() {
    assert_eq!(
        NAMES.len(),
        ErrorKind::ALL.len() + 1,
        "CSO_OK is not an error kind"
    );
    for kind in ErrorKind::ALL {
        let status = status_of_kind(*kind);
        assert_eq!(status, -(*kind as i32));
        assert_eq!(kind_of(status), Some(*kind));
        assert_eq!(text(cso_strerror(status)), kind.text());
        // The name in C has the same letters as the name in Rust. For example,
        // CSO_ERR_FOREIGN_LZO_ZISO is the name of `ForeignLzoZiso`.
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
fn constants_equal_those_of_rust() {
    assert_eq!(CSO_SECTOR_SIZE, format::SECTOR_SIZE);
    assert_eq!(CSO_MIN_BLOCK_SIZE, format::MIN_BLOCK_SIZE);
    assert_eq!(CSO_MAX_BLOCK_SIZE, format::MAX_BLOCK_SIZE);
    assert_eq!(CSO_PROBE_SIZE as usize, format::PROBE_SIZE);
    assert_eq!(CSO_PROBE_SIZE_ISO as usize, format::PROBE_SIZE_ISO);
    assert_eq!(CSO_MAX_DECODE_AHEAD, crate::image::MAX_DECODE_AHEAD);
    assert_eq!(CSO_MAX_THREADS, crate::image::MAX_THREADS);
    #[cfg(feature = "std")]
    {
        use crate::tasks;
        assert_eq!(CSO_MIN_LEVEL, tasks::MIN_LEVEL);
        assert_eq!(CSO_MAX_LEVEL, tasks::MAX_LEVEL);
        assert_eq!(CSO_DEFAULT_LEVEL, tasks::DEFAULT_LEVEL);
        assert_eq!(CSO_MAX_COST, tasks::MAX_COST);
    }
}

#[test]
fn messages_equal_those_of_rust() {
    for error in [
        Error::new(ErrorKind::Empty),
        Error::new(ErrorKind::BlockData).in_block(0).at(0),
        Error::new(ErrorKind::Read).in_block(7).at(u64::MAX - 1),
        Error::new(ErrorKind::Read).with_os(-5),
    ] {
        assert_eq!(message(&error), error.to_string());
        assert_eq!(
            message(&error.on_output()),
            std::format!("output: {error}"),
            "on the output"
        );
    }
}

fn message(error: &Error) -> String {
    let mut described = super::error::describe::<()>(&Err(*error));
    described.struct_size = size_of::<cso_error>() as u32;
    let mut buf = vec![0u8; 200];
    // SAFETY: `cso_error_message` requires a struct that has as many bytes as its `struct_size`
    // states, and a buffer of as many writable bytes as its last argument says. `struct_size` is
    // set to the size of the struct above, and the last argument is the length of `buf`.
    let len = unsafe { cso_error_message(&described, buf.as_mut_ptr().cast(), buf.len()) };
    buf.truncate(len);
    String::from_utf8(buf).unwrap()
}
