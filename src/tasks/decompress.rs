//! Decompression of an image of any format to a plain image.

use super::decode_all::decode_all;
use super::options::{DecompressOptions, Summary};
use super::pipeline::Consumer;
use super::progress::{OnProgress, ProgressMeter};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::io::{ReadAt, WriteAt};
use alloc::vec::Vec;

/// Decodes `image` into `sink`, which must be empty. Returns the size of the image, which is also
/// the size of the output, and the number of blocks. All blocks are counted as stored, because the
/// output is not compressed.
///
/// The image is written to `sink` in order, from its first byte to its last.
///
/// # Errors
///
/// Fails with the error of reading `image` or of writing to `sink`. For an error of `sink`,
/// [`Error::is_on_output`] returns true. Other kinds of errors:
///
/// * [`Argument`](crate::ErrorKind::Argument) if an option has a value that is not allowed. Nothing
///   was written.
/// * [`Cancelled`](crate::ErrorKind::Cancelled) if `on_progress` returned
///   [`Break`](std::ops::ControlFlow::Break).
/// * [`OutOfMemory`](crate::ErrorKind::OutOfMemory) if a thread cannot be started.
///
/// # Examples
///
/// ```
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// # let options = cso::CompressOptions::new(cso::Format::CsoV1);
/// # let mut file = Vec::new();
/// # cso::compress(&cso::Image::open(&iso[..])?, &mut file, &options, &mut |_| {
/// #     std::ops::ControlFlow::Continue(())
/// # })?;
/// use cso::{DecompressOptions, Image};
/// use std::ops::ControlFlow;
///
/// let image = Image::open(file)?;
/// let options = DecompressOptions::new().threads(2);
/// let mut out = Vec::new();
/// cso::decompress(&image, &mut out, &options, &mut |progress| {
///     println!("{} of {} bytes", progress.done, progress.total);
///     ControlFlow::Continue(())
/// })?;
/// assert_eq!(out, iso);
/// # cso::Result::Ok(())
/// ```
pub fn decompress<S: ReadAt + Sync, W: WriteAt>(
    image: &Image<S>,
    sink: &mut W,
    options: &DecompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let info = image.info();
    let mut writer = PlainImageWriter {
        sink,
        next_offset: 0,
        meter: ProgressMeter::new(on_progress, info.size),
    };
    decode_all(image, options.threads, &mut writer)?;
    writer.meter.report()?;
    Ok(Summary {
        image_size: info.size,
        file_size: info.size,
        blocks: info.blocks,
        stored_blocks: info.blocks,
        ..Summary::default()
    })
}

/// Writer of the plain image. It receives the decoded pieces of the image in order.
struct PlainImageWriter<'a, W> {
    sink: &'a mut W,
    /// Number of bytes written so far. The next piece is written at this offset.
    next_offset: u64,
    meter: ProgressMeter<'a>,
}

impl<W: WriteAt> Consumer<Vec<u8>> for PlainImageWriter<'_, W> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        self.sink
            .write_all_at(self.next_offset, piece)
            .map_err(Error::on_output)?;
        self.next_offset += piece.len() as u64;
        self.meter.advance(piece.len() as u64, self.next_offset);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
