//! A panic is a defect of this library: the program stops where it is, for a debugger or the
//! system's own handler to show.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    #[cfg(target_arch = "mips")]
    // SAFETY: the breakpoint exception ends or suspends the program; it reads and writes nothing.
    unsafe {
        core::arch::asm!("break", options(nomem, nostack))
    };
    loop {
        core::hint::spin_loop();
    }
}
