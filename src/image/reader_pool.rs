//! `ReaderPool`: the states of readers, each of which is used by one thread at a time.

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

    /// The values that no thread uses now. A new value is made only if the pool is empty, so the
    /// number of values is at most the largest number of threads that used values at one time.
    pub(in crate::image) struct ReaderPool<T>(Mutex<Vec<Box<T>>>);

    impl<T> ReaderPool<T> {
        pub(in crate::image) fn new(first: T) -> Self {
            ReaderPool(Mutex::new(Vec::from([Box::new(first)])))
        }

        /// Takes a value out of the pool. The value is returned to the pool when the result is
        /// dropped.
        ///
        /// Takes a value for which `suits` returns `true`. If there is none, takes the value that
        /// was returned to the pool last, whose memory is likely to be in the cache. If the pool is
        /// empty, makes a value with `new`.
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

    /// A value that was taken out of a pool. It is returned to the pool when the guard is dropped.
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
            // The state of the value is unspecified after a panic, so it is not used again.
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

    /// The only value. Without std, an image is used by one thread.
    pub(in crate::image) struct ReaderPool<T>(RefCell<T>);

    impl<T> ReaderPool<T> {
        pub(in crate::image) fn new(only: T) -> Self {
            ReaderPool(RefCell::new(only))
        }

        /// Takes the value until the result is dropped.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::Argument`] if the value is taken already. This happens if the image reads
        /// from its source, and the source in turn reads from the same image.
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
