//! The subcommand `cso compress`. It compresses each input to a new file and prints the sizes.

use crate::args::{usage_error, CompressArgs, OutputFormat};
use crate::inputs::{self, Failure, InputPosition};
use crate::messages::counts;
use crate::output_paths::{self, Conversion};
use crate::progress::{ratio, ProgressDisplay};
use clap::ValueEnum;
use cso::{CompressOptions, Summary};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &CompressArgs) -> Result<ExitCode, clap::Error> {
    let format = args.format.unwrap_or_else(|| default_format(args));
    let invalid = |text| usage_error("compress", text);
    refuse_ineffective_options(args, format).map_err(invalid)?;
    let output = args.output.output.as_deref();
    let conversions =
        output_paths::conversions(&args.inputs, output, format.extension()).map_err(invalid)?;
    let options = options(args, format);
    Ok(inputs::process_each(
        &conversions,
        |conversion| &conversion.input,
        |conversion, position| compress(conversion, position, &options, args.task.quiet),
    ))
}

fn compress(
    conversion: &Conversion,
    position: InputPosition,
    options: &CompressOptions,
    quiet: bool,
) -> Result<(), Failure> {
    let Conversion { input, output } = conversion;
    let mut display = ProgressDisplay::start(input, position, quiet);
    let summary = cso::compress_file(input, output, options, &mut |progress| {
        display.update(progress)
    })
    .map_err(|error| Failure::Image(error, Some(output.clone())))?;
    let time_and_speed = display.finish(summary.image_size);
    if !quiet {
        print_summary(conversion, &summary, &time_and_speed)?;
    }
    Ok(())
}

fn print_summary(
    conversion: &Conversion,
    summary: &Summary,
    time_and_speed: &str,
) -> io::Result<()> {
    let Summary {
        image_size,
        file_size,
        ..
    } = *summary;
    writeln!(
        io::stdout(),
        "{} -> {}: {image_size} -> {file_size} bytes ({}), {} blocks: {}; {time_and_speed}",
        conversion.input.display(),
        conversion.output.display(),
        ratio(file_size, image_size),
        summary.blocks,
        counts(&[
            (summary.stored_blocks, "stored"),
            (summary.deflate_blocks, "deflate"),
            (summary.lz4_blocks, "LZ4"),
        ]),
    )
}

/// Returns the format to write if the option `--format` is not given. This is the first format that
/// uses the file name extension of the output file. Returns CSO v1 if no format uses this
/// extension, or if the user named no output file.
fn default_format(args: &CompressArgs) -> OutputFormat {
    let file = args.output.output.as_deref().filter(|path| !path.is_dir());
    let has_extension = |extension: &&str| {
        file.and_then(Path::extension)
            .is_some_and(|own| own.eq_ignore_ascii_case(extension))
    };
    OutputFormat::value_variants()
        .iter()
        .find(|variant| variant.format().extensions().iter().any(has_extension))
        .copied()
        .unwrap_or(OutputFormat::Cso1)
}

/// Returns an error text if the user gave an option that has no effect in `format`. Also returns an
/// error text if the format has a fixed block size and the user gave another one.
fn refuse_ineffective_options(args: &CompressArgs, format: OutputFormat) -> Result<(), String> {
    if args.dax_areas && format != OutputFormat::Dax {
        return Err("--dax-areas requires --format dax".into());
    }
    if args.lz4_cost != 0 && format != OutputFormat::Cso2 {
        return Err("--lz4-cost requires --format cso2".into());
    }
    let format = format.format();
    match (args.block_size, format.fixed_block_size()) {
        (Some(size), Some(fixed)) if size != fixed => Err(format!(
            "the block size of {} is always {fixed} bytes",
            format.name()
        )),
        _ => Ok(()),
    }
}

fn options(args: &CompressArgs, format: OutputFormat) -> CompressOptions {
    let mut options = CompressOptions::new(format.format())
        .block_size(args.block_size.unwrap_or(0))
        .level(args.level)
        .threads(args.task.threads)
        .pad(args.pad)
        .stored_cost(args.stored_cost)
        .lz4_cost(args.lz4_cost)
        .dax_areas(args.dax_areas)
        .accept_unrecognized(args.unrecognized)
        .overwrite(args.output.force);
    options.verify = (args.verify || args.no_verify).then_some(args.verify);
    options
}
