//! Progress reports of the long operations. The callback that receives the reports can also cancel
//! the operation.

use crate::error::{ErrorKind, Result};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Shortest time between two progress reports. The last report is not delayed. It is made as soon
/// as the operation is complete.
const INTERVAL: Duration = Duration::from_millis(20);

/// Progress of a long operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of bytes processed so far, from 0 to [`total`](Self::total). These are bytes of the
    /// decoded image. If [`precache`](crate::precache()) reads the compressed file, they are bytes
    /// of the file.
    pub done: u64,
    /// Number of bytes to process in all. This is the size of the decoded image. If `precache`
    /// reads the compressed file, it is the size of the file.
    pub total: u64,
    /// Number of bytes written so far. 0 in operations that write nothing.
    pub written: u64,
}

/// Callback for progress reports. An operation calls it on the thread that started the operation.
/// Two calls are at least 20 ms apart. Only the last call, at the end of the operation, may follow
/// sooner.
///
/// If the callback returns [`ControlFlow::Break`], the operation fails with
/// [`ErrorKind::Cancelled`].
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Counter of the progress of one operation. It also calls the callback that receives the reports.
pub(super) struct ProgressMeter<'a> {
    on_progress: OnProgress<'a>,
    now: Progress,
    last_report: Option<Instant>,
}

impl<'a> ProgressMeter<'a> {
    /// Returns a meter for an operation that processes `total` bytes. No byte is counted as
    /// processed yet.
    pub(super) fn new(on_progress: OnProgress<'a>, total: u64) -> Self {
        ProgressMeter {
            on_progress,
            now: Progress {
                done: 0,
                total,
                written: 0,
            },
            last_report: None,
        }
    }

    /// Adds `bytes` to the number of processed bytes. `written` is the size of the output so far,
    /// in bytes, or 0 if the operation writes nothing.
    pub(super) fn advance(&mut self, bytes: u64, written: u64) {
        self.now.done = (self.now.done + bytes).min(self.now.total);
        self.now.written = written;
    }

    /// Calls the callback unless it was called less than [`INTERVAL`] ago. Fails with
    /// [`ErrorKind::Cancelled`] if the callback cancels the operation.
    pub(super) fn tick(&mut self) -> Result<()> {
        match self.last_report {
            Some(last) if last.elapsed() < INTERVAL => Ok(()),
            _ => self.report(),
        }
    }

    /// Calls the callback, however short the time since the last call is. Fails with
    /// [`ErrorKind::Cancelled`] if the callback cancels the operation.
    pub(super) fn report(&mut self) -> Result<()> {
        self.last_report = Some(Instant::now());
        match (self.on_progress)(self.now) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ErrorKind::Cancelled.into()),
        }
    }
}
