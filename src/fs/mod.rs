//! Opening, compression and decompression of files by their paths.
//!
//! An output is written to a temporary file in the same directory, flushed to the storage device
//! and renamed. So it appears under its name only when it is complete. On failure the temporary
//! file is removed, and an existing file with the name of the output is unchanged.

mod destination;

use crate::error::{Error, ErrorKind, Result};
use crate::image::{Image, OpenOptions};
use crate::io::file::from_os;
use crate::tasks::{self, CompressOptions, DecompressOptions, OnProgress, Summary};
use destination::Destination;
use std::fs::{File, Metadata};
use std::path::Path;

/// Opens the image at `path` with the default options.
///
/// # Errors
///
/// * [`ErrorKind::NotFound`] if the file does not exist.
/// * [`ErrorKind::PermissionDenied`] if it may not be read.
/// * [`ErrorKind::IsDirectory`] or [`ErrorKind::NotAFile`] if it is not a regular file.
/// * The errors of [`Image::open`].
///
/// # Examples
///
/// ```no_run
/// let image = cso::open("game.cso")?;
/// let mut sector = [0; 2048];
/// image.read_sectors(16, &mut sector)?;
/// # cso::Result::Ok(())
/// ```
pub fn open(path: impl AsRef<Path>) -> Result<Image<File>> {
    open_with(path, &OpenOptions::default())
}

/// Opens the image at `path` with options.
///
/// # Errors
///
/// Fails like [`open`], or with [`ErrorKind::Argument`] if an option has a value that is not
/// allowed.
pub fn open_with(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Image<File>> {
    Image::open_with(open_file(path.as_ref())?, options)
}

/// Opens a regular file for reading.
pub(crate) fn open_file(path: &Path) -> Result<File> {
    // The type is checked before the file is opened, because opening a named pipe waits for a
    // writer.
    let metadata = std::fs::metadata(path).map_err(|e| from_os(&e, ErrorKind::Read))?;
    check_file_type(&metadata)?;
    File::open(path).map_err(|e| from_os(&e, ErrorKind::Read))
}

/// Fails unless `file` is a regular file, which can be read at any offset.
#[cfg(unix)]
pub(crate) fn check_open_file(file: &File) -> Result<()> {
    check_file_type(&file.metadata().map_err(|e| from_os(&e, ErrorKind::Read))?)
}

fn check_file_type(metadata: &Metadata) -> Result<()> {
    if metadata.is_dir() {
        return Err(ErrorKind::IsDirectory.into());
    }
    if !metadata.is_file() {
        return Err(ErrorKind::NotAFile.into());
    }
    Ok(())
}

/// Compresses the image at `input` to a new file at `output`, and returns what was written.
///
/// The input has any format that can be read. The output appears under its name only when it is
/// complete, and not at all on failure.
///
/// # Errors
///
/// * The errors of [`open`] for the input.
/// * [`ErrorKind::SameFile`] if the input and the output are the same file. Nothing was changed.
/// * [`ErrorKind::AlreadyExists`] if the output exists and [`CompressOptions::overwrite`] is off.
/// * The errors of [`compress`](tasks::compress).
///
/// Errors of the output are marked: see [`Error::is_on_output`].
///
/// # Examples
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&dir).unwrap();
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// # std::fs::write("game.iso", iso).unwrap();
/// use cso::{CompressOptions, Format};
/// use std::ops::ControlFlow;
///
/// let options = CompressOptions::new(Format::CsoV1).overwrite(false);
/// let summary = cso::compress_file("game.iso", "game.cso", &options, &mut |_| {
///     ControlFlow::Continue(())
/// })?;
/// println!("{} -> {} bytes", summary.image_size, summary.file_size);
/// # cso::Result::Ok(())
/// ```
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

/// Decodes the image at `input` to a plain image at `output`, and returns what was written.
///
/// The input has any format that can be read. The output appears under its name only when it is
/// complete, and not at all on failure.
///
/// # Errors
///
/// * The errors of [`open`] for the input.
/// * [`ErrorKind::SameFile`] if the input and the output are the same file. Nothing was changed.
/// * [`ErrorKind::AlreadyExists`] if the output exists and [`DecompressOptions::overwrite`] is off.
/// * The errors of [`decompress`](tasks::decompress).
///
/// Errors of the output are marked: see [`Error::is_on_output`].
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

/// Opens the input, passes it to `work` with the file to write, and completes the output.
fn convert(
    input: &Path,
    output: &Path,
    options: &OpenOptions,
    overwrite: bool,
    work: impl FnOnce(&Image<File>, &mut File) -> Result<Summary>,
) -> Result<Summary> {
    let image = open_with(input, options)?;
    // The comparison fails if the output does not exist, so the two are different files.
    if same_file::is_same_file(input, output).unwrap_or(false) {
        return Err(ErrorKind::SameFile.into());
    }
    let mut destination = Destination::create(output, overwrite).map_err(Error::on_output)?;
    let summary = work(&image, destination.file())?;
    destination.commit().map_err(Error::on_output)?;
    Ok(summary)
}
