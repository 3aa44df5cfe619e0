//! An output file that appears under its name only when it is complete.

use crate::error::{ErrorKind, Result};
use crate::io::file::from_os;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An output that is being written. If it is dropped before [`commit`](Self::commit), the temporary
/// file is removed.
pub(super) enum Destination {
    /// A regular file. The output goes to a temporary file in the same directory.
    File {
        temporary: NamedTempFile,
        /// The path that the file gets on commit.
        path: PathBuf,
        overwrite: bool,
    },
    /// A character device such as `/dev/null`, which is written directly.
    Device(File),
}

impl Destination {
    /// Prepares to write to `path`. An existing file is not changed before
    /// [`commit`](Self::commit).
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::IsDirectory`] or [`ErrorKind::NotAFile`] if `path` names a directory, or
    ///   anything else that is neither a regular file nor a character device.
    /// * [`ErrorKind::AlreadyExists`] if a file exists and `overwrite` is not set.
    /// * The operating system's error if the temporary file cannot be created.
    pub(super) fn create(path: &Path, overwrite: bool) -> Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(from_os(&e, ErrorKind::Write)),
        };
        match &existing {
            Some(metadata) if metadata.is_dir() => return Err(ErrorKind::IsDirectory.into()),
            Some(metadata) if is_character_device(metadata) => {
                let device = File::options().write(true).open(path);
                return Ok(Destination::Device(
                    device.map_err(|e| from_os(&e, ErrorKind::Write))?,
                ));
            }
            Some(metadata) if !metadata.is_file() => return Err(ErrorKind::NotAFile.into()),
            Some(_) if !overwrite => return Err(ErrorKind::AlreadyExists.into()),
            _ => {}
        }
        // If the path is a symbolic link, its target is replaced and the link is kept.
        let target = match &existing {
            Some(_) => fs::canonicalize(path).map_err(|e| from_os(&e, ErrorKind::Write))?,
            None => path.to_path_buf(),
        };
        let temporary = create_temporary(&target, existing.as_ref())
            .map_err(|e| from_os(&e, ErrorKind::Write))?;
        Ok(Destination::File {
            temporary,
            path: target,
            overwrite,
        })
    }

    /// Returns the file to write to.
    pub(super) fn file(&mut self) -> &mut File {
        match self {
            Destination::File { temporary, .. } => temporary.as_file_mut(),
            Destination::Device(file) => file,
        }
    }

    /// Completes the output: flushes it to the storage device and renames it to its path.
    ///
    /// Fails with [`ErrorKind::AlreadyExists`] if the file exists by now and must not be replaced.
    pub(super) fn commit(self) -> Result<()> {
        let Destination::File {
            temporary,
            path,
            overwrite,
        } = self
        else {
            return Ok(());
        };
        let failed = |e: &io::Error| from_os(e, ErrorKind::Write);
        temporary.as_file().sync_all().map_err(|e| failed(&e))?;
        let renamed = if overwrite {
            temporary.persist(&path)
        } else {
            // Another process may have created the file since `create`.
            temporary.persist_noclobber(&path)
        };
        renamed.map_err(|e| failed(&e.error))?;
        sync_directory(&path);
        Ok(())
    }
}

/// Creates a temporary file in the directory of `path`, with the permissions of the file that it
/// will replace, or else with those of any new file.
fn create_temporary(path: &Path, existing: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cso-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The mode of a new file, from which the system removes the bits of the process's umask.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(directory)?;
    if let Some(metadata) = existing {
        temporary
            .as_file()
            .set_permissions(metadata.permissions())?;
    }
    Ok(temporary)
}

#[cfg(unix)]
fn is_character_device(metadata: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_character_device(_metadata: &Metadata) -> bool {
    false
}

/// Flushes the new directory entry to the storage device. Errors are ignored, because not every
/// file system supports this, and because the content of the file is flushed already.
#[cfg(unix)]
fn sync_directory(path: &Path) {
    if let Some(directory) = path.parent().and_then(|parent| File::open(parent).ok()) {
        let _ = directory.sync_all();
    }
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) {}
