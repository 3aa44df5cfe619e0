//! `cso verify`.

use crate::args::{Digest, Verify};
use crate::batch::{self, Failure, Place};
use crate::messages::hex;
use crate::names;
use crate::progress::Progress;
use cso::{Digests, Info, OpenOptions, VerifyOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &Verify) -> Result<ExitCode, clap::Error> {
    let wanted = |digest| args.digests.contains(&digest);
    let mut options = VerifyOptions::default();
    options.threads = args.work.threads;
    options.crc32 = wanted(Digest::Crc32);
    options.md5 = wanted(Digest::Md5);
    options.sha1 = wanted(Digest::Sha1);
    Ok(batch::run(
        &args.inputs,
        |input| input,
        |input, place| verify(input, place, args, &options),
    ))
}

fn verify(
    input: &Path,
    place: Place,
    args: &Verify,
    options: &VerifyOptions,
) -> Result<(), Failure> {
    let image = cso::open_with(
        input,
        &OpenOptions::new().accept_unrecognized(args.unrecognized),
    )?;
    let mut progress = Progress::start(input, place, args.work.quiet);
    let digests = cso::verify(&image, options, &mut |at| progress.step(at))?;
    let info = image.info();
    let speed = progress.finish(info.size);
    if !args.work.quiet {
        report(input, &info, &digests, &speed)?;
    }
    Ok(())
}

/// The verdict, and checksums in the form that `md5sum -c` and `sha1sum -c` read, of the file
/// that `cso decompress` writes by default.
fn report(input: &Path, info: &Info, digests: &Digests, speed: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: OK, {}, {} bytes in {} blocks; {speed}",
        input.display(),
        info.format.name(),
        info.size,
        info.blocks
    )?;
    let iso = names::beside(input, "iso");
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
