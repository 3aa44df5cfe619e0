//! The command-line tool `cso`, which converts, verifies and describes disc images of PSP and PS2
//! games.
//!
//! Each subcommand has a module with the name of the subcommand. The module processes one input
//! file. The module `inputs` calls the module of the subcommand for each input file and determines
//! the exit code of the tool.

#![forbid(unsafe_code)]
#![warn(unreachable_pub)]

mod args;
mod compress;
mod decompress;
mod info;
mod inputs;
mod messages;
mod output_paths;
mod progress;
mod reading_programs;
mod verify;

use args::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = args::parse();
    inputs::catch_termination_signals();
    let outcome = match &cli.command {
        Command::Compress(args) => compress::run(args),
        Command::Decompress(args) => decompress::run(args),
        Command::Info(args) => info::run(args),
        Command::Verify(args) => verify::run(args),
    };
    match outcome {
        Ok(code) => code,
        Err(usage_error) => usage_error.exit(),
    }
}
