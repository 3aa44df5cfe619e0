//! Processes the inputs one after the other. If an input fails, continues with the next one.

use crate::messages;
use cso::ErrorKind;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

const EXIT_FAILED: u8 = 1;
const EXIT_CANCELED: u8 = 130;

static CANCEL_REQUESTED: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C and termination signals request a cancellation instead of ending the process, so
/// that temporary files are removed.
///
/// Signals that the parent process ignores, such as those that `nohup` ignores, stay ignored. If
/// the handler cannot be installed, the signals end the process.
pub(crate) fn catch_termination_signals() {
    let _ = ctrlc::try_set_handler(|| CANCEL_REQUESTED.store(true, Ordering::Relaxed));
}

/// Returns whether Ctrl-C was pressed or a termination signal was received.
pub(crate) fn cancel_requested() -> bool {
    CANCEL_REQUESTED.load(Ordering::Relaxed)
}

/// Failure of an input.
pub(crate) enum Failure {
    /// The library's error, and the path of the output if the subcommand writes one.
    Image(cso::Error, Option<PathBuf>),
    /// Standard output cannot be written, for example because it is closed.
    Stdout(io::Error),
}

impl From<cso::Error> for Failure {
    fn from(error: cso::Error) -> Self {
        Failure::Image(error, None)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Stdout(error)
    }
}

/// The number of an input, and the number of all inputs.
#[derive(Clone, Copy)]
pub(crate) struct InputNumber {
    /// 1 for the first input.
    pub(crate) number: usize,
    /// Number of all inputs.
    pub(crate) count: usize,
}

/// Calls `process` for each item, prints errors and a list of the inputs that failed, and returns
/// the exit code. `input` returns the path of an item's input.
pub(crate) fn process_each<T>(
    items: &[T],
    input: impl Fn(&T) -> &Path,
    mut process: impl FnMut(&T, InputNumber) -> Result<(), Failure>,
) -> ExitCode {
    let mut failed = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if cancel_requested() {
            return cancelled();
        }
        let number = InputNumber {
            number: i + 1,
            count: items.len(),
        };
        match process(item, number) {
            Ok(()) => {}
            Err(Failure::Image(error, _)) if error.kind() == ErrorKind::Cancelled => {
                return cancelled();
            }
            Err(Failure::Image(error, output)) => {
                let text = messages::failure(input(item), output.as_deref(), &error);
                eprintln!("error: {text}");
                failed.push(input(item));
            }
            Err(Failure::Stdout(error)) => return stdout_failed(&error),
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    if items.len() > 1 {
        list_failed(items.len(), &failed);
    }
    ExitCode::from(EXIT_FAILED)
}

fn list_failed(count: usize, failed: &[&Path]) {
    eprintln!("{} of {count} files failed:", failed.len());
    for path in failed {
        eprintln!("  {}", path.display());
    }
}

fn cancelled() -> ExitCode {
    eprintln!("cancelled");
    ExitCode::from(EXIT_CANCELED)
}

fn stdout_failed(error: &io::Error) -> ExitCode {
    // A reader such as `head` closes the pipe when it needs no more output. That is not reported.
    if error.kind() != io::ErrorKind::BrokenPipe {
        eprintln!("error: cannot write to standard output: {error}");
    }
    ExitCode::from(EXIT_FAILED)
}
