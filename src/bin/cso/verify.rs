//! The subcommand `cso verify`. It decodes every block of each input and prints checksums.

use crate::args::{DigestName, VerifyArgs};
use crate::inputs::{self, Failure, InputPosition};
use crate::messages::hex;
use crate::output_paths::with_image_extension;
use crate::progress::ProgressDisplay;
use cso::{Digests, Info, OpenOptions, VerifyOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode, clap::Error> {
    let selected = |digest| args.digests.contains(&digest);
    let options = VerifyOptions::new()
        .threads(args.task.threads)
        .crc32(selected(DigestName::Crc32))
        .md5(selected(DigestName::Md5))
        .sha1(selected(DigestName::Sha1));
    Ok(inputs::process_each(
        &args.inputs,
        |input| input,
        |input, position| verify(input, position, args, &options),
    ))
}

fn verify(
    input: &Path,
    position: InputPosition,
    args: &VerifyArgs,
    options: &VerifyOptions,
) -> Result<(), Failure> {
    let image = cso::open_with(
        input,
        &OpenOptions::new().accept_unrecognized(args.unrecognized),
    )?;
    let mut display = ProgressDisplay::start(input, position, args.task.quiet);
    let digests = cso::verify(&image, options, &mut |progress| display.update(progress))?;
    let info = image.info();
    let time_and_speed = display.finish(info.size);
    if !args.task.quiet {
        print_result(input, &info, &digests, &time_and_speed)?;
    }
    Ok(())
}

/// Prints the result of the verification, and one line for each checksum. The lines of MD5 and
/// SHA-1 have the form that `md5sum -c` and `sha1sum -c` read. Each line has the path of the file
/// to which the checksum belongs, which is the output that `cso decompress` writes by default.
fn print_result(
    input: &Path,
    info: &Info,
    digests: &Digests,
    time_and_speed: &str,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: OK, {}, {} bytes in {} blocks; {time_and_speed}",
        input.display(),
        info.format.name(),
        info.size,
        info.blocks
    )?;
    let iso = with_image_extension(input, "iso");
    let mut line = |name, digest| writeln!(out, "{name} ({}) = {digest}", iso.display());
    if let Some(crc32) = digests.crc32 {
        line("CRC32", format!("{crc32:08x}"))?;
    }
    if let Some(md5) = digests.md5 {
        line("MD5", hex(&md5))?;
    }
    if let Some(sha1) = digests.sha1 {
        line("SHA1", hex(&sha1))?;
    }
    Ok(())
}
