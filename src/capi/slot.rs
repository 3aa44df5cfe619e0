//! A value that is replaced whole: by any thread, where there are threads.

/// Holds one value of a type that is copied in and out.
#[cfg(feature = "std")]
pub(super) struct Slot<T>(std::sync::Mutex<T>);

#[cfg(feature = "std")]
impl<T: Copy> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Slot(std::sync::Mutex::new(value))
    }

    pub(super) fn set(&self, value: T) {
        *self.lock() = value;
    }

    pub(super) fn get(&self) -> T {
        *self.lock()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, T> {
        // A copy cannot panic, so there is nothing half done behind a poisoned lock.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Holds one value of a type that is copied in and out.
#[cfg(not(feature = "std"))]
pub(super) struct Slot<T>(core::cell::Cell<T>);

#[cfg(not(feature = "std"))]
impl<T: Copy> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Slot(core::cell::Cell::new(value))
    }

    pub(super) fn set(&self, value: T) {
        self.0.set(value);
    }

    pub(super) fn get(&self) -> T {
        self.0.get()
    }
}
