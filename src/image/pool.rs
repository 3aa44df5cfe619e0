//! Things lent to one caller at a time. Without threads there is one such thing and no lock.

#[cfg(not(feature = "std"))]
pub(super) use alone::Pool;
#[cfg(feature = "std")]
pub(super) use shared::Pool;

#[cfg(feature = "std")]
mod shared {
    use alloc::vec::Vec;
    use std::sync::{Mutex, PoisonError};

    /// The last one given back is the first one lent again: a lone caller keeps its own.
    pub(in crate::image) struct Pool<T>(Mutex<Vec<T>>);

    impl<T> Pool<T> {
        pub(in crate::image) fn new(first: T) -> Self {
            Pool(Mutex::new(Vec::from([first])))
        }

        pub(in crate::image) fn take(&self) -> Option<T> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
        }

        pub(in crate::image) fn put(&self, thing: T) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(thing);
        }
    }
}

#[cfg(not(feature = "std"))]
mod alone {
    use core::cell::Cell;

    pub(in crate::image) struct Pool<T>(Cell<Option<T>>);

    impl<T> Pool<T> {
        pub(in crate::image) fn new(first: T) -> Self {
            Pool(Cell::new(Some(first)))
        }

        pub(in crate::image) fn take(&self) -> Option<T> {
            self.0.take()
        }

        pub(in crate::image) fn put(&self, thing: T) {
            self.0.set(Some(thing));
        }
    }
}
