//! The subcommand `cso decompress`. It decodes each input to a plain image and prints the size.

use crate::args::{usage_error, DecompressArgs};
use crate::inputs::{self, Failure, InputPosition};
use crate::output_paths::{self, Conversion};
use crate::progress::ProgressDisplay;
use cso::DecompressOptions;
use std::io::{self, Write};
use std::process::ExitCode;

pub(crate) fn run(args: &DecompressArgs) -> Result<ExitCode, clap::Error> {
    let output = args.output.output.as_deref();
    let conversions = output_paths::conversions(&args.inputs, output, "iso")
        .map_err(|text| usage_error("decompress", text))?;
    let options = DecompressOptions::new()
        .threads(args.task.threads)
        .accept_unrecognized(args.unrecognized)
        .overwrite(args.output.force);
    Ok(inputs::process_each(
        &conversions,
        |conversion| &conversion.input,
        |conversion, position| decompress(conversion, position, &options, args.task.quiet),
    ))
}

fn decompress(
    conversion: &Conversion,
    position: InputPosition,
    options: &DecompressOptions,
    quiet: bool,
) -> Result<(), Failure> {
    let Conversion { input, output } = conversion;
    let mut display = ProgressDisplay::start(input, position, quiet);
    let summary = cso::decompress_file(input, output, options, &mut |progress| {
        display.update(progress)
    })
    .map_err(|error| Failure::Image(error, Some(output.clone())))?;
    let time_and_speed = display.finish(summary.image_size);
    if !quiet {
        writeln!(
            io::stdout(),
            "{} -> {}: {} bytes; {time_and_speed}",
            input.display(),
            output.display(),
            summary.image_size,
        )?;
    }
    Ok(())
}
