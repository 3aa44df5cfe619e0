//! A file that appears when it is complete.

use crate::error::{ErrorKind, Result};
use crate::io::file::from_os;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An output on its way. Dropped before [`commit`](Self::commit), it leaves nothing behind.
pub(super) enum Destination {
    /// A regular file: written under a name of its own in the same directory.
    File {
        written: NamedTempFile,
        place: PathBuf,
        overwrite: bool,
    },
    /// A character device such as `/dev/null`: there is no file to replace.
    Device(File),
}

impl Destination {
    /// Prepares to write to `path`. If there is a file already, it stays as it is until
    /// [`commit`](Self::commit).
    pub(super) fn create(path: &Path, overwrite: bool) -> Result<Self> {
        let existing = match fs::metadata(path) {
            Ok(about) => Some(about),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(from_os(&e, ErrorKind::Write)),
        };
        match &existing {
            Some(about) if about.is_dir() => return Err(ErrorKind::IsDirectory.into()),
            Some(about) if is_character_device(about) => {
                let device = File::options().write(true).open(path);
                return Ok(Destination::Device(
                    device.map_err(|e| from_os(&e, ErrorKind::Write))?,
                ));
            }
            Some(about) if !about.is_file() => return Err(ErrorKind::NotAFile.into()),
            Some(_) if !overwrite => return Err(ErrorKind::AlreadyExists.into()),
            _ => {}
        }
        // Through a link the file that it names is replaced, and the link stays.
        let place = match &existing {
            Some(_) => fs::canonicalize(path).map_err(|e| from_os(&e, ErrorKind::Write))?,
            None => path.to_path_buf(),
        };
        let written =
            write_beside(&place, existing.as_ref()).map_err(|e| from_os(&e, ErrorKind::Write))?;
        Ok(Destination::File {
            written,
            place,
            overwrite,
        })
    }

    /// Where to write.
    pub(super) fn file(&mut self) -> &mut File {
        match self {
            Destination::File { written, .. } => written.as_file_mut(),
            Destination::Device(file) => file,
        }
    }

    /// The output is complete: flushes it to the device and gives it its name.
    pub(super) fn commit(self) -> Result<()> {
        let Destination::File {
            written,
            place,
            overwrite,
        } = self
        else {
            return Ok(());
        };
        let failed = |e: &io::Error| from_os(e, ErrorKind::Write);
        written.as_file().sync_all().map_err(|e| failed(&e))?;
        let named = if overwrite {
            written.persist(&place)
        } else {
            // Somebody may have made the file meanwhile.
            written.persist_noclobber(&place)
        };
        named.map_err(|e| failed(&e.error))?;
        sync_directory(&place);
        Ok(())
    }
}

fn write_beside(place: &Path, existing: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let directory = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cso-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets: the caller's mask takes away what it must.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let written = builder.tempfile_in(directory)?;
    if let Some(about) = existing {
        written.as_file().set_permissions(about.permissions())?;
    }
    Ok(written)
}

#[cfg(unix)]
fn is_character_device(about: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&about.file_type())
}

#[cfg(not(unix))]
fn is_character_device(_about: &Metadata) -> bool {
    false
}

/// Makes the new name durable. Not every file system can; the file itself is safe already.
#[cfg(unix)]
fn sync_directory(place: &Path) {
    if let Some(directory) = place.parent().and_then(|parent| File::open(parent).ok()) {
        let _ = directory.sync_all();
    }
}

#[cfg(not(unix))]
fn sync_directory(_place: &Path) {}
