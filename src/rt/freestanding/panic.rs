//! The panic handler, which is the function that Rust code calls when it panics. A panic means that
//! the library has a defect, so the handler stops the program. On a MIPS processor it raises a
//! breakpoint exception, which a debugger or the exception handler of the system shows. On other
//! processors it loops forever.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    #[cfg(target_arch = "mips")]
    // SAFETY: assembly code must have no effects except those that its options allow. The options
    // state that the code uses neither memory nor the stack. This is true of the instruction
    // `break`, which only raises a breakpoint exception. It also changes no register. If a debugger
    // continues the program, the loop after this block runs.
    unsafe {
        core::arch::asm!("break", options(nomem, nostack))
    };
    loop {
        core::hint::spin_loop();
    }
}
