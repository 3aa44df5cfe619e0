//! Loading of a whole image into memory. Later reads of the image use the bytes in memory.

use super::decode_all::decode_all;
use super::options::PrecacheOptions;
use super::pipeline::Consumer;
use super::progress::{OnProgress, ProgressMeter};
use crate::error::{Error, ErrorKind, Result};
use crate::format::Format;
use crate::image::{Image, MAX_THREADS};
use crate::io::ReadAt;
use alloc::vec::Vec;

/// Largest number of bytes of the compressed file that are read at a time. Progress is reported
/// between two reads.
const PIECE_SIZE: u64 = 1 << 20;

/// Reads the compressed file of `image`, or the whole decoded image, into memory. The memory is
/// released when `image` is dropped.
///
/// Later reads of `image` do not use the source from which it was opened. If the compressed file is
/// in memory, they decode its blocks. If the decoded image is in memory, they copy bytes from it.
/// Other threads can read the image during the call. Until the call is complete, their reads use
/// the source.
///
/// One call loads either the compressed file or the decoded image. A second call can load the other
/// one too. A call returns at once if the bytes to load are already in memory. If the image is a
/// plain file, the decoded image is loaded in any case, because it is the content of the file.
///
/// [`Progress`](crate::Progress) counts bytes of the compressed file, or bytes of the decoded image
/// if [`PrecacheOptions::decoded`] is on.
///
/// # Errors
///
/// On failure, the memory is released and the image can be read as before. Fails with the error of
/// reading `image`. Other kinds of errors:
///
/// * [`OutOfMemory`](ErrorKind::OutOfMemory) if a thread cannot be started, or if the bytes to load
///   exceed [`PrecacheOptions::max_bytes`] or cannot be allocated. This memory is allocated before
///   anything is read.
/// * [`Argument`](ErrorKind::Argument) if an option has a value that is not allowed.
/// * [`Cancelled`](ErrorKind::Cancelled) if `on_progress` returned
///   [`Break`](std::ops::ControlFlow::Break).
///
/// # Examples
///
/// ```
/// # let dir = tempfile::tempdir().unwrap();
/// # std::env::set_current_dir(&dir).unwrap();
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// # let options = cso::CompressOptions::new(cso::Format::CsoV1);
/// # let mut file = Vec::new();
/// # cso::compress(&cso::Image::open(iso)?, &mut file, &options, &mut |_| {
/// #     std::ops::ControlFlow::Continue(())
/// # })?;
/// # std::fs::write("game.cso", file).unwrap();
/// use cso::PrecacheOptions;
/// use std::ops::ControlFlow;
///
/// let image = cso::open("game.cso")?;
/// let options = PrecacheOptions::new().decoded(true).max_bytes(2 << 30);
/// cso::precache(&image, &options, &mut |_| ControlFlow::Continue(()))?;
/// let mut sector = [0; 2048];
/// image.read_sectors(16, &mut sector)?; // copies from memory
/// assert_eq!(&sector[1..6], b"CD001");
/// # cso::Result::Ok(())
/// ```
pub fn precache<S: ReadAt + Sync>(
    image: &Image<S>,
    options: &PrecacheOptions,
    on_progress: OnProgress<'_>,
) -> Result<()> {
    if options.threads > MAX_THREADS {
        return Err(ErrorKind::Argument.into());
    }
    let info = image.info();
    let decoded = options.decoded || info.format == Format::Iso;
    let (is_in_memory, len) = if decoded {
        (image.is_decoded_in_memory(), info.size)
    } else {
        (image.is_file_in_memory(), info.file_size)
    };
    let mut meter = ProgressMeter::new(on_progress, len);
    if is_in_memory {
        meter.advance(len, 0);
        return meter.report();
    }
    let bytes = allocate(len, options.max_bytes)?;
    if decoded {
        let mut collector = PieceCollector { bytes, meter };
        decode_all(image, options.threads, &mut collector)?;
        collector.meter.report()?;
        image.keep_decoded(collector.bytes);
    } else {
        image.keep_file(read_file(image, bytes, len, meter)?);
    }
    Ok(())
}

/// Returns an empty vector with a capacity of at least `len` bytes. Fails with
/// [`ErrorKind::OutOfMemory`] if `len` exceeds `max_bytes` or the memory cannot be allocated. A
/// `max_bytes` of 0 stands for no limit.
fn allocate(len: u64, max_bytes: u64) -> Result<Vec<u8>> {
    let out_of_memory = Error::new(ErrorKind::OutOfMemory);
    if max_bytes != 0 && len > max_bytes {
        return Err(out_of_memory);
    }
    let mut bytes = Vec::new();
    let len = usize::try_from(len).map_err(|_| out_of_memory)?;
    bytes.try_reserve_exact(len).map_err(|_| out_of_memory)?;
    Ok(bytes)
}

/// Reads the compressed file of `image` into `bytes` and returns `bytes`. `len` is the size of the
/// file in bytes. `bytes` must be empty and have this capacity. Reports the progress to `meter`.
fn read_file<S: ReadAt + Sync>(
    image: &Image<S>,
    mut bytes: Vec<u8>,
    len: u64,
    mut meter: ProgressMeter<'_>,
) -> Result<Vec<u8>> {
    while (bytes.len() as u64) < len {
        let offset = bytes.len();
        let count = PIECE_SIZE.min(len - offset as u64);
        bytes.resize(offset + count as usize, 0);
        image.read_file(offset as u64, &mut bytes[offset..])?;
        meter.advance(count, 0);
        meter.tick()?;
    }
    meter.report()?;
    Ok(bytes)
}

/// Consumer that collects the decoded pieces of the image in one vector.
struct PieceCollector<'a> {
    bytes: Vec<u8>,
    meter: ProgressMeter<'a>,
}

impl Consumer<Vec<u8>> for PieceCollector<'_> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        self.bytes.extend_from_slice(piece);
        self.meter.advance(piece.len() as u64, 0);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
