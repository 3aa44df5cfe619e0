//! `ReadAhead`: a buffer for compressed bytes of the file. Some of them were read before they were
//! requested (read-ahead).
//!
//! While small requests are sequential, each read of the file reads more bytes than the request
//! needs. Most requests then find all their bytes in the buffer. The first such read has up to 8
//! KiB. This limit doubles with each read, up to 64 KiB. If a request is not sequential or needs
//! more bytes than the limit, only the bytes that it needs are read.
//!
//! A request first uses the bytes that are left in the buffer, and reads only the bytes after them.
//! Therefore sequential requests read every byte of the file only once.

use crate::error::Result;
use crate::image::storage::Buffer;
use crate::io::ReadAt;
use core::ops::Range;

/// Number of bytes in the first read of a sequence, including bytes that were not requested.
const FIRST_READ: usize = 8 << 10;

/// Largest number of bytes in a read that includes bytes that were not requested.
const MAX_READ: usize = 64 << 10;

/// A buffer that has the compressed bytes of one range of the file.
pub(in crate::image::reader) struct ReadAhead {
    buffer: Buffer,
    /// Range of offsets in the file whose bytes are at the start of `buffer`. Bytes of `buffer`
    /// after them are unused.
    held: Range<u64>,
    /// Size of the last read-ahead in bytes. After that read, the buffer had this number of bytes
    /// from the first requested byte on, or fewer if the file ended first. While requests are
    /// sequential, each read-ahead has twice the size of the one before it, up to `MAX_READ`. The
    /// size is 0 if the last read was for a request that is not sequential, and after a failed
    /// read-ahead.
    read_ahead_len: usize,
}

impl ReadAhead {
    pub(in crate::image::reader) fn new() -> Self {
        ReadAhead {
            buffer: Buffer::new(),
            held: 0..0,
            read_ahead_len: 0,
        }
    }

    /// Returns the bytes of the file in the range of offsets `bytes`, or `None` if the buffer does
    /// not have all of them.
    #[inline]
    pub(in crate::image::reader) fn get(&self, bytes: &Range<u64>) -> Option<&[u8]> {
        let is_held = bytes.start >= self.held.start && bytes.end <= self.held.end;
        is_held.then(|| {
            let start = (bytes.start - self.held.start) as usize;
            &self.buffer[start..start + (bytes.end - bytes.start) as usize]
        })
    }

