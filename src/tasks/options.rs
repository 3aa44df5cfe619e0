//! Options of the long operations, and the summary that compression and decompression return.

use crate::format::Format;

/// The lowest compression level, which is the fastest.
pub const MIN_LEVEL: u32 = 1;

/// The highest compression level, which makes the smallest files and takes the most time.
pub const MAX_LEVEL: u32 = 10;

/// The compression level that is used if [`CompressOptions::level`] is 0, its default.
pub const DEFAULT_LEVEL: u32 = 6;

/// The highest value of [`CompressOptions::stored_cost`] and [`CompressOptions::lz4_cost`], in
/// percent.
pub const MAX_COST: u32 = 1000;

/// Options of [`compress`](crate::compress()) and [`compress_file`](crate::compress_file).
///
/// Each option is a public field. The method of the same name sets the field and returns the
/// options.
///
/// ```
/// use cso::{CompressOptions, Format};
///
/// let options = CompressOptions::new(Format::CsoV2).level(9).lz4_cost(10);
/// assert_eq!((options.level, options.lz4_cost, options.pad), (9, 10, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompressOptions {
    /// The format of the output: CSO v1, CSO v2, ZSO or DAX.
    pub format: Format,
    /// The block size in bytes: 8192 for DAX, and a power of two from 2048 to 16 MiB for other
    /// formats. 0, the default, means 8192 for DAX and 2048 for other formats. Many loaders on
    /// consoles can read only blocks of 2048 bytes.
    pub block_size: u32,
    /// The compression level, [`MIN_LEVEL`] to [`MAX_LEVEL`]. Higher levels take more time for a
    /// smaller file. 0, the default, stands for [`DEFAULT_LEVEL`].
    pub level: u32,
    /// The number of threads that compress, up to [`MAX_THREADS`](crate::MAX_THREADS). 0, the
    /// default, stands for one thread for each processor core. The output does not depend on the
    /// number of threads.
    pub threads: u32,
    /// Whether each encoded block is decoded again and compared with the original. `None`, the
    /// default, means `Some(true)` at levels 5 and higher, and `Some(false)` at lower levels. At
    /// levels 5 and higher, the check takes only a small part of the time of the compression.
    pub verify: Option<bool>,
    /// Whether zeros are appended to the file until its size is a multiple of 2048 bytes. Files on
    /// the hard disk of a PS2 must have such a size. Off by default.
    pub pad: bool,
    /// The limit, in percent, for storing a block uncompressed. A block is stored if its
    /// uncompressed size is at most this many percent above its compressed size. Stored blocks are
    /// faster to read. The limit is from 0, the default, to [`MAX_COST`]. It has no effect
    /// in DAX unless [`dax_areas`](Self::dax_areas) is set.
    pub stored_cost: u32,
    /// The limit, in percent, for LZ4 in CSO v2. A block is compressed with LZ4 instead of deflate
    /// if its size with LZ4 is at most this many percent above its size with deflate. LZ4 is faster
    /// to decode. The limit is from 0, the default, to [`MAX_COST`]. Ignored in other formats.
    pub lz4_cost: u32,
    /// Whether a DAX file has version 1 of the format, in which frames that do not become smaller
    /// are stored uncompressed. DAX calls a block a frame. Off by default, because the oldest
    /// loaders can read only version 0, which has no stored frames. Ignored in other formats.
    pub dax_areas: bool,
    /// Whether [`compress_file`](crate::compress_file) accepts an input without ISO 9660
    /// descriptors. Such an input is treated as a plain image. Off by default.
    pub accept_unrecognized: bool,
    /// Whether [`compress_file`](crate::compress_file) replaces an existing output. On by default.
    /// If this is off and the output exists, `compress_file` fails with
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists).
    pub overwrite: bool,
}

impl CompressOptions {
    /// Returns the default options for an output in `format`.
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

    /// Sets the block size in bytes. See the field [`block_size`](Self::block_size).
    #[must_use]
    pub fn block_size(mut self, bytes: u32) -> Self {
        self.block_size = bytes;
        self
    }

