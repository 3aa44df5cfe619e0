//! Another Rust library for the same program. Like libcso, it includes the code for unwinding.

#[no_mangle]
pub extern "C" fn other_answer() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(|| std::panic::panic_any(42)) {
        Ok(()) => 0,
        Err(answer) => *answer.downcast().unwrap_or_default(),
    }
}
