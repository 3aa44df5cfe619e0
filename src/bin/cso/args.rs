//! The arguments, and which values of them make sense.

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use cso::{
    Format, DEFAULT_LEVEL, MAX_BLOCK_SIZE, MAX_COST, MAX_LEVEL, MAX_THREADS, MIN_BLOCK_SIZE,
    MIN_LEVEL,
};
use std::fmt::Display;
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes:
  0    all inputs are done
  1    at least one input failed: damaged, unreadable, or its output cannot be written
  2    the arguments make no sense; nothing was touched
  130  cancelled (Ctrl-C or a request to terminate); no partial output is left";

/// Converts, checks and describes disc images of PSP and PS2 games.
///
/// Reads CSO v1, CSO v2, ZSO, DAX, JISO and plain ISO; writes all of them but JISO.
#[derive(Parser)]
#[command(name = "cso", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Compress(Compress),
    Decompress(Decompress),
    Info(Info),
    Verify(Verify),
}

/// Where the output goes.
#[derive(Args)]
pub(crate) struct Output {
    /// The output: a file or, for several inputs, an existing directory. By default each output
    /// lies beside its input, with its format's extension.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// Replace outputs that exist already.
    #[arg(short, long)]
    pub(crate) force: bool,
}

/// How much machine to use, and how much to say.
#[derive(Args)]
pub(crate) struct Work {
    /// Threads to use; 0 is one for each core.
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=i64::from(MAX_THREADS)))]
    pub(crate) threads: u32,

    /// Say nothing but what goes wrong.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Compress images, plain or compressed, to CSO, ZSO or DAX.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Compress {
    /// Images of any format.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: Output,

    /// The format to write [default: by the extension of --output, otherwise cso1].
    #[arg(short = 'F', long, value_enum)]
    pub(crate) format: Option<Written>,

    /// Bytes of a block: a power of two from 2k to 16m. PS2 loaders and most PSP firmware read
    /// nothing but 2k. DAX has 8k, always [default: 2k].
    #[arg(short, long, value_name = "SIZE", value_parser = block_size)]
    pub(crate) block_size: Option<u32>,

    /// From 1 (fast) to 10 or max (smallest, slowest).
    #[arg(short, long, value_parser = level, default_value_t = DEFAULT_LEVEL)]
    pub(crate) level: u32,

    /// Decode each block again to compare it: done anyway from level 5 on.
    #[arg(long, conflicts_with = "no_verify")]
    pub(crate) verify: bool,

    /// Do not decode each block again to compare it.
    #[arg(long)]
    pub(crate) no_verify: bool,

    /// Pad the file with zeros to a multiple of 2048 bytes, for PS2 disks.
    #[arg(long)]
    pub(crate) pad: bool,

    /// Store a block uncompressed if that is at most this much larger, which is faster to read.
    #[arg(long, alias = "raw-cost", value_name = "PERCENT", default_value_t = 0, value_parser = cost())]
    pub(crate) stored_cost: u32,

    /// CSO v2: prefer LZ4 where it is at most this much larger than deflate: faster to read.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = cost())]
    pub(crate) lz4_cost: u32,

    /// DAX: keep frames that do not compress as stored blocks (version 1). The oldest loaders cannot read these.
    #[arg(long)]
    pub(crate) dax_areas: bool,

    /// Accept inputs of no known format as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) work: Work,
}

/// Decompress images to plain ISO.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Decompress {
    /// Images of any format.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) output: Output,

    /// Accept inputs of no known format as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) work: Work,
}

/// Say what images are, and who can read them.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Info {
    /// Images of any format.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    /// Accept inputs of no known format as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    /// For machines: one JSON object a line for each image.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Decode all of each image, and print checksums of what it decodes to.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Verify {
    /// Images of any format.
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,

    /// The checksums to compute, separated by commas.
    #[arg(short, long, value_name = "NAMES", value_enum, value_delimiter = ',',
          default_values_t = [Digest::Crc32, Digest::Md5, Digest::Sha1])]
    pub(crate) digests: Vec<Digest>,

    /// Accept inputs of no known format as plain images.
    #[arg(long, alias = "raw")]
    pub(crate) unrecognized: bool,

    #[command(flatten)]
    pub(crate) work: Work,
}

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Written {
    /// CSO v1, deflate: what most programs read.
    #[value(alias = "cso")]
    Cso1,
    /// CSO v2, deflate and LZ4.
    Cso2,
    /// ZSO, LZ4: larger, and the fastest to read.
    Zso,
    /// DAX, zlib in frames of 8192 bytes.
    Dax,
}

impl Written {
    pub(crate) fn format(self) -> Format {
        match self {
            Written::Cso1 => Format::CsoV1,
            Written::Cso2 => Format::CsoV2,
            Written::Zso => Format::Zso,
            Written::Dax => Format::Dax,
        }
    }

    /// The extension of its files.
    pub(crate) fn extension(self) -> &'static str {
        self.format().extensions()[0]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Digest {
    Crc32,
    Md5,
    Sha1,
    /// Only decode.
    None,
}

/// An error in the arguments of `subcommand`: shown with its usage, exit code 2.
pub(crate) fn usage(subcommand: &str, text: impl Display) -> clap::Error {
    let mut cli = Cli::command();
    cli.build();
    let mut command = match cli.find_subcommand(subcommand) {
        Some(command) => command.clone(),
        None => cli,
    };
    command.error(ErrorKind::ArgumentConflict, text)
}

fn cost() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=i64::from(MAX_COST))
}

fn level(text: &str) -> Result<u32, String> {
    if text == "max" {
        return Ok(MAX_LEVEL);
    }
    match text.parse() {
        Ok(level) if (MIN_LEVEL..=MAX_LEVEL).contains(&level) => Ok(level),
        _ => Err(format!("not one of {MIN_LEVEL} to {MAX_LEVEL}, or max")),
    }
}

/// `2048`, `2k` or `1m`: the suffixes stand for 1024 and 1024 * 1024.
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
        _ => Err("not a power of two from 2k to 16m".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn block_sizes_have_suffixes_and_bounds() {
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