    /// Sets the compression level. See the field [`level`](Self::level).
    #[must_use]
    pub fn level(mut self, level: u32) -> Self {
        self.level = level;
        self
    }

    /// Sets the number of threads. See the field [`threads`](Self::threads).
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// Sets whether each encoded block is decoded again. See the field [`verify`](Self::verify),
    /// which is set to `Some(verify)`.
    #[must_use]
    pub fn verify(mut self, verify: bool) -> Self {
        self.verify = Some(verify);
        self
    }

    /// Sets whether zeros are appended to the file. See the field [`pad`](Self::pad).
    #[must_use]
    pub fn pad(mut self, pad: bool) -> Self {
        self.pad = pad;
        self
    }

    /// Sets the limit for storing a block, in percent. See the field
    /// [`stored_cost`](Self::stored_cost).
    #[must_use]
    pub fn stored_cost(mut self, percent: u32) -> Self {
        self.stored_cost = percent;
        self
    }

    /// Sets the limit for LZ4, in percent. See the field [`lz4_cost`](Self::lz4_cost).
    #[must_use]
    pub fn lz4_cost(mut self, percent: u32) -> Self {
        self.lz4_cost = percent;
        self
    }

    /// Sets whether a DAX file has version 1 of the format. See the field
    /// [`dax_areas`](Self::dax_areas).
    #[must_use]
    pub fn dax_areas(mut self, dax_areas: bool) -> Self {
        self.dax_areas = dax_areas;
        self
    }

    /// Sets whether an input without ISO 9660 descriptors is accepted. See the field
    /// [`accept_unrecognized`](Self::accept_unrecognized).
    #[must_use]
    pub fn accept_unrecognized(mut self, accept: bool) -> Self {
        self.accept_unrecognized = accept;
        self
    }

    /// Sets whether an existing output is replaced. See the field [`overwrite`](Self::overwrite).
    #[must_use]
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }
}

/// Options of [`decompress`](crate::decompress()) and [`decompress_file`](crate::decompress_file).
///
/// Each option is a public field. The method of the same name sets the field and returns the
/// options.
///
/// ```
/// let options = cso::DecompressOptions::new().threads(2).overwrite(false);
/// assert!(!options.accept_unrecognized);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecompressOptions {
    /// The number of threads that decode, up to [`MAX_THREADS`](crate::MAX_THREADS). 0, the
    /// default, stands for one thread for each processor core.
    pub threads: u32,
    /// Whether [`decompress_file`](crate::decompress_file) accepts an input without ISO 9660
    /// descriptors. Such an input is treated as a plain image. Off by default.
    pub accept_unrecognized: bool,
    /// Whether [`decompress_file`](crate::decompress_file) replaces an existing output. On by
    /// default. If this is off and the output exists, `decompress_file` fails with
    /// [`AlreadyExists`](crate::ErrorKind::AlreadyExists).
    pub overwrite: bool,
}

impl DecompressOptions {
    /// Returns the default options.
    #[must_use]
    pub fn new() -> Self {
        DecompressOptions {
            threads: 0,
            accept_unrecognized: false,
            overwrite: true,
        }
    }

    /// Sets the number of threads. See the field [`threads`](Self::threads).
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// Sets whether an input without ISO 9660 descriptors is accepted. See the field
    /// [`accept_unrecognized`](Self::accept_unrecognized).
    #[must_use]
    pub fn accept_unrecognized(mut self, accept: bool) -> Self {
        self.accept_unrecognized = accept;
        self
    }

    /// Sets whether an existing output is replaced. See the field [`overwrite`](Self::overwrite).
    #[must_use]
    pub fn overwrite(mut self, overwrite: bool) -> Self {
        self.overwrite = overwrite;
        self
    }
}

impl Default for DecompressOptions {
    fn default() -> Self {
        DecompressOptions::new()
    }
}

