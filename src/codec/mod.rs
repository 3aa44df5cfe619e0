//! One block in, one block out, slices only. Knows no format and does no I/O.

#[cfg(feature = "std")]
pub(crate) mod deflate;
pub(crate) mod inflate;
pub(crate) mod inflater;
pub(crate) mod lz4;
pub(crate) mod lzo;
#[cfg(feature = "std")]
pub(crate) mod psp_safe;
#[cfg(any(target_pointer_width = "32", test))]
mod words;
pub(crate) mod zlib;

#[cfg(all(test, feature = "std"))]
pub(crate) mod oracles;
#[cfg(all(test, feature = "std"))]
pub(crate) mod samples;
