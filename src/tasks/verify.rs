//! A look at every block, and the digests of the decoded image.

use super::decompress::decode_all;
use super::digest::Digesting;
use super::meter::Meter;
use super::options::{Digests, OnProgress, VerifyOptions};
use super::pipeline::Consumer;
use crate::error::{ErrorKind, Result};
use crate::image::Image;
use crate::io::ReadAt;
use alloc::vec::Vec;
use std::thread;

/// Decodes every block of `image` and computes the digests that are asked for.
///
/// # Errors
///
/// What reading the first damaged block reports; [`ErrorKind::Digest`] if the header has the
/// image's MD5 and it is another, whatever digests are asked for; [`ErrorKind::Argument`] if an
/// option is out of its range; [`ErrorKind::Cancelled`].
pub fn verify<S: ReadAt + Sync>(
    image: &Image<S>,
    options: &VerifyOptions,
    on_progress: OnProgress<'_>,
) -> Result<Digests> {
    let info = image.info();
    let md5 = options.md5 || info.md5.is_some();
    let found = thread::scope(|scope| {
        let alone = options.threads == 1;
        let mut check = Check {
            digests: Digesting::new(scope, options.crc32, md5, options.sha1, alone)?,
            meter: Meter::new(on_progress, info.size),
        };
        decode_all(image, options.threads, &mut check)?;
        let found = check.digests.finish()?;
        check.meter.tell()?;
        Result::Ok(found)
    })?;
    if info.md5.is_some() && info.md5 != found.md5 {
        return Err(ErrorKind::Digest.into());
    }
    Ok(Digests {
        md5: found.md5.filter(|_| options.md5),
        ..found
    })
}

struct Check<'a, 'scope> {
    digests: Digesting<'scope>,
    meter: Meter<'a>,
}

impl Consumer<Vec<u8>> for Check<'_, '_> {
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
