//! Memory of the heap that an image owns.
//!
//! In the archive for C programs on a small machine there is none of it: all memory is lent, by the
//! program or by `capi`, which then takes one piece from the heap. What is here for that archive
//! cannot exist, so the compiler leaves out all code that would use it.

#[cfg(not(cso_rt))]
pub(super) use heap::{Bytes, One};
#[cfg(cso_rt)]
pub(super) use none::{Bytes, One};

#[cfg(not(cso_rt))]
mod heap {
    use crate::error::{ErrorKind, Result};
    use alloc::vec::Vec;
    use core::ops::{Deref, DerefMut};

    /// Bytes whose number changes.
    pub(in crate::image) struct Bytes(Vec<u8>);

    impl Bytes {
        pub(in crate::image) fn new() -> Option<Self> {
            Some(Bytes(Vec::new()))
        }

        /// No bytes yet, but room for `len`.
        pub(in crate::image) fn with_room(len: usize) -> Result<Self> {
            let mut bytes = Bytes(Vec::new());
            bytes.reserve(len)?;
            Ok(bytes)
        }

        pub(in crate::image) fn clear(&mut self) {
            self.0.clear();
        }

        /// Appends `count` zeros.
        pub(in crate::image) fn grow(&mut self, count: usize) -> Result<()> {
            self.reserve(count)?;
            self.0.resize(self.0.len() + count, 0);
            Ok(())
        }

        fn reserve(&mut self, count: usize) -> Result<()> {
            let reserved = self.0.try_reserve_exact(count);
            reserved.map_err(|_| ErrorKind::OutOfMemory.into())
        }
    }

    impl Deref for Bytes {
        type Target = [u8];

        fn deref(&self) -> &[u8] {
            &self.0
        }
    }

    impl DerefMut for Bytes {
        fn deref_mut(&mut self) -> &mut [u8] {
            &mut self.0
        }
    }

    /// One value: a `Box`, but that memory may be short.
    pub(in crate::image) struct One<T>(Vec<T>);

    impl<T> One<T> {
        pub(in crate::image) fn new(value: T) -> Result<Self> {
            let mut one = Vec::new();
            one.try_reserve_exact(1)
                .map_err(|_| ErrorKind::OutOfMemory)?;
            one.push(value);
            Ok(One(one))
        }
    }

    impl<T> Deref for One<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0[0]
        }
    }

    impl<T> DerefMut for One<T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0[0]
        }
    }
}

#[cfg(cso_rt)]
mod none {
    use crate::error::{ErrorKind, Result};
    use core::marker::PhantomData;
    use core::ops::{Deref, DerefMut};

    pub(in crate::image) enum Bytes {}

    impl Bytes {
        pub(in crate::image) fn new() -> Option<Self> {
            None
        }

        pub(in crate::image) fn with_room(_len: usize) -> Result<Self> {
            Err(ErrorKind::OutOfMemory.into())
        }

        pub(in crate::image) fn clear(&mut self) {
            match *self {}
        }

        pub(in crate::image) fn grow(&mut self, _count: usize) -> Result<()> {
            match *self {}
        }
    }

    impl Deref for Bytes {
        type Target = [u8];

        fn deref(&self) -> &[u8] {
            match *self {}
        }
    }

    impl DerefMut for Bytes {
        fn deref_mut(&mut self) -> &mut [u8] {
            match *self {}
        }
    }

    pub(in crate::image) struct One<T>(Bytes, PhantomData<T>);

    impl<T> One<T> {
        pub(in crate::image) fn new(_value: T) -> Result<Self> {
            Err(ErrorKind::OutOfMemory.into())
        }
    }

    impl<T> Deref for One<T> {
        type Target = T;

        fn deref(&self) -> &T {
            match self.0 {}
        }
    }

    impl<T> DerefMut for One<T> {
        fn deref_mut(&mut self) -> &mut T {
            match self.0 {}
        }
    }
}
