//! Tells the caller how far a task has come, not too often, and hears whether to stop.

use super::options::{OnProgress, Progress};
use crate::error::{ErrorKind, Result};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// The least time between two calls.
const INTERVAL: Duration = Duration::from_millis(20);

pub(super) struct Meter<'a> {
    on_progress: OnProgress<'a>,
    now: Progress,
    told: Option<Instant>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(on_progress: OnProgress<'a>, total: u64) -> Self {
        Meter {
            on_progress,
            now: Progress {
                done: 0,
                total,
                written: 0,
            },
            told: None,
        }
    }

    /// More of the image is done, and the output has so many bytes.
    pub(super) fn advance(&mut self, image_bytes: u64, written: u64) {
        self.now.done = (self.now.done + image_bytes).min(self.now.total);
        self.now.written = written;
    }

    /// Tells the caller, if it is time.
    pub(super) fn tick(&mut self) -> Result<()> {
        match self.told {
            Some(told) if told.elapsed() < INTERVAL => Ok(()),
            _ => self.tell(),
        }
    }

    /// Tells the caller now.
    pub(super) fn tell(&mut self) -> Result<()> {
        self.told = Some(Instant::now());
        match (self.on_progress)(self.now) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ErrorKind::Cancelled.into()),
        }
    }
}
