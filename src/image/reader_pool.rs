//! `ReaderPool`: a pool of the values that threads need to read from an image. Each request takes a
//! value out of the pool, so no two threads use the same value at the same time.

#[cfg(not(feature = "std"))]
pub(super) use single::ReaderPool;
#[cfg(feature = "std")]
pub(super) use threaded::ReaderPool;

#[cfg(feature = "std")]
mod threaded {
    use crate::error::Result;
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use core::ops::{Deref, DerefMut};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// The values that no thread uses now. A new value is created only if the pool is empty.
    /// Therefore there are never more values than threads that read at the same time.
    pub(in crate::image) struct ReaderPool<T>(Mutex<Vec<Box<T>>>);

    impl<T> ReaderPool<T> {
        /// Returns a pool that contains `first`.
        pub(in crate::image) fn new(first: T) -> Self {
            ReaderPool(Mutex::new(Vec::from([Box::new(first)])))
        }

        /// Takes a value out of the pool. The value goes back to the pool when the result is
        /// dropped.
        ///
        /// Prefers a value for which `suits` returns `true`. If there is none, takes the value that
        /// came back to the pool last, because its memory is probably still in the processor's
        /// cache. If the pool is empty, creates a value with `new`.
        ///
        /// # Errors
        ///
        /// The errors of `new`.
        pub(in crate::image) fn take(
            &self,
            suits: impl Fn(&T) -> bool,
            new: impl FnOnce() -> Result<T>,
        ) -> Result<PoolGuard<'_, T>> {
            let mut values = self.lock();
            let value = match values.iter().rposition(|value| suits(value)) {
                Some(position) => Some(values.remove(position)),
                None => values.pop(),
            };
            drop(values);
            let value = match value {
                Some(value) => value,
                None => Box::new(new()?),
            };
            Ok(PoolGuard {
                pool: self,
                value: Some(value),
            })
        }

        fn lock(&self) -> MutexGuard<'_, Vec<Box<T>>> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// A value that was taken out of a pool. It goes back to the pool when this guard is dropped,
    /// unless the thread panics.
    pub(in crate::image) struct PoolGuard<'a, T> {
        pool: &'a ReaderPool<T>,
        value: Option<Box<T>>,
    }

    impl<T> Deref for PoolGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            self.value.as_ref().expect("present until dropped")
        }
    }

    impl<T> DerefMut for PoolGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.value.as_mut().expect("present until dropped")
        }
    }

    impl<T> Drop for PoolGuard<'_, T> {
        fn drop(&mut self) {
            // After a panic the content of the value is unspecified. Drop the value, so that no
            // other thread uses it.
            if let (Some(value), false) = (self.value.take(), std::thread::panicking()) {
                self.pool.lock().push(value);
            }
        }
    }
}

#[cfg(not(feature = "std"))]
mod single {
    use crate::error::{ErrorKind, Result};
    use core::cell::{RefCell, RefMut};

    /// The pool in builds without `std`. It has one value, because an image is used by one thread.
    pub(in crate::image) struct ReaderPool<T>(RefCell<T>);

    impl<T> ReaderPool<T> {
        pub(in crate::image) fn new(only: T) -> Self {
            ReaderPool(RefCell::new(only))
        }

        /// Returns the value, which stays taken until the result is dropped.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::Argument`] if the value is taken already. This happens if an image reads
        /// from its source, and the source reads from the same image to get the bytes.
        pub(in crate::image) fn take(
            &self,
            _suits: impl Fn(&T) -> bool,
            _new: impl FnOnce() -> Result<T>,
        ) -> Result<RefMut<'_, T>> {
            self.0
                .try_borrow_mut()
                .map_err(|_| ErrorKind::Argument.into())
        }
    }
}
