//! The command-line arguments of the tool, and the checks of their values.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use cso::{
    Format, DEFAULT_LEVEL, MAX_BLOCK_SIZE, MAX_COST, MAX_LEVEL, MAX_THREADS, MIN_BLOCK_SIZE,
    MIN_LEVEL,
};
use std::env;
use std::fmt::Display;
use std::path::PathBuf;

/// End of the help text of the tool, and of the subcommands that write files.
const EXIT_CODES: &str = "\
Exit codes:
  0    every input succeeded
  1    at least one input failed: it is damaged or unreadable, its output cannot be written, or its
       output exists and --force is not given
  2    the arguments are invalid; no file was written
  130  cancelled by Ctrl-C or a termination signal; no incomplete output is left";

/// End of the help text of the subcommands that write no files.
const READ_ONLY_EXIT_CODES: &str = "\
Exit codes:
  0    every input succeeded
  1    at least one input failed: it is damaged or unreadable
  2    the arguments are invalid
  130  cancelled by Ctrl-C or a termination signal";

/// Converts, verifies and describes disc images of PSP and PS2 games.
///
/// Reads CSO v1, CSO v2, ZSO, DAX, JISO and plain ISO. Writes all of them except JISO.
#[derive(Parser)]
#[command(name = "cso", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Compress(CompressArgs),
    Decompress(DecompressArgs),
    Info(InfoArgs),
    Verify(VerifyArgs),
}

/// Options of the subcommands that write files.
#[derive(Args)]
pub(crate) struct OutputArgs {
    /// File to write, or an existing directory to write to. Several inputs require a directory
    /// [default: next to each input, with the extension of the format].
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Replace output files that already exist.
    #[arg(short, long)]
    pub(crate) force: bool,
}

/// Options of the subcommands that decode every block of an image.
#[derive(Args)]
pub(crate) struct TaskArgs {
    /// Number of threads. 0 means one for each core.
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=i64::from(MAX_THREADS)))]
    pub(crate) threads: u32,

    /// Print nothing except errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Compress plain or compressed images to CSO, ZSO or DAX.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct CompressArgs {
    /// Image files to read: CSO v1, CSO v2, ZSO, DAX, JISO or plain ISO.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Format to write [default: chosen by the extension of --output, otherwise cso1].
    #[arg(short = 'F', long, value_enum)]
    pub(crate) format: Option<OutputFormat>,

    /// Block size in bytes: a power of two from 2k (2048 bytes) to 16m (16 MiB). PS2 loaders and
    /// most PSP firmware can read only 2k [default: 2k, but always 8k for DAX].
    #[arg(short, long, value_name = "SIZE", value_parser = block_size)]
    pub(crate) block_size: Option<u32>,

    /// Compression level: 1 (fastest) to 10 (smallest file, slowest), or max, which means 10.
    #[arg(short, long, value_parser = level, default_value_t = DEFAULT_LEVEL)]
    pub(crate) level: u32,

    /// Decode each compressed block again and compare it with the original [default: only at levels
    /// 5 and higher].
    #[arg(long, conflicts_with = "no_verify")]
    pub(crate) verify: bool,

    /// Do not decode compressed blocks again, even at levels 5 and higher.
    #[arg(long)]
    pub(crate) no_verify: bool,

    /// Append zeros to the file until its size is a multiple of 2048 bytes. Files on PS2 hard disks
    /// must have such a size.
    #[arg(long)]
    pub(crate) pad: bool,

    /// Leave a block uncompressed if its uncompressed size exceeds its compressed size by at most
    /// this percentage. Uncompressed blocks are faster to read. Has no effect on DAX without
    /// --dax-areas.
    #[arg(long, alias = "raw-cost", value_name = "PERCENT", default_value_t = 0,
          value_parser = cost())]
    pub(crate) stored_cost: u32,

    /// CSO v2 only: compress a block with LZ4 instead of deflate if its size with LZ4 exceeds its
    /// size with deflate by at most this percentage. Blocks compressed with LZ4 are faster to read.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = cost())]
    pub(crate) lz4_cost: u32,

    /// DAX only: leave a block uncompressed if compression does not make it smaller. The file then
    /// has version 1 of the format, which the oldest loaders cannot read.
    #[arg(long)]
    pub(crate) dax_areas: bool,

    /// Accept files that are not recognized as disc images, and treat them as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) task: TaskArgs,
}

/// Decompress images to plain ISO.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct DecompressArgs {
    /// Image files to read: CSO v1, CSO v2, ZSO, DAX, JISO or plain ISO.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// Accept files that are not recognized as disc images, and treat them as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) task: TaskArgs,
}

/// Print the format and the sizes of images, and the programs that can read them.
#[derive(Args)]
#[command(after_help = READ_ONLY_EXIT_CODES)]
pub(crate) struct InfoArgs {
    /// Image files to read: CSO v1, CSO v2, ZSO, DAX, JISO or plain ISO.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    /// Accept files that are not recognized as disc images, and treat them as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    /// Print one line with a JSON object for each image.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Decode every block of images, and print checksums of the decoded images.
#[derive(Args)]
#[command(after_help = READ_ONLY_EXIT_CODES)]
pub(crate) struct VerifyArgs {
    /// Image files to read: CSO v1, CSO v2, ZSO, DAX, JISO or plain ISO.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    /// Checksums to compute, separated by commas.
    #[arg(
        short,
        long,
        value_name = "NAMES",
        value_enum,
        value_delimiter = ',',
        default_value = "crc32,md5,sha1"
    )]
    pub(crate) digests: Vec<DigestName>,

    /// Accept files that are not recognized as disc images, and treat them as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) task: TaskArgs,
}

