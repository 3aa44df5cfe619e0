//! Paths: open a file, write beside it, fsync, rename.
use crate::writer::*;
use crate::{Image, OpenOptions, Result};
use std::fs::File;
use std::path::Path;
/// x
pub fn open(path: impl AsRef<Path>) -> Result<Image<File>> { open_with(path, &OpenOptions::default()) }
/// x
pub fn open_with(_path: impl AsRef<Path>, _options: &OpenOptions) -> Result<Image<File>> { unimplemented!() }
/// x
pub fn compress_file(_input: impl AsRef<Path>, _output: impl AsRef<Path>, _options: &CompressOptions, _progress: OnProgress<'_>) -> Result<Summary> { unimplemented!() }
/// x
pub fn decompress_file(_input: impl AsRef<Path>, _output: impl AsRef<Path>, _options: &DecompressOptions, _progress: OnProgress<'_>) -> Result<Summary> { unimplemented!() }
/// x
pub(crate) fn open_file(path: &Path) -> Result<File> { File::open(path).map_err(|e| crate::io::file::from_os(&e, crate::ErrorKind::Read)) }
