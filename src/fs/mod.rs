//! Opening, compression and decompression of files by their paths.
//!
//! An output is written to a temporary file in the directory of the output. The temporary file is
//! then flushed to the storage device and renamed. The output therefore appears under its name only
//! when it is complete. On failure, the temporary file is removed, and an existing file with the
//! name of the output is unchanged.

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
/// * [`ErrorKind::PermissionDenied`] if the system denies reading the file.
/// * [`ErrorKind::IsDirectory`] if `path` names a directory.
/// * [`ErrorKind::NotAFile`] if `path` names a device, a pipe or a socket.
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
/// * The errors of [`open`].
/// * [`ErrorKind::Argument`] if an option has a value that is not allowed.
///
/// # Examples
///
/// Opening a file that may have no ISO 9660 descriptors:
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&dir).unwrap();
/// # std::fs::write("track.bin", [0; 3 * 2048]).unwrap();
/// let options = cso::OpenOptions::new().accept_unrecognized(true);
/// let image = cso::open_with("track.bin", &options)?;
/// assert_eq!(image.info().sectors, 3);
/// # cso::Result::Ok(())
/// ```
pub fn open_with(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Image<File>> {
    Image::open_with(open_file(path.as_ref())?, options)
}

/// Opens the regular file at `path` for reading. Fails if `path` names a directory, a device, a
/// pipe or a socket.
pub(crate) fn open_file(path: &Path) -> Result<File> {
    // The file type is checked before the file is opened, because opening a named pipe blocks until
    // another process opens the pipe for writing.
    let metadata = std::fs::metadata(path).map_err(|e| from_os(&e, ErrorKind::Read))?;
    check_file_type(&metadata)?;
    File::open(path).map_err(|e| from_os(&e, ErrorKind::Read))
}

/// Fails unless `file` is a regular file. Other files, such as pipes, cannot be read at an
/// arbitrary offset.
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

/// Compresses the image at `input` to a new file at `output`. Returns the sizes of the image and of
/// the output, and the number of blocks that are stored, compressed with LZ4 and compressed with
/// deflate.
///
/// The input may have any format that this crate reads. The output appears under its name only when
/// it is complete. On failure, no new file is left, and an existing file at `output` is unchanged.
///
/// # Errors
///
/// * The errors of [`open`] for the input.
/// * [`ErrorKind::SameFile`] if the input and the output are the same file, which is not changed.
/// * [`ErrorKind::AlreadyExists`] if the output exists and [`CompressOptions::overwrite`] is off.
/// * The errors of [`compress`](tasks::compress).
///
/// [`Error::is_on_output`] returns whether an error concerns the output.
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

/// Decodes the image at `input` to a plain image at `output`. Returns the size of the image, which
/// is also the size of the output, and the number of blocks.
///
/// The input may have any format that this crate reads. The output appears under its name only when
/// it is complete. On failure, no new file is left, and an existing file at `output` is unchanged.
///
/// # Errors
///
/// * The errors of [`open`] for the input.
/// * [`ErrorKind::SameFile`] if the input and the output are the same file, which is not changed.
/// * [`ErrorKind::AlreadyExists`] if the output exists and [`DecompressOptions::overwrite`] is off.
/// * The errors of [`decompress`](tasks::decompress).
///
/// [`Error::is_on_output`] returns whether an error concerns the output.
///
/// # Examples
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&dir).unwrap();
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// # std::fs::write("in.iso", &iso).unwrap();
/// # let options = cso::CompressOptions::new(cso::Format::CsoV1);
/// # cso::compress_file("in.iso", "game.cso", &options, &mut |_| {
/// #     std::ops::ControlFlow::Continue(())
/// # })?;
/// use cso::DecompressOptions;
/// use std::ops::ControlFlow;
///
/// let options = DecompressOptions::new();
/// cso::decompress_file("game.cso", "game.iso", &options, &mut |progress| {
///     println!("{} of {} bytes", progress.done, progress.total);
///     ControlFlow::Continue(())
/// })?;
/// # assert!(std::fs::read("game.iso").unwrap() == iso);
/// # cso::Result::Ok(())
/// ```
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

/// Opens the image at `input` and creates the output. Calls `work` with the image and with the file
/// that the output is written to. Completes the output if `work` succeeds. Returns the result of
/// `work`.
fn convert(
    input: &Path,
    output: &Path,
    options: &OpenOptions,
    overwrite: bool,
    work: impl FnOnce(&Image<File>, &mut File) -> Result<Summary>,
) -> Result<Summary> {
    let image = open_with(input, options)?;
    // The comparison fails if the output does not exist. The input and the output are then
    // different files.
    if same_file::is_same_file(input, output).unwrap_or(false) {
        return Err(ErrorKind::SameFile.into());
    }
    let mut destination = Destination::create(output, overwrite).map_err(Error::on_output)?;
    let summary = work(&image, destination.file())?;
    destination.commit().map_err(Error::on_output)?;
    Ok(summary)
}
