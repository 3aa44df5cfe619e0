//! The panic handler, the allocator and `memcmp`, for the archive that C programs link on a machine
//! without std. On other machines, std provides them.

mod heap;
mod memory;
mod panic;
