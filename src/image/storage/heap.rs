//! Types on the heap whose allocations return an error, instead of a panic, if memory is short.

use crate::error::{ErrorKind, Result};
use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A byte vector on the heap.
pub(in crate::image) struct Bytes(Vec<u8>);

impl Bytes {
    /// Returns an empty vector. In a build without a heap, the function of the same name in
    /// `no_heap.rs` returns `None`.
    pub(in crate::image) fn new() -> Option<Self> {
        Some(Bytes(Vec::new()))
    }

    /// Returns an empty vector with a capacity of `len` bytes.
    pub(in crate::image) fn with_capacity(len: usize) -> Result<Self> {
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

/// A vector on the heap that grows only in `reset`.
pub(in crate::image) struct List<T>(Vec<T>);

impl<T> List<T> {
    pub(in crate::image) const fn new() -> Self {
        List(Vec::new())
    }

    /// Removes all values and reserves memory for `count` values.
    pub(in crate::image) fn reset(&mut self, count: usize) -> Result<()> {
        self.0.clear();
        let reserved = self.0.try_reserve(count);
        reserved.map_err(|_| ErrorKind::OutOfMemory.into())
    }

    #[inline(always)]
    pub(in crate::image) fn push(&mut self, value: T) {
        self.0.push(value);
    }

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
