//! Decoding of a whole image on several threads.

use super::pipeline::{self, Consumer};
use crate::error::{Error, ErrorKind, Result};
use crate::image::{Image, MAX_THREADS};
use crate::io::ReadAt;
use alloc::vec::Vec;

/// Number of bytes of the decoded image that a worker thread decodes as one task. If this is not a
/// multiple of the block size, the next larger multiple is used.
const PIECE_SIZE: u64 = 512 << 10;

/// Decodes the whole image on `threads` worker threads. Passes the decoded pieces of the image to
/// `consumer`, in order, on the calling thread. If `threads` is 0, one worker thread for each
/// processor core is used.
///
/// # Errors
///
/// Fails with [`ErrorKind::Argument`] if `threads` exceeds [`MAX_THREADS`]. Fails with
/// [`ErrorKind::OutOfMemory`] if a thread cannot be started. Otherwise fails with the first error
/// in the order of the image, which is an error of decoding a piece or an error of `consumer`.
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
            // `read_at` copies from the decoded image if `precache` keeps it in memory. `decode_at`
            // decodes the blocks in any case, so that `verify` finds damaged blocks.
            image.decode_at(offset, out)
        },
        consumer,
    )
}
