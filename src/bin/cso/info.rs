//! The subcommand `cso info`. It prints the format and the sizes of each input, as text or as JSON.

use crate::args::InfoArgs;
use crate::inputs::{self, Failure};
use crate::messages::{counts, hex};
use crate::progress::ratio;
use crate::reading_programs::{block_size_warning, programs_that_read};
use cso::{Coding, ErrorKind, Format, Image, Info, OpenOptions};
use indicatif::BinaryBytes;
use serde_json::json;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: &InfoArgs) -> Result<ExitCode, clap::Error> {
    let options = OpenOptions::new().accept_unrecognized(args.unrecognized);
    Ok(inputs::process_each(
        &args.inputs,
        |input| input,
        |input, _| {
            let image = cso::open_with(input, &options)?;
            let (info, counts) = (image.info(), CodingCounts::of(&image)?);
            if args.json {
                print_json(input, &info, &counts)?;
            } else {
                print(input, &info, &counts)?;
            }
            Ok::<(), Failure>(())
        },
    ))
}

/// Number of blocks of an image that have each coding. The coding of a block is the method with
/// which it is compressed, or `stored` if it is not compressed.
#[derive(Default)]
struct CodingCounts {
    stored: u32,
    deflate: u32,
    lz4: u32,
    lzo: u32,
    other: u32,
}

impl CodingCounts {
    fn of(image: &Image<File>) -> cso::Result<Self> {
        let mut counts = CodingCounts::default();
        for block in 0..image.info().blocks {
            if inputs::cancel_requested() {
                return Err(ErrorKind::Cancelled.into());
            }
            match image.block_span(block)?.coding {
                Coding::Stored => counts.stored += 1,
                Coding::Deflate | Coding::Zlib => counts.deflate += 1,
                Coding::Lz4 => counts.lz4 += 1,
                Coding::Lzo => counts.lzo += 1,
                _ => counts.other += 1,
            }
        }
        Ok(counts)
    }
}

fn print(input: &Path, info: &Info, coding_counts: &CodingCounts) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", input.display())?;
    let mut line = |name: &str, value: String| writeln!(out, "  {name:<12} {value}");
    line("format", format_and_version(info))?;
    line(
        "image size",
        format!("{} bytes ({})", info.size, BinaryBytes(info.size)),
    )?;
    line("sectors", format!("{} of 2048 bytes", info.sectors))?;
    line(
        "file size",
        format!(
            "{} bytes ({} of the image)",
            info.file_size,
            ratio(info.file_size, info.size)
        ),
    )?;
    line("block size", format!("{} bytes", info.block_size))?;
    let codings = counts(&[
        (coding_counts.stored, "stored"),
        (coding_counts.deflate, "deflate"),
        (coding_counts.lz4, "LZ4"),
        (coding_counts.lzo, "LZO"),
        (coding_counts.other, "other"),
    ]);
    line("blocks", format!("{}: {codings}", info.blocks))?;
    if info.format.is_ciso() {
        line("index shift", index_shift(info))?;
    }
    if let Some(md5) = info.md5 {
        line("MD5", hex(&md5))?;
    }
    let programs = programs_that_read(info);
    if !programs.is_empty() {
        line("read by", programs.join(", "))?;
    }
    if let Some(warning) = block_size_warning(info) {
        line("warning", warning)?;
    }
    Ok(())
}

fn format_and_version(info: &Info) -> String {
    if info.format.is_ciso() || info.format == Format::Dax {
        format!("{} (version field {})", info.format.name(), info.version)
    } else {
        info.format.name().into()
    }
}

fn index_shift(info: &Info) -> String {
    let alignment = 1_u32 << info.index_shift;
    match info.index_shift {
        0 => "0 (blocks begin at any byte)".into(),
        shift => format!("{shift} (blocks begin at multiples of {alignment} bytes)"),
    }
}

fn print_json(input: &Path, info: &Info, coding_counts: &CodingCounts) -> io::Result<()> {
    let object = json!({
        "file": input.to_string_lossy(),
        "format": info.format.name(),
        "version": info.version,
        "image_size": info.size,
        "sectors": info.sectors,
        "file_size": info.file_size,
        "block_size": info.block_size,
        "blocks": info.blocks,
        "stored_blocks": coding_counts.stored,
        "deflate_blocks": coding_counts.deflate,
        "lz4_blocks": coding_counts.lz4,
        "lzo_blocks": coding_counts.lzo,
        "index_shift": info.index_shift,
        "md5": info.md5.map(|md5| hex(&md5)),
        "read_by": programs_that_read(info),
        "warning": block_size_warning(info),
    });
    writeln!(io::stdout(), "{object}")
}
