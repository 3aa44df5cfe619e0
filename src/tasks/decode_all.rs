//! Decoding of a whole image on several threads.

use super::pipeline::{self, Consumer};
use crate::error::{Error, ErrorKind, Result};
use crate::image::{Image, MAX_THREADS};
use crate::io::ReadAt;
use alloc::vec::Vec;

/// Number of bytes of the image that a worker decodes as one task. It is rounded up to whole
/// blocks.
const PIECE_SIZE: u64 = 512 << 10;

/// Decodes the whole image on `threads` threads and passes its pieces to `consumer` in order. 0
/// stands for one thread for each core.
///
/// # Errors
///
/// Fails with [`ErrorKind::Argument`] if `threads` exceeds [`MAX_THREADS`], and with the first
/// error of decoding or of `consumer`.
pub(super) fn decode_all<S: ReadAt + Sync>(
    image: &Image<S>,
    threads: u32,
    consumer: &mut dyn Consumer<Vec<u8>>,
) -> Result<()> {
    if threads > MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    let block_size = u64::from(image.info().block_size);
    let piece_size = PIECE_SIZE.next_multiple_of(block_size);
    let pieces = image.size().div_ceil(piece_size);
    let pieces = u32::try_from(pieces).map_err(|_| Error::new(ErrorKind::ImageSize))?;
    pipeline::run(
        pieces,
        pipeline::thread_count(threads),
        || (),
        |(), number, out: &mut Vec<u8>, _| {
            let offset = u64::from(number) * piece_size;
            let len = piece_size.min(image.size() - offset);
            out.resize(len as usize, 0);
            // Unlike `read_at`, `decode_at` does not copy from an image that `precache` keeps in
            // memory, so that `verify` checks the file.
            image.decode_at(offset, out)
        },
        consumer,
    )
}
