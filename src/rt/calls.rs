//! Calls between C and Rust on the PSP, which have different calling conventions.
//!
//! C programs for the PSP are compiled for EABI, which passes the fifth to the eighth word of the
//! arguments in the registers 8 to 11. Rust is compiled for O32, which passes them on the stack,
//! from 16 bytes above the stack pointer on. Both pass up to four words of integers and pointers in
//! the same way, and a u64 in an even pair of registers. Therefore only longer signatures need the
//! thunks in this file. `tests/conventions.rs` fails if a thunk is missing.
//!
//! `direct_calls.rs` is the stand-in for all other machines.

use core::arch::global_asm;
use core::ffi::c_void;

/// Defines the symbol `$name.eabi`, which C programs call, for a function of the API that takes up
/// to eight words of arguments. `tools/psp_archive` renames it to `$name` in the archive.
macro_rules! called_from_c {
    ($name:literal) => {
        global_asm!(
            ".pushsection .text, \"ax\", @progbits",
            ".set push",
            ".set noreorder",
            ".balign 4",
            concat!(".globl ", $name, ".eabi"),
            concat!(".type ", $name, ".eabi, @function"),
            concat!($name, ".eabi:"),
            "addiu $29, $29, -40",
            "sw $31, 36($29)",
            "sw $8, 16($29)",
            "sw $9, 20($29)",
            "sw $10, 24($29)",
            concat!("jal ", $name),
            "sw $11, 28($29)",
            "lw $31, 36($29)",
            "jr $31",
            "addiu $29, $29, 40",
            concat!(".size ", $name, ".eabi, . - ", $name, ".eabi"),
            ".set pop",
            ".popsection",
        );
    };
}

called_from_c!("cso_read_at");

// Rust calls this thunk with the convention of O32. The last argument is the address of the C
// function to call, and the arguments before it are those of the C function.
global_asm!(
    ".pushsection .text, \"ax\", @progbits",
    ".set push",
    ".set noreorder",
    ".balign 4",
    ".globl cso_rt_call_read_at",
    ".hidden cso_rt_call_read_at",
    ".type cso_rt_call_read_at, @function",
    "cso_rt_call_read_at:",
    "lw $25, 24($29)",
    "lw $8, 16($29)",
    "jr $25",
    "lw $9, 20($29)",
    ".size cso_rt_call_read_at, . - cso_rt_call_read_at",
    ".set pop",
    ".popsection",
);

/// The C function `read_at` of a source.
type ReadAtFn = unsafe extern "C" fn(*mut c_void, u64, *mut c_void, usize) -> i64;

extern "C" {
    fn cso_rt_call_read_at(
        user: *mut c_void,
        offset: u64,
        buf: *mut c_void,
        len: usize,
        read_at: ReadAtFn,
    ) -> i64;
}

/// Calls the C function `read_at` of a source.
///
/// # Safety
///
/// The arguments follow the contract of `read_at`.
pub(crate) unsafe fn call_read_at(
    read_at: ReadAtFn,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: the thunk calls `read_at` with the other arguments and returns its result. The
    // arguments follow the contract of `read_at` by the contract of this function.
    unsafe { cso_rt_call_read_at(user, offset, buf, len, read_at) }
}
