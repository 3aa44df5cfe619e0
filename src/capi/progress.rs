//! Progress of long tasks, told to a C callback.

use super::abi::{cso_progress, cso_progress_fn};
use crate::tasks::Progress;
use core::ffi::c_void;
use core::ops::ControlFlow;

/// A caller's progress callback; without one, nothing is told.
#[derive(Clone, Copy)]
pub(super) struct Listener {
    call: cso_progress_fn,
    user: *mut c_void,
}

impl Listener {
    pub(super) fn new(call: cso_progress_fn, user: *mut c_void) -> Self {
        Listener { call, user }
    }

    pub(super) fn tell(&self, progress: Progress) -> ControlFlow<()> {
        let Some(call) = self.call else {
            return ControlFlow::Continue(());
        };
        let progress = cso_progress {
            done: progress.done,
            total: progress.total,
            written: progress.written,
        };
        // SAFETY: the contract of `cso_progress_fn`; the struct outlives the call.
        match unsafe { call(self.user, &progress) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}
