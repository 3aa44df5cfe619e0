//! Memory of an open image: from the heap, or from a region that the caller lends at open.
//!
//! In the archive for C programs on a machine without std every byte is lent, so that archive has
//! no heap types: `no_heap` replaces `heap` and the compiler removes the code that would use it.

mod buffer;
#[cfg_attr(cso_rt, path = "no_heap.rs")]
mod heap;
mod needs;

use crate::error::Result;
use core::ops::{Deref, DerefMut};

pub(super) use buffer::{Buffer, Region};
pub(super) use heap::List;
pub(super) use needs::Needs;
pub(crate) use needs::{round_up_to_line, LentMemory, LINE};

/// A value on the heap, or in memory that the caller lent.
pub(super) enum Owned<T: 'static> {
    Heap(heap::Single<T>),
    Lent(&'static mut T),
}

impl<T> Owned<T> {
    /// Returns `value` on the heap.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind::OutOfMemory) if memory is short.
    pub(super) fn on_heap(value: T) -> Result<Self> {
        Ok(Owned::Heap(heap::Single::new(value)?))
    }
}

impl<T> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Owned::Heap(single) => single,
            Owned::Lent(value) => value,
        }
    }
}

impl<T> DerefMut for Owned<T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Owned::Heap(single) => single,
            Owned::Lent(value) => value,
        }
    }
}
