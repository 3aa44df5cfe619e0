//! C zlib, from its own sources.

use std::mem::{size_of, MaybeUninit};

/// C zlib, as emulators have it: whole blocks, one after the other.
pub struct Zlib(Box<MaybeUninit<libz_sys::z_stream>>);

impl Zlib {
    pub fn new() -> Self {
        // zlib takes zeros for an allocator of its own, and keeps the stream's address.
        let mut stream = Box::new(MaybeUninit::zeroed());
        let size = size_of::<libz_sys::z_stream>() as i32;
        // SAFETY: a stream of zeros, that does not move; raw deflate with the largest window.
        let status = unsafe {
            let version = libz_sys::zlibVersion();
            libz_sys::inflateInit2_(stream.as_mut_ptr(), -15, version, size)
        };
        assert_eq!(status, libz_sys::Z_OK);
        Zlib(stream)
    }

    pub fn inflate(&mut self, input: &[u8], room: &mut [u8]) {
        let stream = self.0.as_mut_ptr();
        // SAFETY: an open stream; input and room are there until it returns.
        let status = unsafe {
            libz_sys::inflateReset(stream);
            (*stream).next_in = input.as_ptr().cast_mut();
            (*stream).avail_in = input.len() as u32;
            (*stream).next_out = room.as_mut_ptr();
            (*stream).avail_out = room.len() as u32;
            libz_sys::inflate(stream, libz_sys::Z_FINISH)
        };
        assert_eq!(status, libz_sys::Z_STREAM_END);
    }
}

impl Drop for Zlib {
    fn drop(&mut self) {
        // SAFETY: opened once, and not used any more.
        unsafe { libz_sys::inflateEnd(self.0.as_mut_ptr()) };
    }
}
