//! Inflates with C zlib, compiled from its sources.

use std::mem::{size_of, MaybeUninit};

/// A zlib stream that is reset for each block, as in emulators.
pub struct Zlib(Box<MaybeUninit<libz_sys::z_stream>>);

impl Zlib {
    pub fn new() -> Self {
        // Zeros select the default allocator. The stream is boxed because zlib keeps its address.
        let mut stream = Box::new(MaybeUninit::zeroed());
        let size = size_of::<libz_sys::z_stream>() as i32;
        // SAFETY: the stream is zeroed and does not move. -15 means bare deflate with the largest
        // window.
        let status = unsafe {
            let version = libz_sys::zlibVersion();
            libz_sys::inflateInit2_(stream.as_mut_ptr(), -15, version, size)
        };
        assert_eq!(status, libz_sys::Z_OK);
        Zlib(stream)
    }

    pub fn inflate(&mut self, input: &[u8], buffer: &mut [u8]) {
        let stream = self.0.as_mut_ptr();
        // SAFETY: the stream is open, and both buffers live until the call returns.
        let status = unsafe {
            libz_sys::inflateReset(stream);
            (*stream).next_in = input.as_ptr().cast_mut();
            (*stream).avail_in = input.len() as u32;
            (*stream).next_out = buffer.as_mut_ptr();
            (*stream).avail_out = buffer.len() as u32;
            libz_sys::inflate(stream, libz_sys::Z_FINISH)
        };
        assert_eq!(status, libz_sys::Z_STREAM_END);
    }
}

impl Drop for Zlib {
    fn drop(&mut self) {
        // SAFETY: the stream is open and not used again.
        unsafe { libz_sys::inflateEnd(self.0.as_mut_ptr()) };
    }
}
