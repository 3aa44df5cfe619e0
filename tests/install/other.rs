//! Another Rust library for the same program. Like libcso, it includes the code for unwinding. It also
//! starts a program, because std refers to functions for that only weakly.

#[no_mangle]
pub extern "C" fn other_answer() -> i32 {
    if !std::process::Command::new("true").status().is_ok_and(|status| status.success()) {
        return 0;
    }
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(|| std::panic::panic_any(42)) {
        Ok(()) => 0,
        Err(answer) => *answer.downcast().unwrap_or_default(),
    }
}
