//! Layouts of new files: what comes where in the file, and which codings its blocks may have.
//!
//! Each file here implements [`FileLayout`] for one format, or for formats that share a layout. To
//! make a format writable, add such a file and a row in [`LAYOUTS`].

mod ciso;
mod dax;
mod file_layout;
mod table_writer;

pub(super) use file_layout::{EncodedBlock, FileLayout, FileTables, ImageShape};

use super::options::CompressOptions;
use crate::error::{ErrorKind, Result};
use crate::format::Format;
use alloc::boxed::Box;

/// Makes the layout of a new file. The options are checked and their defaults are filled in.
type NewFile = fn(&CompressOptions, ImageShape) -> Result<Box<dyn FileLayout>>;

/// The formats that can be written.
const LAYOUTS: [(Format, NewFile); 4] = [
    (Format::CsoV1, ciso::new_file),
    (Format::CsoV2, ciso::new_file),
    (Format::Zso, ciso::new_file),
    (Format::Dax, dax::new_file),
];

/// Returns the function that makes the layout of a new file in `format`.
///
/// Fails with [`ErrorKind::Argument`] if the format is only read.
pub(super) fn for_format(format: Format) -> Result<NewFile> {
    LAYOUTS
        .iter()
        .find(|(written, _)| *written == format)
        .map(|(_, new_file)| *new_file)
        .ok_or_else(|| ErrorKind::Argument.into())
}
