//! Traits for sources, from which compressed bytes are read, and for sinks, to which a new file is
//! written. Every call states an offset, so sources and sinks have no cursor.

#[cfg(feature = "std")]
pub(crate) mod file;
mod slice;

use crate::error::{Error, ErrorKind, Result};
use alloc::boxed::Box;

/// A source: a file, or anything else that has a fixed number of bytes and can be read at any
/// offset.
///
/// The trait is implemented for `std::fs::File`, byte slices and `Vec<u8>`, and also for references
/// to sources and boxes that contain sources.
///
/// Reading takes `&self`. Several threads may read an `Image` at the same time if its source is
/// [`Sync`].
///
/// # Examples
///
/// A source that reads every byte from a function, such as an HTTP request for a range:
///
/// ```
/// use cso::{Error, ErrorKind, ReadAt, Result};
///
/// struct Remote<F> {
///     size: u64,
///     get: F,
/// }
///
/// impl<F: Fn(u64, &mut [u8]) -> std::io::Result<usize>> ReadAt for Remote<F> {
///     fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
///         (self.get)(offset, buf).map_err(|e| {
///             let error = Error::new(ErrorKind::Read);
///             e.raw_os_error().map_or(error, |os| error.with_os(os))
///         })
///     }
///
///     fn size(&self) -> Result<u64> {
///         Ok(self.size)
///     }
/// }
///
/// # let mut iso = vec![0; 20 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// let remote = Remote {
///     size: iso.len() as u64,
///     get: |offset: u64, buf: &mut [u8]| {
///         let rest = &iso[(offset as usize).min(iso.len())..];
///         let count = rest.len().min(buf.len());
///         buf[..count].copy_from_slice(&rest[..count]);
///         Ok(count)
///     },
/// };
/// let image = cso::Image::open(remote)?;
/// assert_eq!(image.info().sectors, 20);
/// # cso::Result::Ok(())
/// ```
pub trait ReadAt {
    /// Reads up to `buf.len()` bytes into `buf`, beginning at byte `offset` of the source. Returns
    /// the number of bytes read.
    ///
    /// The source may read fewer bytes than requested. It returns 0 only if `offset` is at or past
    /// the end of the source, or if `buf` is empty.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Read`], or another kind that describes the failure better.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize>;

    /// Returns the number of bytes in the source.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Read`], or another kind that describes the failure better.
    fn size(&self) -> Result<u64>;

    /// Returns all bytes of the source if they are in memory and do not change. Blocks are then
    /// decoded directly from these bytes. Returns `None` for any other source. The default
    /// implementation returns `None`.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }

    /// Fills all of `buf` with the bytes of the source that begin at byte `offset`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Truncated`] if the source ends before `buf` is full, or the error that
    /// [`read_at`](Self::read_at) returned.
    fn read_exact_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        let mut done = 0;
        while done < buf.len() {
            let at = offset.saturating_add(done as u64);
            let rest = &mut buf[done..];
            let wanted = rest.len();
            let count = self.read_at(at, rest).map_err(|e| e.at(at))?;
            if count == 0 {
                return Err(Error::new(ErrorKind::Truncated).at(at));
            }
            if count > wanted {
                // The source is defective, because `read_at` must not return more than `wanted`.
                return Err(Error::new(ErrorKind::Read).at(at));
            }
            done += count;
        }
        Ok(())
    }
}

/// A sink: a file, or anything else to which a new image can be written at any offset.
///
/// The trait is implemented for `std::fs::File` and `Vec<u8>`. The beginning of the file, with its
/// header and its index, is written last. So a pipe or a socket cannot be a sink.
///
/// # Examples
///
/// A sink that does not keep the bytes. It only finds the length that the file of a compressed
/// image would have:
///
/// ```
/// # #[cfg(feature = "std")] {
/// use cso::{CompressOptions, Format, Image, Result, WriteAt};
/// use std::ops::ControlFlow;
///
/// #[derive(Default)]
/// struct Count(u64);
///
/// impl WriteAt for Count {
///     fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()> {
///         self.0 = self.0.max(offset + data.len() as u64);
///         Ok(())
///     }
/// }
///
/// # let mut iso = vec![0; 20 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// let image = Image::open(&iso[..])?;
/// let mut count = Count::default();
/// let options = CompressOptions::new(Format::CsoV1);
/// let summary = cso::compress(&image, &mut count, &options, &mut |_| {
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(summary.file_size, count.0);
/// # }
/// # cso::Result::Ok(())
/// ```
pub trait WriteAt {
    /// Writes all of `data` to the sink, beginning at byte `offset`. If `offset` is past the end of
    /// the sink, the bytes between this end and `offset` become zeros.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Write`], or another kind that describes the failure better.
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

    /// A source of the bytes 0, 1 and 2. Each call of `read_at` reads one byte. At or past the end
    /// of the source, `read_at` claims to have read `count_past_end` bytes, where 0 is correct.
    struct OneByteReads {
        count_past_end: usize,
    }

    impl ReadAt for OneByteReads {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
            if offset >= 3 {
                return Ok(self.count_past_end);
            }
            buf[0] = offset as u8;
            Ok(1)
        }

        fn size(&self) -> Result<u64> {
            Ok(3)
        }
    }

    #[test]
    fn short_reads_are_joined() {
        let mut buf = [9; 3];
        let source = OneByteReads { count_past_end: 0 };
        source.read_exact_at(0, &mut buf).unwrap();
        assert_eq!(buf, [0, 1, 2]);
    }

    #[test]
    fn early_end_and_impossible_count_are_errors_with_an_offset() {
        for (count_past_end, kind) in [(0, ErrorKind::Truncated), (9, ErrorKind::Read)] {
            let source = OneByteReads { count_past_end };
            let error = source.read_exact_at(0, &mut [0; 5]).unwrap_err();
            assert_eq!((error.kind(), error.offset()), (kind, Some(3)));
        }
    }
}
