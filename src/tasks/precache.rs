//! A whole image brought into memory, to be read from there.

use super::decompress::decode_all;
use super::meter::Meter;
use super::options::{OnProgress, PrecacheOptions};
use super::pipeline::Consumer;
use crate::error::{Error, ErrorKind, Result};
use crate::format::Format;
use crate::image::{Image, MAX_THREADS};
use crate::io::ReadAt;
use alloc::vec::Vec;

/// Bytes of the file that are read at a time.
const PIECE: u64 = 1 << 20;

/// Brings the file of `image`, or all that it decodes to, into memory. Once that is done, reads use
/// nothing else: of the file they decode from memory, of a decoded image they copy. The memory is
/// released with the image.
///
/// Others may read meanwhile: from the source, until everything is there, and then at once from
/// memory. What is in memory already is not brought there again, and a file stays there when the
/// decoded image joins it. Of a plain image the two are the same.
///
/// [`Progress`](super::Progress) counts bytes of the decoded image, or bytes of the file if that is
/// what is brought.
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`] if it would take more than
/// [`max_bytes`](PrecacheOptions::max_bytes) or more than there is, before anything is read;
/// [`ErrorKind::Argument`] if an option is out of its range; what reading reports;
/// [`ErrorKind::Cancelled`]. Nothing is kept then, and the image reads on as before.
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
    let (is_there, len) = match decoded {
        true => (image.is_decoded_in_memory(), info.size),
        false => (image.is_file_in_memory(), info.file_size),
    };
    let meter = Meter::new(on_progress, len);
    if is_there {
        return done(meter, len);
    }
    let bytes = room(len, options.max_bytes)?;
    if decoded {
        let mut all = All { bytes, meter };
        decode_all(image, options.threads, &mut all)?;
        all.meter.tell()?;
        image.keep_decoded(all.bytes);
    } else {
        image.keep_file(read_file(image, bytes, len, meter)?);
    }
    Ok(())
}

/// There is nothing to do.
fn done(mut meter: Meter<'_>, len: u64) -> Result<()> {
    meter.advance(len, 0);
    meter.tell()
}

/// Memory for `len` bytes, if that is no more than `most` (0: any number).
fn room(len: u64, most: u64) -> Result<Vec<u8>> {
    let too_many = Error::new(ErrorKind::OutOfMemory);
    if most != 0 && len > most {
        return Err(too_many);
    }
    let mut bytes = Vec::new();
    let len = usize::try_from(len).map_err(|_| too_many)?;
    bytes.try_reserve_exact(len).map_err(|_| too_many)?;
    Ok(bytes)
}

fn read_file<S: ReadAt + Sync>(
    image: &Image<S>,
    mut bytes: Vec<u8>,
    len: u64,
    mut meter: Meter<'_>,
) -> Result<Vec<u8>> {
    while (bytes.len() as u64) < len {
        let at = bytes.len();
        let some = PIECE.min(len - at as u64);
        bytes.resize(at + some as usize, 0);
        image.read_file(at as u64, &mut bytes[at..])?;
        meter.advance(some, 0);
        meter.tick()?;
    }
    meter.tell()?;
    Ok(bytes)
}

/// The decoded image so far.
struct All<'a> {
    bytes: Vec<u8>,
    meter: Meter<'a>,
}

impl Consumer<Vec<u8>> for All<'_> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        self.bytes.extend_from_slice(piece);
        self.meter.advance(piece.len() as u64, 0);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
