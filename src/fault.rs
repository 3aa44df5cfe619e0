//! Faults that tests request, to test how the library handles defects of itself or of the machine.
//!
//! Faults occur only in builds with the feature `test-faults` and debug assertions. Cargo sets the
//! feature for the tests of this crate. In other builds [`was_requested`] returns `false`.

/// A fault. C programs request it by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A call on a handle panics.
    Panic = 1,
    /// A block that was just encoded does not decode to the same bytes.
    #[cfg_attr(not(feature = "std"), allow(dead_code))] // Only the writer uses it.
    Mismatch = 2,
}

pub(crate) use requests::*;

#[cfg(all(feature = "test-faults", debug_assertions))]
mod requests {
    use super::Fault;
    use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// Number of the requested fault, or 0.
    static REQUESTED: AtomicU32 = AtomicU32::new(0);

    /// Requests that the fault with this number occurs once.
    pub(crate) fn request(number: u32) {
        REQUESTED.store(number, Relaxed);
    }

    /// Returns whether `fault` was requested, and removes the request.
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
