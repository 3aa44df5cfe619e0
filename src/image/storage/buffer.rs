//! `Buffer`: a byte vector that is either on the heap or in memory that the caller lent when the
//! image was opened.

use super::heap::Bytes;
use super::needs::round_up_to_line;
use crate::error::{Error, ErrorKind, Result};
use core::ops::{Deref, DerefMut};

/// A byte vector that can grow. It is either on the heap or in memory that the caller lent.
pub(in crate::image) enum Buffer {
    Heap(Bytes),
    /// The lent bytes that belong to this buffer, and how many of them are in use. The bytes in use
    /// come first and are the content of the vector.
    Lent(&'static mut [u8], usize),
}

impl Buffer {
    /// Returns an empty buffer on the heap, which allocates memory when it grows. In builds without
    /// a heap (`cso_rt`), returns a buffer that has no memory and cannot grow.
    pub(in crate::image) fn new() -> Self {
        match Bytes::new() {
            Some(bytes) => Buffer::Heap(bytes),
            None => Buffer::Lent(&mut [], 0),
        }
    }

    /// Returns an empty buffer that can grow to `len` bytes. Takes this memory from `lent`, or
    /// allocates it on the heap if `lent` is `None`.
    pub(in crate::image) fn with_capacity(len: usize, lent: Option<&mut Region>) -> Result<Self> {
        match lent {
            Some(lent) => Ok(Buffer::Lent(lent.take(len)?, 0)),
            None => Ok(Buffer::Heap(Bytes::with_capacity(len)?)),
        }
    }

    /// Replaces the content by `len` bytes, all of which are 0.
    pub(in crate::image) fn reset(&mut self, len: usize) -> Result<()> {
        self.clear();
        self.grow(len)
    }

    pub(in crate::image) fn clear(&mut self) {
        match self {
            Buffer::Heap(bytes) => bytes.clear(),
            Buffer::Lent(_, used) => *used = 0,
        }
    }

    /// Appends `count` bytes, all of which are 0. Fails with [`ErrorKind::OutOfMemory`] if there is
    /// no memory for them.
    pub(in crate::image) fn grow(&mut self, count: usize) -> Result<()> {
        match self {
            Buffer::Heap(bytes) => bytes.grow(count)?,
            Buffer::Lent(all, used) => {
                let more = all.get_mut(*used..).and_then(|rest| rest.get_mut(..count));
                more.ok_or(Error::new(ErrorKind::OutOfMemory))?.fill(0);
                *used += count;
            }
        }
        Ok(())
    }

    /// If the buffer has fewer than `len` bytes, appends zero bytes until it has `len` bytes.
    /// Otherwise does nothing.
    pub(in crate::image) fn grow_to(&mut self, len: usize) -> Result<()> {
        match len.checked_sub(self.len()) {
            Some(count) => self.grow(count),
            None => Ok(()),
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Heap(bytes) => bytes,
            Buffer::Lent(all, used) => &all[..*used],
        }
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Buffer::Heap(bytes) => bytes,
            Buffer::Lent(all, used) => &mut all[..*used],
        }
    }
}

/// The part of the lent memory that does not belong to a buffer yet. Each new buffer takes its
/// bytes from the start of this part. The part always begins at a multiple of [`LINE`](super::LINE)
/// bytes, so no two buffers share a line of the processor's cache.
pub(in crate::image) struct Region(&'static mut [u8]);

impl Region {
    /// Returns a region that has all bytes of `memory`. The address of `memory` has to be a
    /// multiple of [`LINE`](super::LINE).
    pub(in crate::image) fn new(memory: &'static mut [u8]) -> Self {
        Region(memory)
    }

    /// Removes `len` bytes from the start of the region and returns them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if the region has fewer than `len` bytes. The region is then
    /// empty.
    fn take(&mut self, len: usize) -> Result<&'static mut [u8]> {
        let rest = core::mem::take(&mut self.0);
        match rest.split_at_mut_checked(round_up_to_line(len)) {
            Some((taken, rest)) => {
                self.0 = rest;
                Ok(&mut taken[..len])
            }
            None => Err(ErrorKind::OutOfMemory.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::boxed::Box;
    use std::vec;

    #[test]
    fn buffers_in_lent_memory_do_not_overlap_or_exceed_it() {
        let memory: &'static mut [u8] = Box::leak(vec![7; 2 * 64].into_boxed_slice());
        let mut lent = Region::new(memory);
        let mut first = Buffer::with_capacity(6, Some(&mut lent)).unwrap();
        let mut second = Buffer::with_capacity(4, Some(&mut lent)).unwrap();
        assert!(Buffer::with_capacity(1, Some(&mut lent)).is_err());
        first.reset(6).unwrap();
        second.reset(4).unwrap();
        assert_eq!((&*first, &*second), (&[0; 6][..], &[0; 4][..]));
        assert_eq!(second.grow(1).unwrap_err().kind(), ErrorKind::OutOfMemory);
        first.fill(9);
        first.grow_to(3).unwrap();
        assert_eq!(&*first, [9; 6]);
        first.clear();
        assert!(first.is_empty());
    }

    #[test]
    fn grow_to_keeps_the_content() {
        let mut buffer = Buffer::new();
        buffer.reset(2).unwrap();
        buffer.fill(5);
        buffer.grow_to(4).unwrap();
        assert_eq!(&*buffer, [5, 5, 0, 0]);
    }
}
