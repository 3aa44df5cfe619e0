//! All inputs, one after the other: a bad one does not stop the rest.

use crate::cancel;
use crate::messages;
use cso::ErrorKind;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const FAILED: u8 = 1;
const CANCELLED: u8 = 130;

/// Why an input was not done.
pub(crate) enum Failure {
    /// The library's reason, and the output if there was to be one.
    Image(cso::Error, Option<PathBuf>),
    /// What we have to say cannot be said: standard output is closed or full.
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

/// Which of how many inputs it is.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) number: usize,
    pub(crate) of: usize,
}

/// Does `work` for each item, says which failed and why, and returns the exit code.
pub(crate) fn run<T>(
    items: &[T],
    input: impl Fn(&T) -> &Path,
    mut work: impl FnMut(&T, Place) -> Result<(), Failure>,
) -> ExitCode {
    let mut failed = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if cancel::requested() {
            return cancelled();
        }
        let place = Place {
            number: i + 1,
            of: items.len(),
        };
        match work(item, place) {
            Ok(()) => {}
            Err(Failure::Image(error, _)) if error.kind() == ErrorKind::Cancelled => {
                return cancelled();
            }
            Err(Failure::Image(error, output)) => {
                let text = messages::failure(input(item), output.as_deref(), &error);
                eprintln!("error: {text}");
                failed.push(input(item));
            }
            Err(Failure::Stdout(error)) => return no_stdout(&error),
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    if items.len() > 1 {
        summarize(items.len(), &failed);
    }
    ExitCode::from(FAILED)
}

fn summarize(all: usize, failed: &[&Path]) {
    eprintln!("{} of {all} files failed:", failed.len());
    for path in failed {
        eprintln!("  {}", path.display());
    }
}

fn cancelled() -> ExitCode {
    eprintln!("cancelled");
    ExitCode::from(CANCELLED)
}

fn no_stdout(error: &io::Error) -> ExitCode {
    // Whoever read our output has had enough of it (`| head`): no need to tell.
    if error.kind() != io::ErrorKind::BrokenPipe {
        eprintln!("error: standard output: {error}");
    }
    ExitCode::from(FAILED)
}
