//! `cso compress`.

use crate::args::{usage, Compress, Written};
use crate::batch::{self, Failure, Place};
use crate::messages::counts;
use crate::names::{self, Job};
use crate::progress::{ratio, Progress};
use cso::{CompressOptions, Summary};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &Compress) -> Result<ExitCode, clap::Error> {
    let format = args.format.unwrap_or_else(|| implied(args));
    refuse_idle_options(args, format).map_err(|text| usage("compress", text))?;
    let output = args.output.output.as_deref();
    let jobs = names::plan(&args.inputs, output, format.extension())
        .map_err(|text| usage("compress", text))?;
    let options = options(args, format);
    Ok(batch::run(
        &jobs,
        |job| &job.input,
        |job, place| compress(job, place, &options, args.work.quiet),
    ))
}

fn compress(
    job: &Job,
    place: Place,
    options: &CompressOptions,
    quiet: bool,
) -> Result<(), Failure> {
    let mut progress = Progress::start(&job.input, place, quiet);
    let summary = cso::compress_file(&job.input, &job.output, options, &mut |at| {
        progress.step(at)
    })
    .map_err(|error| Failure::Image(error, Some(job.output.clone())))?;
    let speed = progress.finish(summary.image_size);
    if !quiet {
        report(job, &summary, &speed)?;
    }
    Ok(())
}

fn report(job: &Job, summary: &Summary, speed: &str) -> io::Result<()> {
    let Summary {
        image_size,
        file_size,
        ..
    } = *summary;
    writeln!(
        io::stdout(),
        "{} -> {}: {image_size} -> {file_size} bytes ({}), {} blocks: {}; {speed}",
        job.input.display(),
        job.output.display(),
        ratio(file_size, image_size),
        summary.blocks,
        counts(&[
            (summary.stored_blocks, "stored"),
            (summary.deflate_blocks, "deflate"),
            (summary.lz4_blocks, "LZ4"),
        ]),
    )
}

/// The format that the name of the output asks for.
fn implied(args: &Compress) -> Written {
    let name = args.output.output.as_deref().unwrap_or(Path::new(""));
    let is = |extension: &str| {
        name.extension()
            .is_some_and(|own| own.eq_ignore_ascii_case(extension))
    };
    match () {
        () if name.is_dir() => Written::Cso1,
        () if is("zso") || is("ziso") => Written::Zso,
        () if is("dax") => Written::Dax,
        () => Written::Cso1,
    }
}

/// An option that would change nothing is a misunderstanding.
fn refuse_idle_options(args: &Compress, format: Written) -> Result<(), &'static str> {
    let dax = format == Written::Dax;
    if args.dax_areas && !dax {
        return Err("--dax-areas is for --format dax");
    }
    if args.lz4_cost != 0 && format != Written::Cso2 {
        return Err("--lz4-cost is for --format cso2");
    }
    let fixed = format.format().fixed_block_size();
    if dax && args.block_size.is_some_and(|size| Some(size) != fixed) {
        return Err("blocks of DAX have 8k, always");
    }
    Ok(())
}

fn options(args: &Compress, format: Written) -> CompressOptions {
    let mut options = CompressOptions::new(format.format());
    options.block_size = args.block_size.unwrap_or(0);
    options.level = args.level;
    options.threads = args.work.threads;
    options.verify = (args.verify || args.no_verify).then_some(args.verify);
    options.pad = args.pad;
    options.stored_cost = args.stored_cost;
    options.lz4_cost = args.lz4_cost;
    options.dax_areas = args.dax_areas;
    options.accept_unrecognized = args.unrecognized;
    options.overwrite = args.output.force;
    options
}
