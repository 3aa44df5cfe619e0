//! Processing of the input files, one after the other. If one of them fails, the next one is still
//! processed.

use crate::messages;
use cso::ErrorKind;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

const EXIT_FAILED: u8 = 1;
const EXIT_CANCELLED: u8 = 130;

static CANCEL_REQUESTED: AtomicBool = AtomicBool::new(false);

/// Changes the effect of Ctrl-C and of termination signals. They request a cancellation instead of
/// ending the process at once, so that temporary files are removed first.
///
/// Signals that the parent process ignores, such as those that `nohup` ignores, stay ignored. If
/// the handler cannot be installed, the signals end the process at once.
pub(crate) fn catch_termination_signals() {
    let _ = ctrlc::try_set_handler(|| CANCEL_REQUESTED.store(true, Ordering::Relaxed));
}

/// Returns whether Ctrl-C was pressed or a termination signal was received.
pub(crate) fn cancel_requested() -> bool {
    CANCEL_REQUESTED.load(Ordering::Relaxed)
}

/// The reason why an input could not be processed.
pub(crate) enum Failure {
    /// An error of the library, and the path of the output. The path is `None` if the subcommand
    /// writes no file.
    Image(cso::Error, Option<PathBuf>),
    /// Writing to standard output failed, for example because standard output is closed.
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

/// The position of an input in the list of files to process, for messages such as `[2/5] game.iso`.
#[derive(Clone, Copy)]
pub(crate) struct InputPosition {
    /// Position of the input, counted from 1.
    pub(crate) position: usize,
    /// Number of inputs in the list.
    pub(crate) count: usize,
}

/// Calls `process` for each item of the list and prints an error for each item that fails. If there
/// are several items, also prints a list of the inputs that failed. Returns the exit code of the
/// tool.
///
/// `input` returns the path of the input file of an item. The function ends early if the user
/// cancels the operation or if standard output cannot be written.
pub(crate) fn process_each<T>(
    items: &[T],
    input: impl Fn(&T) -> &Path,
    mut process: impl FnMut(&T, InputPosition) -> Result<(), Failure>,
) -> ExitCode {
    let mut failed = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if cancel_requested() {
            return cancelled();
        }
        let position = InputPosition {
            position: i + 1,
            count: items.len(),
        };
        match process(item, position) {
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
    ExitCode::from(EXIT_CANCELLED)
}

fn stdout_failed(error: &io::Error) -> ExitCode {
    // If standard output is a pipe to a program such as `head`, this program may close the pipe
    // before it has read everything. No message is printed in this case.
    if error.kind() != io::ErrorKind::BrokenPipe {
        eprintln!("error: cannot write to standard output: {error}");
    }
    ExitCode::from(EXIT_FAILED)
}
