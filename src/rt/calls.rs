//! From one of the PSP's calling conventions to the other.
//!
//! C programs for the PSP are compiled for EABI, where arguments five to eight travel in registers
//! 8 to 11. Rust is compiled for O32, where they travel on the stack, from 16 bytes above the stack
//! pointer on. Up to four words of integers and pointers both agree on everything, a u64 in an even
//! pair of registers included. So only longer signatures are translated here; `tests/conventions.rs`
//! finds one that is missing.

use core::arch::global_asm;
use core::ffi::c_void;

/// For the function `$name` of the API, with up to eight words of arguments, the symbol
/// `$name.eabi`: what C calls. The archive's last step (`tools/psp_archive`) gives it the name
/// `$name`.
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

// The arguments stand where O32 puts them, the C function behind the last of them.
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

/// The type of a source's `read_at`, which is C's.
type ReadAt = unsafe extern "C" fn(*mut c_void, u64, *mut c_void, usize) -> i64;

extern "C" {
    fn cso_rt_call_read_at(
        user: *mut c_void,
        offset: u64,
        buf: *mut c_void,
        len: usize,
        read_at: ReadAt,
    ) -> i64;
}

/// Calls a source's `read_at`, a C function.
///
/// # Safety
///
/// That of the function.
pub(crate) unsafe fn call_read_at(
    read_at: ReadAt,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: the thunk hands all arguments on and returns what the function returns.
    unsafe { cso_rt_call_read_at(user, offset, buf, len, read_at) }
}
