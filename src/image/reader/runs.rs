//! The steps of a request outside low-memory mode: use blocks that were decoded ahead, read the
//! other blocks in runs, and start to decode the next blocks.

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

    /// Fills the request, from its beginning, with blocks that were decoded ahead. Stops before the
    /// first block that was not.
    pub(super) fn begin(&mut self, request: &mut Request) {
        if self.may_use_workers {
            self.deliver_decoded_ahead(request);
        }
    }

    /// Lets a worker decode the blocks after the request, if requests are sequential.
    pub(super) fn end(&mut self, request: &Request) {
        if self.may_use_workers {
            self.decode_ahead(request.last + 1);
        }
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
