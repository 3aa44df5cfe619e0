//! The steps of a request if the reader is not in low-memory mode. The request is recorded, to
//! detect sequential requests. Its blocks are read in runs, which are groups of neighboring blocks
//! that are fetched with one read of the file.

use super::request::Request;
use super::Reader;
use crate::error::Result;
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Records a request for `len` bytes of the decoded image, beginning with byte `offset`. From
    /// these records the reader detects that requests are sequential, which means that each begins
    /// where the one before it ended.
    pub(super) fn record(&mut self, offset: u64, len: u64) {
        self.state.ahead.sequence.record(offset, len);
    }

    /// Reads the next run of blocks. Selects the blocks, fetches their compressed bytes, decodes
    /// them into the caller's buffer, and moves the request past them.
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
