//! ISO in, image out, and back; and a look at every block.
mod options;
pub use options::*;
use crate::{Image, Result, io::{ReadAt, WriteAt}};
/// x
pub fn compress<S: ReadAt + Sync, W: WriteAt>(_image: &Image<S>, _sink: &mut W, _options: &CompressOptions, _progress: OnProgress<'_>) -> Result<Summary> { unimplemented!() }
/// x
pub fn decompress<S: ReadAt + Sync, W: WriteAt>(_image: &Image<S>, _sink: &mut W, _options: &DecompressOptions, _progress: OnProgress<'_>) -> Result<Summary> { unimplemented!() }
/// x
pub fn verify<S: ReadAt + Sync>(_image: &Image<S>, _options: &VerifyOptions, _progress: OnProgress<'_>) -> Result<Digests> { unimplemented!() }
