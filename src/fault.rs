//! Defects on demand: what the library does about its own failures, and the machine's, is tested by
//! programs that cannot bring them about otherwise.
//!
//! Only builds with debug assertions and std have any of it. In all others [`strikes`] is `false`
//! and costs nothing.

/// A defect. The number is what C programs ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A call on a handle panics.
    Panic = 1,
    /// A block that was just encoded does not read back.
    #[cfg_attr(not(feature = "std"), allow(dead_code))] // the writer's
    Mismatch = 2,
}

/// Whether this defect was asked for. It strikes once.
#[cfg(all(debug_assertions, feature = "std"))]
pub(crate) fn strikes(fault: Fault) -> bool {
    armed::disarm(fault as u32)
}

/// Never: this build has no defects on demand.
#[cfg(not(all(debug_assertions, feature = "std")))]
pub(crate) const fn strikes(_: Fault) -> bool {
    false
}

#[cfg(all(debug_assertions, feature = "std"))]
pub(crate) use armed::arm;

#[cfg(all(debug_assertions, feature = "std"))]
mod armed {
    use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// The fault that is to strike next; 0 is none.
    static NEXT: AtomicU32 = AtomicU32::new(0);

    /// Makes the fault with this number strike at the next occasion.
    pub(crate) fn arm(number: u32) {
        NEXT.store(number, Relaxed);
    }

    pub(super) fn disarm(number: u32) -> bool {
        NEXT.compare_exchange(number, 0, Relaxed, Relaxed).is_ok()
    }
}
