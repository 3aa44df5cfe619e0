//! The memory that an open image uses. It comes from the heap, or from a block of memory that the
//! caller lends when the image is opened.
//!
//! The library for the PSP (`cso_rt`) has no heap, and callers lend all memory. There, `no_heap.rs`
//! replaces `heap.rs`. Values of its types can never exist, so the compiler removes all code that
//! uses them.

mod buffer;
#[cfg_attr(cso_rt, path = "no_heap.rs")]
mod heap;
mod needs;

use crate::error::Result;
use core::ops::{Deref, DerefMut};

pub(super) use buffer::{Buffer, Region};
pub(super) use heap::List;
pub(super) use needs::MemoryNeeds;
pub(crate) use needs::{round_up_to_line, LentMemory, LINE};

/// A value that is either on the heap or in memory that the caller lent.
pub(super) enum Owned<T: 'static> {
    Heap(heap::Single<T>),
    Lent(&'static mut T),
}

impl<T> Owned<T> {
    /// Moves `value` to the heap and returns it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind::OutOfMemory) if the allocation fails.
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
