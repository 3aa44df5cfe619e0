//! What a caller may choose, and what he is told.

use crate::error::{ErrorKind, Result};
use crate::format::{is_block_size, Format, MIN_BLOCK_SIZE};
use crate::image::MAX_THREADS;
use std::ops::ControlFlow;

/// The compression levels, and the one that 0 stands for.
pub const MIN_LEVEL: u32 = 1;
/// The highest level: the smallest file, in the longest time.
pub const MAX_LEVEL: u32 = 10;
/// The level that is used where none is chosen.
pub const DEFAULT_LEVEL: u32 = 6;

/// From this level on, encoding takes so long that reading back costs under a twentieth of it.
const CHEAPLY_VERIFIED: u32 = 5;

/// The largest of the two cost options, in percent.
pub const MAX_COST: u32 = 1000;

/// How to compress an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompressOptions {
    /// The format of the output: CSO v1, CSO v2, ZSO or DAX.
    pub format: Format,
    /// Bytes of a block: a power of two from 2048 to 16 MiB, for DAX 8192. 0 stands for 2048 (8192
    /// for DAX). Many loaders on real hardware read nothing but 2048.
    pub block_size: u32,
    /// How much time to spend for a smaller file: [`MIN_LEVEL`] to [`MAX_LEVEL`]. 0 stands for
    /// [`DEFAULT_LEVEL`].
    pub level: u32,
    /// Threads that compress; 0 stands for one for each core. The output is the same for any
    /// number.
    pub threads: u32,
    /// Decode each block again after it was encoded, and compare. `None` stands for where that is
    /// cheap beside encoding: levels 5 and up.
    pub verify: Option<bool>,
    /// Pad the finished file with zeros to a multiple of 2048 bytes, as files on a PS2 disk
    /// need it.
    pub pad: bool,
    /// Store a block raw although it compresses, where raw is at most this many percent larger:
    /// faster to read. 0 to [`MAX_COST`].
    pub stored_cost: u32,
    /// CSO v2: prefer LZ4 where it is at most this many percent larger than deflate: faster to
    /// read. 0 to [`MAX_COST`].
    pub lz4_cost: u32,
    /// DAX: write version 1, which stores frames raw that do not compress. Version 0, the
    /// default, has no raw frames and is read by the oldest loaders.
    pub dax_areas: bool,
    /// Accept an input of no known format as a plain image.
    pub accept_unrecognized: bool,
    /// Replace an output that exists already. On by default; otherwise that is
    /// [`ErrorKind::AlreadyExists`].
    pub overwrite: bool,
}

impl CompressOptions {
    /// The defaults for an output of this format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        CompressOptions {
            format,
            block_size: 0,
            level: 0,
            threads: 0,
            verify: None,
            pad: false,
            stored_cost: 0,
            lz4_cost: 0,
            dax_areas: false,
            accept_unrecognized: false,
            overwrite: true,
        }
    }

    /// The options with every 0 that stands for a default replaced by it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] for a format that is not written or a value out of its range,
    /// [`ErrorKind::BlockSize`] for a block size that the format does not have.
    pub(crate) fn checked(mut self) -> Result<Self> {
        let writable = self.format.is_ciso() || self.format == Format::Dax;
        if !writable {
            return Err(ErrorKind::Argument.into());
        }
        let only = self.format.fixed_block_size();
        if self.block_size == 0 {
            self.block_size = only.unwrap_or(MIN_BLOCK_SIZE);
        }
        let allowed = only.map_or(self.block_size.is_power_of_two(), |s| s == self.block_size);
        if !allowed || !is_block_size(self.block_size) {
            return Err(ErrorKind::BlockSize.into());
        }
        if self.level == 0 {
            self.level = DEFAULT_LEVEL;
        }
        self.verify.get_or_insert(self.level >= CHEAPLY_VERIFIED);
        let in_range = self.level <= MAX_LEVEL
            && self.threads <= MAX_THREADS
            && self.stored_cost <= MAX_COST
            && self.lz4_cost <= MAX_COST;
        if !in_range {
            return Err(ErrorKind::Argument.into());
        }
        Ok(self)
    }
}

/// How to decompress an image to a plain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecompressOptions {
    /// Threads that decode; 0 stands for one for each core.
    pub threads: u32,
    /// Accept an input of no known format as a plain image.
    pub accept_unrecognized: bool,
    /// Replace an output that exists already. On by default; otherwise that is
    /// [`ErrorKind::AlreadyExists`].
    pub overwrite: bool,
}

impl Default for DecompressOptions {
    fn default() -> Self {
        DecompressOptions {
            threads: 0,
            accept_unrecognized: false,
            overwrite: true,
        }
    }
}

/// How to verify an image. Digests are computed while the image is decoded, and with more than one
/// thread MD5, the slowest, by a thread of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// Threads that decode; 0 stands for one for each core.
    pub threads: u32,
    /// Compute the CRC-32 of the decoded image. On by default, like the others.
    pub crc32: bool,
    /// Compute its MD5.
    pub md5: bool,
    /// Compute its SHA-1.
    pub sha1: bool,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        VerifyOptions {
            threads: 0,
            crc32: true,
            md5: true,
            sha1: true,
        }
    }
}

/// How to bring an image into memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrecacheOptions {
    /// Bring what the image decodes to, which reads then only copy. Otherwise its file is brought,
    /// the default: it takes less, and reads decode from it.
    pub decoded: bool,
    /// The most bytes that it may take. 0, the default, stands for any number.
    pub max_bytes: u64,
    /// Threads that decode, if it is decoded; 0 stands for one for each core.
    pub threads: u32,
}

/// The digests of a decoded image, those that were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Digests {
    /// CRC-32 as in zip and gzip.
    pub crc32: Option<u32>,
    /// MD5.
    pub md5: Option<[u8; 16]>,
    /// SHA-1.
    pub sha1: Option<[u8; 20]>,
}

/// How far a long task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of the decoded image that are done.
    pub done: u64,
    /// Bytes of the decoded image.
    pub total: u64,
    /// Bytes written so far (0 when nothing is written).
    pub written: u64,
}

/// What a long task calls now and then, from the thread that started it:
/// [`ControlFlow::Break`] stops the task with [`ErrorKind::Cancelled`].
pub type OnProgress<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Bytes of the decoded image.
    pub image_size: u64,
    /// Bytes of the output.
    pub file_size: u64,
    /// Blocks in all.
    pub blocks: u32,
    /// Blocks that are stored as they are.
    pub stored_blocks: u32,
    /// Blocks that are LZ4.
    pub lz4_blocks: u32,
    /// Blocks that are deflate.
    pub deflate_blocks: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_back_where_that_is_cheap_or_wanted() {
        let verifies = |level, verify| {
            let options = CompressOptions {
                level,
                verify,
                ..CompressOptions::new(Format::CsoV1)
            };
            options.checked().unwrap().verify
        };
        assert_eq!(verifies(0, None), Some(true));
        assert_eq!(verifies(4, None), Some(false));
        assert_eq!(verifies(5, None), Some(true));
        assert_eq!(verifies(1, Some(true)), Some(true));
        assert_eq!(verifies(MAX_LEVEL, Some(false)), Some(false));
    }
}
