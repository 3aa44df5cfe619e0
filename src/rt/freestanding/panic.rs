//! The panic handler. A panic is a defect of the library, so the handler stops the program in a way
//! that a debugger or the exception handler of the system shows.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    #[cfg(target_arch = "mips")]
    // SAFETY: the instruction raises a breakpoint exception. It accesses no memory.
    unsafe {
        core::arch::asm!("break", options(nomem, nostack))
    };
    loop {
        core::hint::spin_loop();
    }
}
