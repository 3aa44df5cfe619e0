//! A look at every block, and the digests of the decoded image.

use super::decompress::decode_all;
use super::meter::Meter;
use super::options::{Digests, OnProgress, VerifyOptions};
use super::pipeline::Consumer;
use crate::error::{ErrorKind, Result};
use crate::image::Image;
use crate::io::ReadAt;
use alloc::vec::Vec;
use md5::{Digest, Md5};
use sha1::Sha1;

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
    let mut check = Check {
        crc32: options.crc32.then(crc32fast::Hasher::new),
        md5: (options.md5 || info.md5.is_some()).then(Md5::new),
        sha1: options.sha1.then(Sha1::new),
        meter: Meter::new(on_progress, info.size),
    };
    decode_all(image, options.threads, &mut check)?;
    check.meter.tell()?;
    let md5: Option<[u8; 16]> = check.md5.map(|md5| md5.finalize().into());
    if info.md5.is_some() && info.md5 != md5 {
        return Err(ErrorKind::Digest.into());
    }
    Ok(Digests {
        crc32: check.crc32.map(crc32fast::Hasher::finalize),
        md5: md5.filter(|_| options.md5),
        sha1: check.sha1.map(|sha1| sha1.finalize().into()),
    })
}

struct Check<'a> {
    crc32: Option<crc32fast::Hasher>,
    md5: Option<Md5>,
    sha1: Option<Sha1>,
    meter: Meter<'a>,
}

impl Consumer<Vec<u8>> for Check<'_> {
    fn consume(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        if let Some(crc32) = &mut self.crc32 {
            crc32.update(piece);
        }
        if let Some(md5) = &mut self.md5 {
            md5.update(&piece);
        }
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(&piece);
        }
        self.meter.advance(piece.len() as u64, 0);
        Ok(())
    }

    fn tick(&mut self) -> Result<()> {
        self.meter.tick()
    }
}