/// Options of [`verify`](crate::verify()).
///
/// Each option is a public field. The method of the same name sets the field and returns the
/// options.
///
/// ```
/// // With these options, `verify` only decodes the blocks. It computes no digest.
/// let options = cso::VerifyOptions::new().crc32(false).md5(false).sha1(false);
/// assert_eq!(options.threads, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// The number of threads that decode, up to [`MAX_THREADS`](crate::MAX_THREADS). 0, the
    /// default, stands for one thread for each processor core. Unless the value is 1, one more
    /// thread may compute the MD5, which takes longer than the other digests together.
    pub threads: u32,
    /// Whether the CRC-32 of the decoded image is computed. On by default.
    pub crc32: bool,
    /// Whether the MD5 of the decoded image is computed. On by default.
    pub md5: bool,
    /// Whether the SHA-1 of the decoded image is computed. On by default.
    pub sha1: bool,
}

impl VerifyOptions {
    /// Returns the default options: all digests are computed, with one thread for each processor
    /// core.
    #[must_use]
    pub fn new() -> Self {
        VerifyOptions {
            threads: 0,
            crc32: true,
            md5: true,
            sha1: true,
        }
    }

    /// Sets the number of threads. See the field [`threads`](Self::threads).
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// Sets whether the CRC-32 is computed. See the field [`crc32`](Self::crc32).
    #[must_use]
    pub fn crc32(mut self, crc32: bool) -> Self {
        self.crc32 = crc32;
        self
    }

    /// Sets whether the MD5 is computed. See the field [`md5`](Self::md5).
    #[must_use]
    pub fn md5(mut self, md5: bool) -> Self {
        self.md5 = md5;
        self
    }

    /// Sets whether the SHA-1 is computed. See the field [`sha1`](Self::sha1).
    #[must_use]
    pub fn sha1(mut self, sha1: bool) -> Self {
        self.sha1 = sha1;
        self
    }
}

impl Default for VerifyOptions {
    fn default() -> Self {
        VerifyOptions::new()
    }
}

/// Options of [`precache`](crate::precache()).
///
/// Each option is a public field. The method of the same name sets the field and returns the
/// options.
///
/// ```
/// let options = cso::PrecacheOptions::new().decoded(true).max_bytes(2 << 30);
/// assert_eq!(options.threads, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrecacheOptions {
    /// Whether the decoded image is kept in memory. Reads then copy bytes from it. Off by default.
    /// If this is off, the compressed file is kept in memory, which takes less memory, and reads
    /// decode its blocks.
    pub decoded: bool,
    /// The largest number of bytes that one call of `precache` may load into memory. 0, the
    /// default, stands for no limit.
    pub max_bytes: u64,
    /// The number of threads that decode, up to [`MAX_THREADS`](crate::MAX_THREADS). 0, the
    /// default, stands for one thread for each processor core. Used only if
    /// [`decoded`](Self::decoded) is on.
    pub threads: u32,
}

impl PrecacheOptions {
    /// Returns the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether the decoded image is loaded. See the field [`decoded`](Self::decoded).
    #[must_use]
    pub fn decoded(mut self, decoded: bool) -> Self {
        self.decoded = decoded;
        self
    }

    /// Sets the largest number of bytes to load. See the field [`max_bytes`](Self::max_bytes).
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets the number of threads. See the field [`threads`](Self::threads).
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }
}

/// Result of a compression or decompression: the sizes of the image and of the output, and numbers
/// of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Size of the decoded image in bytes.
    pub image_size: u64,
    /// Size of the output in bytes.
    pub file_size: u64,
    /// Number of blocks in the image.
    pub blocks: u32,
    /// Number of blocks that are stored uncompressed.
    pub stored_blocks: u32,
    /// Number of blocks that are compressed with LZ4.
    pub lz4_blocks: u32,
    /// Number of blocks that are compressed with deflate. Includes the zlib streams of DAX, which
    /// contain deflate streams.
    pub deflate_blocks: u32,
}
