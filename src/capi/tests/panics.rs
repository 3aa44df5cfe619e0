//! Tests that no panic leaves a function of the C API, and that a handle can only be closed after a
//! call with it has panicked.

use super::super::abi::*;
use super::super::handle::on_handle;
use super::super::status::status_of;
use super::super::structs::zeroed;
use super::super::*;
use crate::error::Result;
use core::ffi::c_void;
use core::mem::size_of;
use core::ptr;
use std::vec;
use std::vec::Vec;

/// A source: the bytes of an image, and the number of calls of `close`.
struct TestSource {
    data: Vec<u8>,
    closed: u32,
}

unsafe extern "C" fn read_source(
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: `user` is the source of the test, and `buf` has `len` writable bytes.
    unsafe {
        let test_source = &*user.cast::<TestSource>();
        let rest = &test_source.data[(offset as usize).min(test_source.data.len())..];
        let count = rest.len().min(len);
        ptr::copy_nonoverlapping(rest.as_ptr(), buf.cast(), count);
        count as i64
    }
}

unsafe extern "C" fn source_size(user: *mut c_void) -> i64 {
    // SAFETY: `user` is the source of the test.
    let test_source = unsafe { &*user.cast::<TestSource>() };
    test_source.data.len() as i64
}

unsafe extern "C" fn close_source(user: *mut c_void) {
    // SAFETY: `user` is the source of the test, and no other reference to it is in use.
    unsafe { (*user.cast::<TestSource>()).closed += 1 };
}

#[test]
fn after_a_panic_the_handle_returns_errors_and_can_be_closed() {
    let mut test_source = TestSource {
        data: vec![0; 17 * 2048],
        closed: 0,
    };
    test_source.data[0x8001..0x8006].copy_from_slice(b"CD001");
    let source = cso_source {
        struct_size: size_of::<cso_source>() as u32,
        user: (&raw mut test_source).cast(),
        read_at: Some(read_source),
        size: Some(source_size),
        close: Some(close_source),
        ..zeroed()
    };
    let mut sector = [0u8; 2048];
    let mut handle = ptr::null_mut();
    let mut error = zeroed::<cso_error>();
    error.struct_size = size_of::<cso_error>() as u32;
    // SAFETY: all pointers are to locals of the stated sizes. The handle is closed once, at the
    // end.
    unsafe {
        assert_eq!(cso_open_source(&source, ptr::null(), &mut handle), 0);
        assert_eq!(cso_read_sector(handle, 16, sector.as_mut_ptr().cast()), 0);
        assert_eq!(&sector[1..6], b"CD001");

        let result: Result<()> = on_handle(handle, |_| panic!("expected by the test"));
        assert_eq!(status_of(&result), cso_status_code::CSO_ERR_INTERNAL as i32);
        let again = cso_read_sector(handle, 16, sector.as_mut_ptr().cast());
        assert_eq!(again, cso_status_code::CSO_ERR_INTERNAL as i32);
        assert_eq!(cso_last_error(handle, &mut error), 0);
        assert_eq!(error.status, cso_status_code::CSO_ERR_INTERNAL as i32);
        assert_eq!(test_source.closed, 0);
        cso_close(handle);
    }
    assert_eq!(test_source.closed, 1);
}
