//! The way of a request through a reader with a buffer for compressed bytes: one run of blocks after
//! the other.

use super::deliver::Reader;
use super::request::Request;
use crate::error::Result;
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Records a request for `len` bytes from `offset` on.
    pub(super) fn record(&mut self, offset: u64, len: u64) {
        self.state.ahead.sequence.record(offset, len);
    }

    /// Serves the beginning of a request that was decoded ahead.
    pub(super) fn begin(&mut self, request: &mut Request) {
        if self.with_threads {
            self.deliver_decoded_ahead(request);
        }
    }

    /// Has the blocks after a request decoded ahead, if requests are sequential.
    pub(super) fn end(&mut self, request: &Request) {
        if self.with_threads {
            self.decode_ahead(request.last + 1);
        }
    }

    /// Reads the next run of blocks of a request.
    pub(super) fn read_run(&mut self, request: &mut Request) -> Result<()> {
        self.plan_run(request)?;
        if self.state.run.is_direct && self.read_direct(request).is_ok() {
            return Ok(());
        }
        if self.with_threads && self.read_with_threads(request)? {
            return Ok(());
        }
        self.fetch()?;
        self.deliver(request)
    }
}