/// A format that can be written. The values of `--format` are the variants in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// CSO v1, compressed with deflate. Most programs can read it.
    #[value(alias = "cso")]
    Cso1,
    /// CSO v2, compressed with deflate and LZ4.
    Cso2,
    /// ZSO, compressed with LZ4. The files are larger, but the fastest to read.
    Zso,
    /// DAX, compressed with zlib in blocks of 8192 bytes.
    Dax,
}

impl OutputFormat {
    pub(crate) fn format(self) -> Format {
        match self {
            OutputFormat::Cso1 => Format::CsoV1,
            OutputFormat::Cso2 => Format::CsoV2,
            OutputFormat::Zso => Format::Zso,
            OutputFormat::Dax => Format::Dax,
        }
    }

    /// Returns the usual file name extension of the format, without a dot.
    pub(crate) fn extension(self) -> &'static str {
        self.format().extensions()[0]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DigestName {
    Crc32,
    Md5,
    Sha1,
    /// No checksums. The blocks are only decoded.
    None,
}

/// Options that were renamed: the name of the option, and its former name. The former name still
/// works, but the help text does not show it.
const FORMER_NAMES: [(&str, &str); 2] =
    [("--stored-cost", "--raw-cost"), ("--unrecognized", "--raw")];

/// Parses the arguments of this process. If they are invalid, prints an error and ends the process
/// with exit code 2.
pub(crate) fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| name_given_option(error).exit())
}

/// Changes the name of an option in `error` to its former name if only the former name was given on
/// the command line. The errors that clap makes always contain the current name.
fn name_given_option(mut error: clap::Error) -> clap::Error {
    let is_given = |option: &str| {
        env::args_os().any(|argument| {
            let argument = argument.to_string_lossy();
            argument.split('=').next() == Some(option)
        })
    };
    for (option, former) in FORMER_NAMES {
        let Some(ContextValue::String(text)) = error.get(ContextKind::InvalidArg) else {
            continue;
        };
        // `text` is the option that the error names. The name of the option's value may follow, as
        // in `--stored-cost <PERCENT>`.
        if text.split(' ').next() == Some(option) && is_given(former) && !is_given(option) {
            let text = text.replacen(option, former, 1);
            error.insert(ContextKind::InvalidArg, ContextValue::String(text));
        }
    }
    error
}

/// Returns an error for wrong arguments of `subcommand`. The `exit` method of the error prints
/// `text` and the usage of the subcommand, and ends the process with exit code 2.
pub(crate) fn usage_error(subcommand: &str, text: impl Display) -> clap::Error {
    let mut cli = Cli::command();
    cli.build();
    let mut command = match cli.find_subcommand(subcommand) {
        Some(command) => command.clone(),
        None => cli,
    };
    command.error(ErrorKind::ArgumentConflict, text)
}

/// Returns a parser for a percentage from 0 to [`MAX_COST`].
fn cost() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=i64::from(MAX_COST))
}

/// Parses a compression level: a number from [`MIN_LEVEL`] to [`MAX_LEVEL`], or `max`.
fn level(text: &str) -> Result<u32, String> {
    if text == "max" {
        return Ok(MAX_LEVEL);
    }
    match text.parse() {
        Ok(level) if (MIN_LEVEL..=MAX_LEVEL).contains(&level) => Ok(level),
        _ => Err(format!("must be {MIN_LEVEL} to {MAX_LEVEL}, or max")),
    }
}

/// Parses a block size such as `2048`, `2k` or `1m`, and returns it in bytes. `k` stands for KiB
/// and `m` for MiB.
fn block_size(text: &str) -> Result<u32, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    let size = digits.parse().ok().and_then(|n: u32| n.checked_mul(unit));
    match size {
        Some(size)
            if size.is_power_of_two() && (MIN_BLOCK_SIZE..=MAX_BLOCK_SIZE).contains(&size) =>
        {
            Ok(size)
        }
        _ => Err("must be a power of two from 2k to 16m".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argument_definitions_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn block_sizes_have_suffixes_and_limits() {
        assert_eq!(block_size("2048"), Ok(2048));
        assert_eq!(block_size("2k"), Ok(2048));
        assert_eq!(block_size("256K"), Ok(256 << 10));
        assert_eq!(block_size("16m"), Ok(16 << 20));
        for wrong in [
            "", "k", "0", "1k", "3k", "32m", "-2k", "4194304k", "2 k", "2kk", "2352",
        ] {
            assert!(block_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn levels_are_numbers_or_max() {
        assert_eq!(level("1"), Ok(1));
        assert_eq!(level("max"), Ok(MAX_LEVEL));
        for wrong in ["0", "11", "", "min", "-1"] {
            assert!(level(wrong).is_err(), "{wrong}");
        }
    }
}
