//! The steps of a request outside low-memory mode: record the request for the detector of
//! sequential requests, and read its blocks in runs.

use super::deliver::Reader;
use super::request::Request;
use crate::error::Result;
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Records a request for `len` bytes that begin at `offset`, for the detector of sequential
    /// requests.
    pub(super) fn record(&mut self, offset: u64, len: u64) {
        self.state.ahead.sequence.record(offset, len);
    }

    /// Plans, fetches, decodes and delivers the next run of blocks of the request.
    pub(super) fn read_run(&mut self, request: &mut Request) -> Result<()> {
        self.plan_run(request)?;
        if self.state.run.is_direct && self.read_direct(request).is_ok() {
            return Ok(());
        }
        if self.may_use_workers && self.read_with_threads(request)? {
            return Ok(());
        }
        self.fetch()?;
        self.deliver(request)
    }
}
