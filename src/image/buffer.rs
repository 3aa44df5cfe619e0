//! Bytes that a reader keeps: on the heap, or in memory that its caller lent for good.

use super::memory::in_lines;
use super::owned::Bytes;
use crate::error::{Error, ErrorKind, Result};
use core::ops::{Deref, DerefMut};

pub(super) enum Buffer {
    Heap(Bytes),
    /// The room, and how many bytes of it are in use.
    Lent(&'static mut [u8], usize),
}

impl Buffer {
    pub(super) fn new() -> Self {
        match Bytes::new() {
            Some(bytes) => Buffer::Heap(bytes),
            None => Buffer::Lent(&mut [], 0),
        }
    }

    /// An empty buffer with room for `len` bytes: taken from the front of `lent` if there is such
    /// memory, else from the heap.
    pub(super) fn with_room(len: usize, lent: Option<&mut Lent>) -> Result<Self> {
        match lent {
            Some(lent) => Ok(Buffer::Lent(lent.take(len)?, 0)),
            None => Ok(Buffer::Heap(Bytes::with_room(len)?)),
        }
    }

    /// Forgets what it holds and holds `len` zeros.
    pub(super) fn reset(&mut self, len: usize) -> Result<()> {
        self.clear();
        self.grow(len)
    }

    pub(super) fn clear(&mut self) {
        match self {
            Buffer::Heap(bytes) => bytes.clear(),
            Buffer::Lent(_, used) => *used = 0,
        }
    }

    /// Appends `count` zeros.
    pub(super) fn grow(&mut self, count: usize) -> Result<()> {
        match self {
            Buffer::Heap(bytes) => bytes.grow(count)?,
            Buffer::Lent(room, used) => {
                let more = room.get_mut(*used..).and_then(|rest| rest.get_mut(..count));
                more.ok_or(Error::new(ErrorKind::OutOfMemory))?.fill(0);
                *used += count;
            }
        }
        Ok(())
    }

    /// Holds `len` bytes or more, of any value.
    pub(super) fn at_least(&mut self, len: usize) -> Result<()> {
        match self.len() < len {
            true => self.reset(len),
            false => Ok(()),
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Buffer::Heap(bytes) => bytes,
            Buffer::Lent(room, used) => &room[..*used],
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Buffer::Heap(bytes) => bytes,
            Buffer::Lent(room, used) => &mut room[..*used],
        }
    }
}

/// Memory that is handed out from its front, in whole lines.
pub(super) struct Lent(&'static mut [u8]);

impl Lent {
    pub(super) fn new(memory: &'static mut [u8]) -> Self {
        Lent(memory)
    }

    fn take(&mut self, len: usize) -> Result<&'static mut [u8]> {
        let rest = core::mem::take(&mut self.0);
        match rest.split_at_mut_checked(in_lines(len)) {
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
    fn lent_memory_is_handed_out_once_and_never_exceeded() {
        let memory: &'static mut [u8] = Box::leak(vec![7; 2 * 64].into_boxed_slice());
        let mut lent = Lent::new(memory);
        let mut first = Buffer::with_room(6, Some(&mut lent)).unwrap();
        let mut second = Buffer::with_room(4, Some(&mut lent)).unwrap();
        assert!(Buffer::with_room(1, Some(&mut lent)).is_err());
        first.reset(6).unwrap();
        second.reset(4).unwrap();
        assert_eq!((&*first, &*second), (&[0; 6][..], &[0; 4][..]));
        assert_eq!(second.grow(1).unwrap_err().kind(), ErrorKind::OutOfMemory);
        first.fill(9);
        first.at_least(3).unwrap();
        assert_eq!(&*first, [9; 6]);
        first.clear();
        assert!(first.is_empty());
    }
}
