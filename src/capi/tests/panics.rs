//! Tests what happens if a call with a handle panics. The call returns an error, and so does every
//! later call with the handle, but the handle can be closed.

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

/// A source of the test, to which the field `user` of a `cso_source` points.
struct TestSource {
    /// The bytes of the file.
    data: Vec<u8>,
    /// Number of calls of the callback `close`.
    closed: u32,
}

unsafe extern "C" fn read_source(
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: `&*` requires that `user` points to a `TestSource` that is not changed while the
    // reference exists. The test sets `user` to the address of its `TestSource`, and only
    // `close_source` changes a `TestSource`.
    //
    // `copy_nonoverlapping` requires `count` readable bytes at the first pointer and `count`
    // writable bytes at the second. `count` is at most the length of `rest`. It is also at most
    // `len`, which is the number of writable bytes that the library provides at `buf`.
    unsafe {
        let test_source = &*user.cast::<TestSource>();
        let rest = &test_source.data[(offset as usize).min(test_source.data.len())..];
        let count = rest.len().min(len);
        ptr::copy_nonoverlapping(rest.as_ptr(), buf.cast(), count);
        count as i64
    }
}

unsafe extern "C" fn source_size(user: *mut c_void) -> i64 {
    // SAFETY: `&*` requires that `user` points to a `TestSource` that is not changed while the
    // reference exists. The test sets `user` to the address of its `TestSource`, and only
    // `close_source` changes a `TestSource`.
    let test_source = unsafe { &*user.cast::<TestSource>() };
    test_source.data.len() as i64
}

unsafe extern "C" fn close_source(user: *mut c_void) {
    // SAFETY: the assignment requires that `user` points to a `TestSource` to which no reference is
    // in use. The test sets `user` to the address of its `TestSource`. Only the other two callbacks
    // create references to it, and the library calls this callback after they have returned.
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
    // SAFETY: the C functions require pointers to memory of the documented sizes, and a handle that
    // is open. Each pointer is to a local variable of the size that the function requires. The
    // structs state their sizes in `struct_size`, and `sector` has the 2048 bytes of a sector. The
    // handle is opened first and closed once, by the last call.
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
