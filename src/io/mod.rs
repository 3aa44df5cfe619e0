//! Where bytes come from and where they go: positional, without a cursor.

#[cfg(feature = "std")]
pub(crate) mod file;
mod slice;

use crate::error::{Error, ErrorKind, Result};
use alloc::boxed::Box;

/// A file, or anything else that can be read at any place.
///
/// Reading takes `&self`: a source that is `Sync` is read from several threads at once.
pub trait ReadAt {
    /// Reads up to `buf.len()` bytes that begin at byte `offset` and returns how many.
    ///
    /// Fewer than asked for is allowed; 0 means that `offset` is at or past the end (or `buf` is
    /// empty).
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize>;

    /// How many bytes there are.
    fn size(&self) -> Result<u64>;

    /// All of the bytes, for a source that has them in memory, where they do not change: they are
    /// then decoded from there, without a copy. `None` by default.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }

    /// Fills `buf` with the bytes that begin at `offset`, or fails with
    /// [`ErrorKind::Truncated`] where the source ends first.
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        let mut done = 0;
        while done < buf.len() {
            let place = offset.saturating_add(done as u64);
            let rest = &mut buf[done..];
            let room = rest.len();
            let got = self.read_at(place, rest).map_err(|e| e.at(place))?;
            if got == 0 {
                return Err(Error::new(ErrorKind::Truncated).at(place));
            }
            if got > room {
                // A source that claims more than it was given room for has broken its contract.
                return Err(Error::new(ErrorKind::Read).at(place));
            }
            done += got;
        }
        Ok(())
    }
}

/// Where an image is written: positional too, because its header and index come last.
pub trait WriteAt {
    /// Writes all of `data` at byte `offset`. What lies between the old end and `offset` becomes
    /// zeros.
    fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()>;
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        (**self).read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        (**self).size()
    }

    fn in_memory(&self) -> Option<&[u8]> {
        (**self).in_memory()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Box<T> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        (**self).read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        (**self).size()
    }

    fn in_memory(&self) -> Option<&[u8]> {
        (**self).in_memory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time, then lies.
    struct Odd {
        claim: usize,
    }

    impl ReadAt for Odd {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
            if offset >= 3 {
                return Ok(self.claim);
            }
            buf[0] = offset as u8;
            Ok(1)
        }

        fn size(&self) -> Result<u64> {
            Ok(3)
        }
    }

    #[test]
    fn short_reads_are_put_together() {
        let mut buf = [9; 3];
        Odd { claim: 0 }.read_exact_at(0, &mut buf).unwrap();
        assert_eq!(buf, [0, 1, 2]);
    }

    #[test]
    fn the_end_and_a_lie_are_errors_with_a_place() {
        let mut buf = [0; 5];
        let end = Odd { claim: 0 }.read_exact_at(0, &mut buf).unwrap_err();
        assert_eq!((end.kind(), end.offset()), (ErrorKind::Truncated, Some(3)));
        let lie = Odd { claim: 9 }.read_exact_at(0, &mut buf).unwrap_err();
        assert_eq!((lie.kind(), lie.offset()), (ErrorKind::Read, Some(3)));
    }
}
