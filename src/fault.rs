//! Faults that tests cause on purpose. They show how the library handles its own bugs and the
//! errors of the machine.
//!
//! Faults can be requested only in builds with both the feature `test-faults` and debug assertions.
//! Cargo sets the feature for the tests of this crate. In all other builds, [`was_requested`]
//! returns `false`.

/// A fault that a test can request. Tests in C request a fault by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The next call of the C API that uses a handle panics.
    Panic = 1,
    /// The next check of an encoded block fails, as if the block did not decode to the original
    /// bytes.
    #[cfg_attr(not(feature = "std"), allow(dead_code))] // Used only to write images.
    Mismatch = 2,
}

pub(crate) use requests::*;

#[cfg(all(feature = "test-faults", debug_assertions))]
mod requests {
    use super::Fault;
    use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// Number of the fault that was requested and has not occurred yet, or 0 if there is none.
    static REQUESTED: AtomicU32 = AtomicU32::new(0);

    /// Requests that the fault with this number occurs once. If another fault was requested and has
    /// not occurred yet, it will not occur.
    pub(crate) fn request(number: u32) {
        REQUESTED.store(number, Relaxed);
    }

    /// Returns whether `fault` is requested. If it is, removes the request, so that the fault
    /// occurs once.
    pub(crate) fn was_requested(fault: Fault) -> bool {
        REQUESTED
            .compare_exchange(fault as u32, 0, Relaxed, Relaxed)
            .is_ok()
    }
}

#[cfg(not(all(feature = "test-faults", debug_assertions)))]
mod requests {
    pub(crate) const fn was_requested(_: super::Fault) -> bool {
        false
    }
}
