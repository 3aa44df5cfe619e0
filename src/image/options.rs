//! `OpenOptions`, the options for opening an image, and `Info`, its description.

use crate::format::{Format, ImageHeader};

/// Largest value of [`OpenOptions::threads`].
pub const MAX_THREADS: u32 = 1024;

/// Largest value of [`OpenOptions::decode_ahead`], in bytes (16 MiB).
pub const MAX_DECODE_AHEAD: u32 = 16 << 20;

/// Options for opening an image.
///
/// ```
/// # fn main() -> cso::Result<()> {
/// # let mut disc = vec![0; 100 * 2048];
/// # disc[0x8001..0x8006].copy_from_slice(b"CD001");
/// let options = cso::OpenOptions::new().threads(2).check_index(true);
/// let image = cso::Image::open_with(disc, &options)?;
/// # assert_eq!(image.info().sectors, 100);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Number of blocks whose index entries each reader keeps in memory at a time. With 0, the
    /// default, all readers share the entries, and every entry that was used stays in memory. That
    /// is at most 4 bytes for each block of the image, or 6 for DAX.
    ///
    /// Opening reads almost nothing of the index, and an entry is checked when its block is read.
    /// There is one exception: if this option is 0, and [`low_memory`](Self::low_memory) is set or
    /// the crate was built without `std`, opening reads and checks the whole index.
    pub index_page_blocks: u32,
    /// Whether the whole index is read and checked when the image is opened, so that opening fails
    /// if an entry is damaged. The check takes about ten milliseconds for each GB of the image. Off
    /// by default.
    pub check_index: bool,
    /// Whether to use little memory. If set, all memory of a reader is allocated when the image is
    /// opened. While a request is read, the end of the caller's buffer temporarily holds the
    /// compressed bytes that the request needs. After a failed request they may still be there. If
    /// the caller's buffer is too small for them, they are read into a buffer of the reader, which
    /// has space for the compressed bytes of one block. Off by default.
    pub low_memory: bool,
    /// Number of threads that decode a large request (64 KiB or more), including the calling
    /// thread, up to [`MAX_THREADS`]. With 0, the default, or 1, only the calling thread decodes.
    /// The other threads are shared by all readers. They start when they are first needed and end
    /// when the image is dropped. They never call the source.
    ///
    /// Ignored if [`low_memory`](Self::low_memory) is set or the crate was built without `std`.
    pub threads: u32,
    /// Number of bytes to decode ahead on a background thread while requests are sequential, up to
    /// [`MAX_DECODE_AHEAD`]. 0, the default, disables decode-ahead, and so does a value below the
    /// size of two blocks.
    ///
    /// Decode-ahead is meant for programs that make small requests and must not wait. Requests that
    /// are not sequential take a few microseconds longer if it is enabled. The thread that makes a
    /// request reads the compressed bytes, and the background thread only decodes them.
    ///
    /// Ignored if [`low_memory`](Self::low_memory) is set or the crate was built without `std`.
    pub decode_ahead: u32,
    /// Whether a file that has neither a known magic nor the descriptors of ISO 9660 is opened as
    /// an uncompressed image. Off by default.
    pub accept_unrecognized: bool,
}

impl OpenOptions {
    /// Returns the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`index_page_blocks`](Self::index_page_blocks).
    #[must_use]
    pub fn index_page_blocks(mut self, blocks: u32) -> Self {
        self.index_page_blocks = blocks;
        self
    }

    /// Sets [`check_index`](Self::check_index).
    #[must_use]
    pub fn check_index(mut self, check: bool) -> Self {
        self.check_index = check;
        self
    }

    /// Sets [`low_memory`](Self::low_memory).
    #[must_use]
    pub fn low_memory(mut self, low_memory: bool) -> Self {
        self.low_memory = low_memory;
        self
    }

    /// Sets [`threads`](Self::threads).
    #[must_use]
    pub fn threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// Sets [`decode_ahead`](Self::decode_ahead).
    #[must_use]
    pub fn decode_ahead(mut self, bytes: u32) -> Self {
        self.decode_ahead = bytes;
        self
    }

    /// Sets [`accept_unrecognized`](Self::accept_unrecognized).
    #[must_use]
    pub fn accept_unrecognized(mut self, accept: bool) -> Self {
        self.accept_unrecognized = accept;
        self
    }
}

/// Description of an image: its format and its sizes, from its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// Format of the file.
    pub format: Format,
    /// Version field of the header, or 0 in formats that have none.
    pub version: u8,
    /// Size of the decoded image in bytes.
    pub size: u64,
    /// Number of sectors of 2048 bytes in the decoded image. The last one may be partial.
    pub sectors: u32,
    /// Size of a decoded block in bytes.
    pub block_size: u32,
    /// Number of blocks in the image.
    pub blocks: u32,
    /// Blocks begin at multiples of `1 << index_shift` bytes in the file.
    pub index_shift: u8,
    /// Size of the file in bytes.
    pub file_size: u64,
    /// MD5 of the decoded image, if the header has one. Only JISO headers do.
    pub md5: Option<[u8; 16]>,
}

impl Info {
    /// Returns the description of an image whose header is `header`.
    pub(crate) fn of(header: &ImageHeader) -> Self {
        Info {
            format: header.format,
            version: header.version,
            size: header.size,
            sectors: header.sectors(),
            block_size: header.block_size,
            blocks: header.blocks,
            index_shift: header.index_shift,
            file_size: header.file_len,
            md5: header.md5,
        }
    }
}
