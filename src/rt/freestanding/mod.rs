//! What std provides elsewhere, for the archive that C programs link on a machine without std.

mod heap;
mod memory;
mod panic;
