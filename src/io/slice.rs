//! Implements the trait `ReadAt` for byte slices and `Vec<u8>`, and the trait `WriteAt` for
//! `Vec<u8>`.

use super::{ReadAt, WriteAt};
use crate::error::{ErrorKind, Result};
use alloc::vec::Vec;

impl ReadAt for [u8] {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let rest = self.get(start..).unwrap_or(&[]);
        let count = rest.len().min(buf.len());
        buf[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.len() as u64)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        self.as_slice().read_at(offset, buf)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.len() as u64)
    }

    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl WriteAt for Vec<u8> {
    fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()> {
        let end = usize::try_from(offset)
            .ok()
            .and_then(|start| start.checked_add(data.len()))
            .ok_or(ErrorKind::OutOfMemory)?;
        if end > self.len() {
            self.try_reserve(end - self.len())
                .map_err(|_| ErrorKind::OutOfMemory)?;
            self.resize(end, 0);
        }
        self[end - data.len()..end].copy_from_slice(data);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stop_at_the_end() {
        let mut buf = [0; 4];
        assert_eq!([1u8, 2, 3][..].read_at(1, &mut buf), Ok(2));
        assert_eq!(buf, [2, 3, 0, 0]);
        assert_eq!([1u8][..].read_at(1, &mut buf), Ok(0));
        assert_eq!([1u8][..].read_at(u64::MAX, &mut buf), Ok(0));
    }

    #[test]
    fn a_gap_before_a_write_is_filled_with_zeros() {
        let mut sink = Vec::new();
        sink.write_all_at(2, b"ab").unwrap();
        sink.write_all_at(1, b"x").unwrap();
        assert_eq!(sink, b"\0xab");
        assert!(sink.write_all_at(u64::MAX, b"ab").is_err());
    }
}
