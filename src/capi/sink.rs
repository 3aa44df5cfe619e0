//! An output of the caller's own.

use super::abi::cso_sink;
use super::structs::read;
use crate::error::{Error, ErrorKind, Result};
use crate::io::WriteAt;

/// A `cso_sink`, checked.
pub(super) struct Sink(cso_sink);

impl Sink {
    /// # Safety
    ///
    /// `sink` is NULL or points at a `cso_sink` that keeps the contract of the API.
    pub(super) unsafe fn new(sink: *const cso_sink) -> Result<Self> {
        // SAFETY: as the caller promises.
        let sink = unsafe { read(sink)? };
        if sink.write_at.is_none() || sink.reserved != 0 {
            return Err(ErrorKind::Argument.into());
        }
        Ok(Sink(sink))
    }
}

impl WriteAt for Sink {
    fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()> {
        let Some(write_at) = self.0.write_at else {
            return Err(ErrorKind::Internal.into());
        };
        // SAFETY: the contract of `cso_write_at_fn`; `data` has `len` readable bytes.
        match unsafe { write_at(self.0.user, offset, data.as_ptr().cast(), data.len()) } {
            0 => Ok(()),
            os => Err(Error::new(ErrorKind::Write).at(offset).with_os(os)),
        }
    }
}
