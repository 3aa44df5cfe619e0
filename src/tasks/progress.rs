//! Progress reports of the long operations, through which a caller can also cancel them.

use crate::error::{ErrorKind, Result};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Shortest time between two reports, except that the last one comes at once.
const INTERVAL: Duration = Duration::from_millis(20);

/// How much of a long operation is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of the decoded image that are done, 0 to [`total`](Self::total). If
    /// [`precache`](crate::precache) reads the compressed file, bytes of that file.
    pub done: u64,
    /// Bytes of the decoded image, or of the file that `precache` reads.
    pub total: u64,
    /// Bytes written so far. 0 in operations that write nothing.
    pub written: u64,
}

/// Callback for progress reports. A long operation calls it at most every 20 ms, and once at its
/// end, on the thread that started the operation.
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
    /// Returns a meter at 0 of `total` bytes.
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

    /// Counts `bytes` more of the image as done. `written` is the size of the output so far.
    pub(super) fn advance(&mut self, bytes: u64, written: u64) {
        self.now.done = (self.now.done + bytes).min(self.now.total);
        self.now.written = written;
    }

    /// Calls the callback unless it was called a short time ago. Fails with
    /// [`ErrorKind::Cancelled`] if the callback cancels.
    pub(super) fn tick(&mut self) -> Result<()> {
        match self.last_report {
            Some(last) if last.elapsed() < INTERVAL => Ok(()),
            _ => self.report(),
        }
    }

    /// Calls the callback. Fails with [`ErrorKind::Cancelled`] if it cancels.
    pub(super) fn report(&mut self) -> Result<()> {
        self.last_report = Some(Instant::now());
        match (self.on_progress)(self.now) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ErrorKind::Cancelled.into()),
        }
    }
}
