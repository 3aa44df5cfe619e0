//! A panic does not leave a function, and ends the use of its handle.

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
