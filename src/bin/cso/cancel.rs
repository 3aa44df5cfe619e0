//! Ctrl-C, as a flag that the progress callback looks at.

use std::sync::atomic::{AtomicBool, Ordering};

static CANCELLED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, and a request to terminate, set the flag instead of ending the process, so
/// that a conversion can remove its temporary file.
///
/// Signals that whoever started us has chosen to ignore (`nohup`) stay ignored, and where no
/// handler can be had the signals end the process as they always do: that is no reason to stop.
pub(crate) fn listen() {
    let _ = ctrlc::try_set_handler(|| CANCELLED.store(true, Ordering::Relaxed));
}

/// Whether the user wants us to stop.
pub(crate) fn requested() -> bool {
    CANCELLED.load(Ordering::Relaxed)
}
