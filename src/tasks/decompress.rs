//! An image of any format in, a plain one out; and the walk over an image that verifying shares.

use super::meter::Meter;
use super::options::{DecompressOptions, OnProgress, Summary};
use super::pipeline::{self, Consumer};
use crate::error::{Error, ErrorKind, Result};
use crate::image::{Image, MAX_THREADS};
use crate::io::{ReadAt, WriteAt};
use alloc::vec::Vec;

/// Bytes of the image that a worker decodes at a time.
const PIECE: u64 = 512 << 10;

/// Decodes `image` into `sink`, which must be empty.
///
/// # Errors
///
/// [`ErrorKind::Argument`] if an option is out of its range; what reading `image` reports; what
/// the sink reports, marked as [the output's](Error::is_on_output); [`ErrorKind::Cancelled`].
pub fn decompress<S: ReadAt + Sync, W: WriteAt>(
    image: &Image<S>,
    sink: &mut W,
    options: &DecompressOptions,
    on_progress: OnProgress<'_>,
) -> Result<Summary> {
    let info = image.info();
    let mut output = Output {
        sink,
        end: 0,
        meter: Meter::new(on_progress, info.size),
    };
    decode_all(image, options.threads, &mut output)?;
    output.meter.tell()?;
    Ok(Summary {
        image_size: info.size,
        file_size: info.size,
        blocks: info.blocks,
        stored_blocks: info.blocks,
        ..Summary::default()
    })
}

/// Decodes the whole image on several threads; `consumer` gets it in order, piece by piece.
pub(super) fn decode_all<S: ReadAt + Sync>(
    image: &Image<S>,
    threads: u32,
    consumer: &mut dyn Consumer<Vec<u8>>,
) -> Result<()> {
    if threads > MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    // Whole blocks: no block is decoded twice.
    let block_size = u64::from(image.info().block_size);
    let piece = PIECE.next_multiple_of(block_size);
    let pieces = image.size().div_ceil(piece);
    let pieces = u32::try_from(pieces).map_err(|_| Error::new(ErrorKind::ImageSize))?;
    pipeline::run(
        pieces,
        pipeline::thread_count(threads),
        || (),
        |(), number, out: &mut Vec<u8>, _| {
            let offset = u64::from(number) * piece;
            let len = piece.min(image.size() - offset);
            out.resize(len as usize, 0);
            // What may be kept of the image in memory is not what is asked about here.
            image.decode_at(offset, out)
        },
        consumer,
    )
}

/// The plain image that is being written.
struct Output<'a, W> {
    sink: &'a mut W,
    end: u64,
    meter: Meter<'a>,
}

impl<W: WriteAt> Consumer<Vec<u8>> for Output<'_, W> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        self.sink
            .write_all_at(self.end, piece)
            .map_err(Error::on_output)?;
        self.end += piece.len() as u64;
        self.meter.advance(piece.len() as u64, self.end);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
