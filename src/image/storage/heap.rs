//! Types that keep values on the heap. If an allocation fails, they return an error and do not
//! panic.

use crate::error::{ErrorKind, Result};
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A byte vector on the heap, like `Vec<u8>`.
pub(in crate::image) struct Bytes(Vec<u8>);

impl Bytes {
    /// Returns an empty vector. The result is an `Option`, because `no_heap.rs` has a function with
    /// the same signature, which returns `None` in builds without a heap.
    pub(in crate::image) fn new() -> Option<Self> {
        Some(Bytes(Vec::new()))
    }

    /// Returns an empty vector and allocates its memory, so that it can grow to `len` bytes.
    pub(in crate::image) fn with_capacity(len: usize) -> Result<Self> {
        let mut bytes = Bytes(Vec::new());
        bytes.reserve(len)?;
        Ok(bytes)
    }

    pub(in crate::image) fn clear(&mut self) {
        self.0.clear();
    }

    /// Appends `count` bytes, all of which are 0.
    pub(in crate::image) fn grow(&mut self, count: usize) -> Result<()> {
        self.reserve(count)?;
        self.0.resize(self.0.len() + count, 0);
        Ok(())
    }

    /// Allocates memory for `count` more bytes, if the vector does not have it already.
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

/// One value on the heap, like a `Box`.
pub(in crate::image) struct Single<T>(Vec<T>);

impl<T> Single<T> {
    pub(in crate::image) fn new(value: T) -> Result<Self> {
        let mut single = Vec::new();
        single
            .try_reserve_exact(1)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        single.push(value);
        Ok(Single(single))
    }
}

impl<T> Deref for Single<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0[0]
    }
}

impl<T> DerefMut for Single<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0[0]
    }
}

/// A vector on the heap. The code that uses it calls `reset` with the number of values before it
/// adds values with `push`, because only `reset` returns an error if an allocation fails.
pub(in crate::image) struct List<T>(Vec<T>);

impl<T> List<T> {
    pub(in crate::image) const fn new() -> Self {
        List(Vec::new())
    }

    /// Removes all values. Allocates memory if the vector has no space for `count` values.
    pub(in crate::image) fn reset(&mut self, count: usize) -> Result<()> {
        self.0.clear();
        let reserved = self.0.try_reserve(count);
        reserved.map_err(|_| ErrorKind::OutOfMemory.into())
    }

    #[inline(always)]
    pub(in crate::image) fn push(&mut self, value: T) {
        self.0.push(value);
    }

    /// Removes all values after the first `count` values.
    pub(in crate::image) fn truncate(&mut self, count: usize) {
        self.0.truncate(count);
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.0
    }
}
