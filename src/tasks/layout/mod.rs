//! Layouts of new files: the positions of the tables and blocks in the file, and the codings that
//! the blocks may have.
//!
//! The modules `ciso` and `dax` implement [`FileLayout`] for the formats that can be written. To
//! make another format writable, add a module of this kind and a row in [`LAYOUTS`].

mod ciso;
mod dax;
mod file_layout;
mod table_writer;

pub(super) use file_layout::{EncodedBlock, FileLayout, FileTables, ImageShape};

use super::options::CompressOptions;
use crate::error::{ErrorKind, Result};
use crate::format::Format;
use alloc::boxed::Box;

/// Function that returns the layout of a new file in one format. The options must be a result of
/// [`CompressOptions::checked`].
type LayoutFn = fn(&CompressOptions, ImageShape) -> Result<Box<dyn FileLayout>>;

/// The formats that can be written, each with the function that returns the layout of a new file.
const LAYOUTS: [(Format, LayoutFn); 4] = [
    (Format::CsoV1, ciso::layout),
    (Format::CsoV2, ciso::layout),
    (Format::Zso, ciso::layout),
    (Format::Dax, dax::layout),
];

/// Fails with [`ErrorKind::Argument`] if this crate cannot write files in `format`.
pub(super) fn check_writable(format: Format) -> Result<()> {
    layout_fn(format).map(|_| ())
}

/// Returns the layout of a new file. `options` must be a result of [`CompressOptions::checked`].
///
/// # Errors
///
/// Fails with [`ErrorKind::TooLarge`] if the format cannot address an image of this size.
pub(super) fn new_layout(
    options: &CompressOptions,
    shape: ImageShape,
) -> Result<Box<dyn FileLayout>> {
    layout_fn(options.format)?(options, shape)
}

fn layout_fn(format: Format) -> Result<LayoutFn> {
    LAYOUTS
        .iter()
        .find(|(written, _)| *written == format)
        .map(|(_, layout)| *layout)
        .ok_or_else(|| ErrorKind::Argument.into())
}