    /// Reads the bytes of the file in the range of offsets `bytes` into the buffer, unless they are
    /// there already. If requests are sequential, `is_sequence` is set, and up to `MAX_READ` bytes
    /// are read. Otherwise only the range is read. `file_len` is the length of the file in bytes.
    ///
    /// # Errors
    ///
    /// The errors that the source returns, and
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind::OutOfMemory).
    pub(in crate::image::reader) fn fetch<S: ReadAt>(
        &mut self,
        source: &S,
        file_len: u64,
        bytes: &Range<u64>,
        is_sequence: bool,
    ) -> Result<()> {
        if self.get(bytes).is_some() {
            return Ok(());
        }
        let wanted = (bytes.end - bytes.start) as usize;
        self.read_ahead_len = match is_sequence {
            true => (2 * self.read_ahead_len).clamp(FIRST_READ, MAX_READ),
            false => 0,
        };
        let left = file_len.saturating_sub(bytes.start);
        let read_ahead_len = (self.read_ahead_len as u64).min(left) as usize;
        let kept = self.keep_from(bytes.start);
        if read_ahead_len > wanted {
            // A failed read-ahead is not an error, because not all of its bytes were requested.
            // Retry with the requested bytes only.
            match self.read(source, kept, read_ahead_len) {
                Ok(()) => return Ok(()),
                Err(_) => self.read_ahead_len = 0,
            }
        }
        self.read(source, kept, wanted)
    }

    /// Keeps only the bytes of the buffer that have offset `start` in the file or a higher one, and
    /// moves them to the start of the buffer. Keeps no bytes if the byte at `start` is not in the
    /// buffer. Returns the number of bytes kept.
    fn keep_from(&mut self, start: u64) -> usize {
        let is_held = self.held.contains(&start);
        let kept = if is_held { self.held.end - start } else { 0 } as usize;
        if kept != 0 {
            let from = (start - self.held.start) as usize;
            self.buffer.copy_within(from..from + kept, 0);
        }
        self.held = start..start + kept as u64;
        kept
    }

    /// Reads bytes of the file until the buffer has `len` bytes. The first `kept` bytes are in the
    /// buffer already.
    fn read<S: ReadAt>(&mut self, source: &S, kept: usize, len: usize) -> Result<()> {
        let start = self.held.start;
        self.buffer.grow_to(len)?;
        source.read_exact_at(start + kept as u64, &mut self.buffer[kept..len])?;
        self.held.end = start + len as u64;
        Ok(())
    }

    /// Fills `out` with bytes of the file, beginning at offset `start` of the file. Copies bytes
    /// that are in the buffer, and reads the bytes after them from the source. Does not change the
    /// buffer.
    pub(in crate::image::reader) fn read_through<S: ReadAt>(
        &self,
        source: &S,
        start: u64,
        out: &mut [u8],
    ) -> Result<()> {
        let mut done = 0;
        if self.held.contains(&start) {
            let from = (start - self.held.start) as usize;
            let held = &self.buffer[from..(self.held.end - self.held.start) as usize];
            done = held.len().min(out.len());
            out[..done].copy_from_slice(&held[..done]);
        }
        if done == out.len() {
            return Ok(());
        }
        source.read_exact_at(start + done as u64, &mut out[done..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::RefCell;
    use std::vec::Vec;

    /// A source of 1 MiB that records the offset and the length of each read. Bytes at offset `end`
    /// or later cannot be read.
    struct File {
        reads: RefCell<Vec<(u64, usize)>>,
        end: u64,
    }

    impl File {
        fn new() -> Self {
            File {
                reads: RefCell::new(Vec::new()),
                end: 1 << 20,
            }
        }

        fn take(&self) -> Vec<(u64, usize)> {
            self.reads.take()
        }
    }

    fn byte(at: u64) -> u8 {
        (at / 3) as u8
    }

    impl ReadAt for File {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
            self.reads.borrow_mut().push((offset, buf.len()));
            for (value, at) in buf.iter_mut().zip(offset..) {
                *value = byte(at);
            }
            Ok(buf.len().min(self.end.saturating_sub(offset) as usize))
        }

        fn size(&self) -> Result<u64> {
            Ok(1 << 20)
        }
    }

    fn fetch(ahead: &mut ReadAhead, file: &File, bytes: Range<u64>, is_sequence: bool) {
        ahead.fetch(file, 1 << 20, &bytes, is_sequence).unwrap();
        let held = ahead.get(&bytes).unwrap();
        assert!(held.iter().zip(bytes).all(|(have, at)| *have == byte(at)));
    }

    #[test]
    fn reads_grow_while_requests_are_sequential() {
        let (mut ahead, file) = (ReadAhead::new(), File::new());
        fetch(&mut ahead, &file, 1000..2000, false);
        for at in (2000..200_000).step_by(1000) {
            fetch(&mut ahead, &file, at..at + 1000, true);
        }
        let lens: Vec<_> = file.take().iter().map(|(_, len)| len >> 10).collect();
        // `lens` has the lengths in KiB, rounded down. The first request is not sequential and
        // reads only its 1000 bytes. Later reads grow up to 64 KiB. The last reads may be up to 1
        // KiB shorter, because a part of the requested bytes is still in the buffer and not read
        // again.
        assert_eq!(lens[0], 0);
        assert_eq!(lens[1], 8);
        assert!(
            lens[2..].windows(2).all(|pair| pair[0] <= pair[1]),
            "{lens:?}"
        );
        assert!(
            lens.ends_with(&[63, 63]) || lens.ends_with(&[64, 64]),
            "{lens:?}"
        );
        fetch(&mut ahead, &file, 900_000..900_100, false);
        assert_eq!(file.take(), [(900_000, 100)]);
    }

    #[test]
    fn no_byte_of_a_sequence_is_read_twice() {
        let (mut ahead, file) = (ReadAhead::new(), File::new());
        let mut at = 0;
        for len in [100, 5000, 3000, 90_000, 20, 70_000, 1, 150_000] {
            fetch(&mut ahead, &file, at..at + len, true);
            at += len;
        }
        let mut expected = 0;
        for (offset, len) in file.take() {
            assert_eq!(offset, expected);
            expected += len as u64;
        }
    }

    #[test]
    fn a_failed_read_ahead_is_not_an_error() {
        let (mut ahead, mut file) = (ReadAhead::new(), File::new());
        file.end = 3000;
        fetch(&mut ahead, &file, 0..1000, true);
        fetch(&mut ahead, &file, 1000..3000, true);
        let failed = ahead.fetch(&file, 1 << 20, &(2000..3001), true);
        assert!(failed.is_err());
        fetch(&mut ahead, &file, 1500..2500, false);
    }

    #[test]
    fn read_through_reads_only_bytes_that_are_not_in_the_buffer() {
        let (mut ahead, file) = (ReadAhead::new(), File::new());
        fetch(&mut ahead, &file, 100..300, false);
        file.take();
        let mut out = [0; 250];
        ahead.read_through(&file, 200, &mut out).unwrap();
        assert_eq!(file.take(), [(300, 150)]);
        assert!(out.iter().zip(200..).all(|(have, at)| *have == byte(at)));
        ahead.read_through(&file, 150, &mut out[..150]).unwrap();
        assert_eq!(file.take(), []);
    }
}
