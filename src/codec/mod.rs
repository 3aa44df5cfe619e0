//! Compresses and decompresses single blocks from one byte slice to another, with deflate, zlib,
//! LZ4 and LZO. The code does not depend on an image format and does no I/O.

#[cfg(feature = "std")]
pub(crate) mod deflate;
mod deflate_format;
pub(crate) mod inflate;
pub(crate) mod lz4;
pub(crate) mod lzo;
#[cfg(any(target_pointer_width = "32", test))]
mod narrow_copy;
#[cfg(feature = "std")]
pub(crate) mod psp_safe;
pub(crate) mod zlib;

#[cfg(all(test, feature = "std"))]
pub(crate) mod oracles;
#[cfg(all(test, feature = "std"))]
pub(crate) mod samples;
