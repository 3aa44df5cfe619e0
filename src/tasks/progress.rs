//! Progress reports of the long operations. The callback that receives them can also cancel the
//! operation.

use crate::error::{ErrorKind, Result};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Shortest time between two reports. The report at the end of an operation is not delayed.
const INTERVAL: Duration = Duration::from_millis(20);

/// Progress of a long operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Number of bytes that are done, 0 to [`total`](Self::total). They are bytes of the decoded
    /// image, or of the compressed file if [`precache`](crate::precache()) reads that file.
    pub done: u64,
    /// Number of bytes to do: the size of the decoded image, or of the compressed file if
    /// `precache` reads that file.
    pub total: u64,
    /// Number of bytes written so far. 0 in operations that write nothing.
    pub written: u64,
}

/// Callback for progress reports. A long operation calls it on the thread that started the
/// operation, at most every 20 ms and once more at the end.
///
/// If it returns [`ControlFlow::Break`], the operation fails with [`ErrorKind::Cancelled`].
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Counts progress and reports it to the caller's callback.
pub(super) struct ProgressMeter<'a> {
    on_progress: OnProgress<'a>,
    now: Progress,
    last_report: Option<Instant>,
}

impl<'a> ProgressMeter<'a> {
    /// Returns a meter for an operation on `total` bytes, of which none is done.
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

    /// Counts `bytes` more bytes as done. `written` is the size of the output so far.
    pub(super) fn advance(&mut self, bytes: u64, written: u64) {
        self.now.done = (self.now.done + bytes).min(self.now.total);
        self.now.written = written;
    }

    /// Calls the callback unless less than [`INTERVAL`] has passed since the last call. Fails with
    /// [`ErrorKind::Cancelled`] if the callback cancels the operation.
    pub(super) fn tick(&mut self) -> Result<()> {
        match self.last_report {
            Some(last) if last.elapsed() < INTERVAL => Ok(()),
            _ => self.report(),
        }
    }

    /// Calls the callback. Fails with [`ErrorKind::Cancelled`] if the callback cancels the
    /// operation.
    pub(super) fn report(&mut self) -> Result<()> {
        self.last_report = Some(Instant::now());
        match (self.on_progress)(self.now) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ErrorKind::Cancelled.into()),
        }
    }
}
