//! `cso decompress`.

use crate::args::{usage, Decompress};
use crate::batch::{self, Failure, Place};
use crate::names::{self, Job};
use crate::progress::Progress;
use cso::DecompressOptions;
use std::io::{self, Write};
use std::process::ExitCode;

pub(crate) fn run(args: &Decompress) -> Result<ExitCode, clap::Error> {
    let output = args.output.output.as_deref();
    let jobs =
        names::plan(&args.inputs, output, "iso").map_err(|text| usage("decompress", text))?;
    let mut options = DecompressOptions::default();
    options.threads = args.work.threads;
    options.accept_unrecognized = args.unrecognized;
    options.overwrite = args.output.force;
    Ok(batch::run(
        &jobs,
        |job| &job.input,
        |job, place| decompress(job, place, &options, args.work.quiet),
    ))
}

fn decompress(
    job: &Job,
    place: Place,
    options: &DecompressOptions,
    quiet: bool,
) -> Result<(), Failure> {
    let mut progress = Progress::start(&job.input, place, quiet);
    let summary = cso::decompress_file(&job.input, &job.output, options, &mut |at| {
        progress.step(at)
    })
    .map_err(|error| Failure::Image(error, Some(job.output.clone())))?;
    let speed = progress.finish(summary.image_size);
    if !quiet {
        writeln!(
            io::stdout(),
            "{} -> {}: {} bytes; {speed}",
            job.input.display(),
            job.output.display(),
            summary.image_size,
        )?;
    }
    Ok(())
}
