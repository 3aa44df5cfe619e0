//! Paths: open an image, convert one file to another.
//!
//! An output appears under its name only when it is complete: it is written beside its place,
//! flushed to the device and renamed. Whatever goes wrong, a file that had the name before is
//! still there, and nothing else is left behind.

mod destination;

use crate::error::{Error, ErrorKind, Result};
use crate::image::{Image, OpenOptions};
use crate::io::file::from_os;
use crate::tasks::{self, CompressOptions, DecompressOptions, OnProgress, Summary};
use destination::Destination;
use std::fs::{File, Metadata};
use std::path::Path;

/// Opens the image at `path`, with the default options.
///
/// # Errors
///
/// [`ErrorKind::NotFound`], [`ErrorKind::PermissionDenied`], [`ErrorKind::IsDirectory`],
/// [`ErrorKind::NotAFile`]; otherwise as [`Image::open`].
pub fn open(path: impl AsRef<Path>) -> Result<Image<File>> {
    open_with(path, &OpenOptions::default())
}

/// Opens the image at `path`.
///
/// # Errors
///
/// As [`open`].
pub fn open_with(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Image<File>> {
    Image::open_with(open_file(path.as_ref())?, options)
}

/// Opens a file for reading, if it is one.
pub(crate) fn open_file(path: &Path) -> Result<File> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let about = std::fs::metadata(path).map_err(|e| from_os(&e, ErrorKind::Read))?;
    check_kind(&about)?;
    File::open(path).map_err(|e| from_os(&e, ErrorKind::Read))
}

/// Whether an open file is one that can be read at any place.
#[cfg(unix)]
pub(crate) fn check_open_file(file: &File) -> Result<()> {
    check_kind(&file.metadata().map_err(|e| from_os(&e, ErrorKind::Read))?)
}

fn check_kind(about: &Metadata) -> Result<()> {
    if about.is_dir() {
        return Err(ErrorKind::IsDirectory.into());
    }
    if !about.is_file() {
        return Err(ErrorKind::NotAFile.into());
    }
    Ok(())
}

/// Compresses the image at `input`, of any format that can be read, to `output`.
///
/// # Errors
///
/// As [`open`] for the input; [`ErrorKind::SameFile`] before anything is touched; as
/// [`tasks::compress`]. Failures of the output are [marked as such](Error::is_on_output).
pub fn compress_file(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &CompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let options = options.checked()?;
    let open = OpenOptions::new().accept_unrecognized(options.accept_unrecognized);
    convert(
        input.as_ref(),
        output.as_ref(),
        &open,
        options.overwrite,
        |image, sink| tasks::compress(image, sink, &options, on_progress),
    )
}

/// Decodes the image at `input`, of any format that can be read, to a plain one at `output`.
///
/// # Errors
///
/// As [`compress_file`].
pub fn decompress_file(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: &DecompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let open = OpenOptions::new().accept_unrecognized(options.accept_unrecognized);
    convert(
        input.as_ref(),
        output.as_ref(),
        &open,
        options.overwrite,
        |image, sink| tasks::decompress(image, sink, options, on_progress),
    )
}

fn convert(
    input: &Path,
    output: &Path,
    options: &OpenOptions,
    overwrite: bool,
    work: impl FnOnce(&Image<File>, &mut File) -> Result<Summary>,
) -> Result<Summary> {
    let image = open_with(input, options)?;
    // An output that does not exist yet is no file at all.
    if same_file::is_same_file(input, output).unwrap_or(false) {
        return Err(ErrorKind::SameFile.into());
    }
    let mut destination = Destination::create(output, overwrite).map_err(Error::on_output)?;
    let summary = work(&image, destination.file())?;
    destination.commit().map_err(Error::on_output)?;
    Ok(summary)
}
