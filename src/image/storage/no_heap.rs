//! Replaces `heap.rs` in the library for the PSP (`cso_rt`), which has no heap. A value of `Bytes`
//! or `Single` can never exist, so the compiler removes the code that would use it. A `List` is
//! always empty.

use crate::error::{ErrorKind, Result};
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

pub(in crate::image) enum Bytes {}

impl Bytes {
    pub(in crate::image) fn new() -> Option<Self> {
        None
    }

    pub(in crate::image) fn with_capacity(_len: usize) -> Result<Self> {
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

pub(in crate::image) struct Single<T>(Bytes, PhantomData<T>);

impl<T> Single<T> {
    pub(in crate::image) fn new(_value: T) -> Result<Self> {
        Err(ErrorKind::OutOfMemory.into())
    }
}

impl<T> Deref for Single<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self.0 {}
    }
}

impl<T> DerefMut for Single<T> {
    fn deref_mut(&mut self) -> &mut T {
        match self.0 {}
    }
}

pub(in crate::image) struct List<T>(PhantomData<T>);

impl<T> List<T> {
    pub(in crate::image) const fn new() -> Self {
        List(PhantomData)
    }

    pub(in crate::image) fn reset(&mut self, _count: usize) -> Result<()> {
        Ok(())
    }

    pub(in crate::image) fn push(&mut self, _value: T) {}

    pub(in crate::image) fn truncate(&mut self, _count: usize) {}
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &[]
    }
}
