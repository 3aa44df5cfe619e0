//! Replaces `runs.rs` in the library for the PSP (`cso_rt`). There, every reader is in low-memory
//! mode, in which `read_run` is never called and requests are not recorded.

use super::request::Request;
use super::Reader;
use crate::error::{ErrorKind, Result};

impl<S> Reader<'_, S> {
    pub(super) fn record(&mut self, _offset: u64, _len: u64) {}

    pub(super) fn read_run(&mut self, _request: &mut Request) -> Result<()> {
        Err(ErrorKind::Internal.into())
    }
}
