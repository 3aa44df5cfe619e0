//! Sources that return few bytes, fail, change, or report wrong numbers.

use cso::{Error, ErrorKind, ReadAt, Result};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The operating system's error number that [`Failing`] reports.
pub const OS_ERROR: i32 = 5;

/// A source that returns few bytes for each call: 1, then 2, up to `most`, then 1 again.
pub struct Short<'a> {
    pub bytes: &'a [u8],
    pub most: usize,
    calls: AtomicUsize,
}

impl<'a> Short<'a> {
    pub fn new(bytes: &'a [u8], most: usize) -> Self {
        Short {
            bytes,
            most,
            calls: AtomicUsize::new(0),
        }
    }
}

impl ReadAt for Short<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let some = buf.len().min(call % self.most + 1);
        self.bytes.read_at(offset, &mut buf[..some])
    }

    fn size(&self) -> Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

/// A source that fails in call number `call` of `read_at`, counted from 0, and also in all later
/// calls if `from_then_on` is set.
pub struct Failing<'a> {
    pub bytes: &'a [u8],
    pub call: usize,
    pub from_then_on: bool,
    pub calls: AtomicUsize,
}

impl<'a> Failing<'a> {
    pub fn new(bytes: &'a [u8], call: usize, from_then_on: bool) -> Self {
        Failing {
            bytes,
            call,
            from_then_on,
            calls: AtomicUsize::new(0),
        }
    }
}

impl ReadAt for Failing<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call == self.call || self.from_then_on && call > self.call {
            return Err(Error::new(ErrorKind::Read).with_os(OS_ERROR));
        }
        self.bytes.read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

/// A source that reads from `before`, and from call number `call` of `read_at` on, counted from 0,
/// from `after`.
pub struct Changing<'a> {
    pub before: &'a [u8],
    pub after: &'a [u8],
    pub call: usize,
    pub calls: AtomicUsize,
}

impl<'a> Changing<'a> {
    pub fn new(before: &'a [u8], after: &'a [u8], call: usize) -> Self {
        Changing {
            before,
            after,
            call,
            calls: AtomicUsize::new(0),
        }
    }
}

impl ReadAt for Changing<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let bytes = if call < self.call {
            self.before
        } else {
            self.after
        };
        bytes.read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.before.len() as u64)
    }
}

/// A source that reports `extra` more bytes than it read, and a size that may be wrong.
pub struct WrongNumbers<'a> {
    pub bytes: &'a [u8],
    pub extra: usize,
    pub size: u64,
}

impl ReadAt for WrongNumbers<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        Ok(self.bytes.read_at(offset, buf)?.saturating_add(self.extra))
    }

    fn size(&self) -> Result<u64> {
        Ok(self.size)
    }
}

/// A source that counts the calls of `read_at` and the bytes that they request.
pub struct Counting<'a> {
    pub bytes: &'a [u8],
    pub calls: AtomicUsize,
    pub asked: AtomicUsize,
}

impl<'a> Counting<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Counting {
            bytes,
            calls: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
        }
    }

    /// Returns the numbers of calls and of requested bytes since the last call of this function.
    pub fn take(&self) -> (usize, u64) {
        let calls = self.calls.swap(0, Ordering::Relaxed);
        (calls, self.asked.swap(0, Ordering::Relaxed) as u64)
    }
}

impl ReadAt for Counting<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.asked.fetch_add(buf.len(), Ordering::Relaxed);
        self.bytes.read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}
