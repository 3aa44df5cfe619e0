//! Assembly code for calls between C and Rust on the PSP. There, the C compiler and the Rust
//! compiler follow different calling conventions, which say where the arguments of a call are.
//!
//! The arguments of a call are divided into words of 32 bits, which are numbered from 0. A pointer
//! or a small integer is one word. A u64 is two words, the first of which has an even number. If
//! the next number is odd, both conventions skip it.
//!
//! Both conventions pass the words 0 to 3 in the registers `$4` to `$7`. C follows the convention
//! EABI, which passes the words 4 to 7 in the registers `$8` to `$11`. Rust follows the convention
//! O32, which passes the words 4 to 7 on the stack, 16 to 28 bytes above the stack pointer.
//!
//! Therefore C and Rust can call each other directly if the arguments take at most four words. A
//! function with more words needs a thunk, which is a piece of code that moves the arguments and
//! then calls the function. `tests/conventions.rs` fails if this file lacks a thunk.
//!
//! On all other machines, C and Rust have the same convention, and `direct_calls.rs` replaces this
//! file.

use core::arch::global_asm;
use core::ffi::c_void;

/// Defines a thunk through which C programs call the API function `$name`, whose arguments take up
/// to eight words. The symbol of the thunk is `$name.eabi`. When `tools/psp_archive` makes the
/// library for C programs, it renames this symbol to `$name`.
///
/// The thunk reserves 40 bytes of stack. The registers `$8` to `$11` contain the fifth to eighth
/// word of the arguments. The thunk stores these registers where the Rust function expects the four
/// words, which is 16 bytes above the stack pointer. It stores the return address, which is in
/// `$31`, after them. On this processor, the instruction that is written after a jump runs before
/// the jump takes effect.
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

// The thunk through which Rust calls `read_at`, a C function that reads bytes of a file. Rust
// follows the convention O32 and passes the arguments of `read_at`, then the address of `read_at`.
// The first two arguments, `user` and `offset`, are already in the right registers.
//
// The thunk loads the next two arguments from the stack, `buf` into `$8` and `len` into `$9`, and
// the address of `read_at` into `$25`. It then jumps to `read_at`, which returns straight to the
// Rust code. On this processor, the instruction that is written after a jump runs before the jump
// takes effect.
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

/// The callback `read_at` of a `cso_source`. It is a function of the C program that reads bytes of
/// a file. `cso_read_at_fn` in the C header describes the parameters and the result.
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

/// Calls `read_at`, a callback of a `cso_source`, and returns its result. The callback reads up to
/// `len` bytes of a file into `buf`. The first byte to read is at position `offset` of the file.
///
/// # Safety
///
/// `read_at` and `user` are fields of the same `cso_source`, which the C program provided and which
/// is not closed during the call. `buf` points to `len` writable bytes that no other code uses
/// during the call.
pub(crate) unsafe fn call_read_at(
    read_at: ReadAtFn,
    user: *mut c_void,
    offset: u64,
    buf: *mut c_void,
    len: usize,
) -> i64 {
    // SAFETY: `cso_rt_call_read_at` is a piece of assembly code in this file, and its declaration
    // has the parameters that the assembly code expects. It only calls `read_at` with the other
    // four arguments and returns the result of `read_at`.
    //
    // A C program that provides a `cso_source` allows calls of its `read_at` until the source is
    // closed, if `user` belongs to the same source and `buf` has `len` writable bytes. The contract
    // of this function requires all of this.
    unsafe { cso_rt_call_read_at(user, offset, buf, len, read_at) }
}
