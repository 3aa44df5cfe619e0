//! An output file that appears under its name only when it is complete.

#[cfg(not(unix))]
use other_system as system;
#[cfg(unix)]
use unix as system;

use crate::error::{ErrorKind, Result};
use crate::io::file::from_os;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The output of an operation. It is written to a temporary file, which is removed if this value is
/// dropped before [`commit`](Self::commit).
pub(super) enum Destination {
    /// A regular file. The output is written to a temporary file in the same directory.
    File {
        temporary: NamedTempFile,
        /// The path of the output. [`commit`](Self::commit) renames the temporary file to this
        /// path.
        path: PathBuf,
        /// Whether [`commit`](Self::commit) may replace an existing file at `path`.
        overwrite: bool,
    },
    /// A character device such as `/dev/null`. The output is written to it directly.
    Device(File),
}

impl Destination {
    /// Creates a temporary file for an output at `path`. If `path` names a character device, opens
    /// the device instead. An existing file at `path` is not changed before
    /// [`commit`](Self::commit).
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::IsDirectory`] if `path` names a directory.
    /// * [`ErrorKind::NotAFile`] if `path` names a pipe, a socket or a block device.
    /// * [`ErrorKind::AlreadyExists`] if a file exists at `path` and `overwrite` is not set.
    /// * The operating system's error if the temporary file cannot be created.
    pub(super) fn create(path: &Path, overwrite: bool) -> Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(from_os(&e, ErrorKind::Write)),
        };
        match &existing {
            Some(metadata) if metadata.is_dir() => return Err(ErrorKind::IsDirectory.into()),
            Some(metadata) if system::is_character_device(metadata) => {
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

    /// Returns the file that the output is written to: the temporary file, or the device.
    pub(super) fn file(&mut self) -> &mut File {
        match self {
            Destination::File { temporary, .. } => temporary.as_file_mut(),
            Destination::Device(file) => file,
        }
    }

    /// Completes the output: flushes the temporary file to the storage device and renames it to the
    /// path of the output. Does nothing if the output is a device.
    ///
    /// Fails with [`ErrorKind::AlreadyExists`] if `overwrite` is not set and a file at the path of
    /// the output has been created since [`create`](Self::create).
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
            // No file existed when `create` checked the path, but another process may have created
            // one since. This call fails if a file exists.
            temporary.persist_noclobber(&path)
        };
        renamed.map_err(|e| failed(&e.error))?;
        system::sync_directory(&path);
        Ok(())
    }
}

/// Creates a temporary file in the directory of `path`. `existing` is the metadata of the file that
/// the temporary file will replace, whose permissions are copied. If `existing` is `None`, the
/// temporary file has the usual permissions of a new file.
fn create_temporary(path: &Path, existing: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cso-").suffix(".tmp");
    if let Some(permissions) = system::new_file_permissions() {
        builder.permissions(permissions);
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
mod unix {
    use std::fs::{File, Metadata, Permissions};
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    use std::path::Path;

    /// Returns the permissions for a new file: every user may read and write. When the file is
    /// created, the system removes the permissions that are in the umask of the process.
    pub(super) fn new_file_permissions() -> Option<Permissions> {
        Some(Permissions::from_mode(0o666))
    }

    pub(super) fn is_character_device(metadata: &Metadata) -> bool {
        metadata.file_type().is_char_device()
    }

    /// Flushes the directory that contains `path` to the storage device, so that a renamed file
    /// keeps its new name after a power failure. Errors are ignored, because not every file system
    /// supports this and the content of the file is flushed already.
    pub(super) fn sync_directory(path: &Path) {
        if let Some(directory) = path.parent().and_then(|parent| File::open(parent).ok()) {
            let _ = directory.sync_all();
        }
    }
}

/// Replacements for the functions of the module `unix` on systems that are not Unix. Such systems
/// have no file modes, no character devices in the file system, and no way to flush a directory.
#[cfg(not(unix))]
mod other_system {
    use std::fs::{Metadata, Permissions};
    use std::path::Path;

    pub(super) fn new_file_permissions() -> Option<Permissions> {
        None
    }

    pub(super) fn is_character_device(_metadata: &Metadata) -> bool {
        false
    }

    pub(super) fn sync_directory(_path: &Path) {}
}
