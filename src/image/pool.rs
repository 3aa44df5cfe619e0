//! Things lent to one caller at a time. Without threads there is one such thing and no lock.

#[cfg(not(feature = "std"))]
pub(super) use alone::Pool;
#[cfg(feature = "std")]
pub(super) use shared::Pool;

#[cfg(feature = "std")]
mod shared {
    use crate::error::Result;
    use alloc::boxed::Box;
    use alloc::vec::Vec;
    use std::sync::{Mutex, PoisonError};

    pub(in crate::image) struct Pool<T>(Mutex<Vec<Box<T>>>);

    impl<T> Pool<T> {
        pub(in crate::image) fn new(first: T) -> Self {
            Pool(Mutex::new(Vec::from([Box::new(first)])))
        }

        /// Lends a thing to `work`: one that `suits`, else the one that was given back last, for its
        /// warm cache, or a new one if all are lent.
        pub(in crate::image) fn lend<R>(
            &self,
            suits: impl Fn(&T) -> bool,
            new: impl FnOnce() -> Result<T>,
            work: impl FnOnce(&mut T) -> Result<R>,
        ) -> Result<R> {
            let mut thing = match self.take(suits) {
                Some(thing) => thing,
                None => Box::new(new()?),
            };
            let result = work(&mut thing);
            self.put(thing);
            result
        }

        fn take(&self, suits: impl Fn(&T) -> bool) -> Option<Box<T>> {
            let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match things.iter().rposition(|thing| suits(thing)) {
                Some(place) => Some(things.remove(place)),
                None => things.pop(),
            }
        }

        fn put(&self, thing: Box<T>) {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(thing);
        }
    }
}

#[cfg(not(feature = "std"))]
mod alone {
    use crate::error::{ErrorKind, Result};
    use core::cell::RefCell;

    pub(in crate::image) struct Pool<T>(RefCell<T>);

    impl<T> Pool<T> {
        pub(in crate::image) fn new(only: T) -> Self {
            Pool(RefCell::new(only))
        }

        /// Lends the thing to `work`, unless it is lent already: to the caller of a source that
        /// reads from its own image.
        pub(in crate::image) fn lend<R>(
            &self,
            _suits: impl Fn(&T) -> bool,
            _new: impl FnOnce() -> Result<T>,
            work: impl FnOnce(&mut T) -> Result<R>,
        ) -> Result<R> {
            match self.0.try_borrow_mut() {
                Ok(mut thing) => work(&mut thing),
                Err(_) => Err(ErrorKind::Argument.into()),
            }
        }
    }
}
