//! Verification of an image: every block is decoded, and digests of the image are computed.

use super::decode_all::decode_all;
use super::digests::{DigestCalculator, Digests};
use super::options::VerifyOptions;
use super::pipeline::Consumer;
use super::progress::{OnProgress, ProgressMeter};
use crate::error::{ErrorKind, Result};
use crate::image::Image;
use crate::io::ReadAt;
use alloc::vec::Vec;
use std::thread;

/// Decodes every block of `image` and returns the digests that the options select.
///
/// # Errors
///
/// Fails with the error of the first block that is damaged or cannot be read. Other kinds of
/// errors:
///
/// * [`Digest`](ErrorKind::Digest) if the header contains an MD5 that differs from the MD5 of the
///   decoded image. The MD5 is computed for this comparison even if the options do not select it.
/// * [`Argument`](ErrorKind::Argument) if an option has a value that is not allowed.
/// * [`Cancelled`](ErrorKind::Cancelled) if `on_progress` returned
///   [`Break`](std::ops::ControlFlow::Break).
/// * [`OutOfMemory`](ErrorKind::OutOfMemory) if a thread cannot be started.
///
/// # Examples
///
/// ```
/// # let mut iso = vec![0; 100 * 2048];
/// # iso[0x8001..0x8006].copy_from_slice(b"CD001");
/// use cso::{Image, VerifyOptions};
/// use std::ops::ControlFlow;
///
/// let image = Image::open(iso)?;
/// let options = VerifyOptions::new().md5(false).sha1(false);
/// let digests = cso::verify(&image, &options, &mut |_| ControlFlow::Continue(()))?;
/// assert_eq!(digests.crc32, Some(0x7729_FB26));
/// assert_eq!(digests.md5, None);
/// # cso::Result::Ok(())
/// ```
pub fn verify<S: ReadAt + Sync>(
    image: &Image<S>,
    options: &VerifyOptions,
    on_progress: OnProgress<'_>,
) -> Result<Digests> {
    let info = image.info();
    let md5 = options.md5 || info.md5.is_some();
    let digests = thread::scope(|scope| {
        let single_thread = options.threads == 1;
        let mut consumer = DigestConsumer {
            digests: DigestCalculator::new(scope, options.crc32, md5, options.sha1, single_thread)?,
            meter: ProgressMeter::new(on_progress, info.size),
        };
        decode_all(image, options.threads, &mut consumer)?;
        let digests = consumer.digests.finish()?;
        consumer.meter.report()?;
        Result::Ok(digests)
    })?;
    if info.md5.is_some() && info.md5 != digests.md5 {
        return Err(ErrorKind::Digest.into());
    }
    Ok(Digests {
        md5: digests.md5.filter(|_| options.md5),
        ..digests
    })
}

/// Consumer that computes the digests of the decoded pieces of the image.
struct DigestConsumer<'a, 'scope> {
    digests: DigestCalculator<'scope>,
    meter: ProgressMeter<'a>,
}

impl Consumer<Vec<u8>> for DigestConsumer<'_, '_> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        let len = piece.len() as u64;
        self.digests.update(piece)?;
        self.meter.advance(len, 0);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
