//! `OpenOptions`, which are the options for opening an image, and `Info`, which describes an open
//! image.

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
    /// Number of blocks whose index entries each reading thread keeps in memory at a time. The
    /// index states where each block lies in the file. With 0, the default, all threads share the
    /// index entries, and every entry that was used once stays in memory. This takes at most 4
    /// bytes for each block of the image, or 6 bytes in DAX files.
    ///
    /// Opening an image usually reads almost nothing of the index, and each index entry is checked
    /// when its block is read. Opening reads and checks the whole index if
    /// [`check_index`](Self::check_index) is set. It also does so if this option is 0 and either
    /// [`low_memory`](Self::low_memory) is set or the crate was built without `std`.
    pub index_page_blocks: u32,
    /// Whether opening an image reads and checks the whole index, and fails if an entry is damaged.
    /// This takes about ten milliseconds for each GB of the image. Off by default.
    pub check_index: bool,
    /// Whether to use little memory (low-memory mode). If set, all memory that one thread needs for
    /// reading is allocated when the image is opened. Off by default.
    ///
    /// In this mode, compressed bytes are read into the last part of the caller's buffer, and later
    /// overwritten by decoded bytes. After a failed request, compressed bytes may remain in the
    /// buffer. If the caller's buffer is too small, an internal buffer is used instead, which has
    /// space for one compressed block.
    pub low_memory: bool,
    /// Number of threads that decode a request for 64 KiB or more, including the calling thread. At
    /// most [`MAX_THREADS`]. With 1, or with the default 0, only the calling thread decodes.
    ///
    /// The additional threads belong to the image: if several threads of the program read from it,
    /// they share these threads. They start when they are first needed and end when the image is
    /// dropped. They never call the source.
    ///
    /// Ignored if [`low_memory`](Self::low_memory) is set or the crate was built without `std`.
    pub threads: u32,
    /// Number of bytes of the image to decode on a background thread before they are requested.
    /// This is done while requests are sequential, which means that each begins where the one
    /// before it ended. At most [`MAX_DECODE_AHEAD`]. With 0, the default, or a value below the
    /// size of two blocks, nothing is decoded ahead.
    ///
    /// This option is meant for programs that make small requests and must not wait. It makes each
    /// request that is not sequential a few microseconds slower. The thread that makes a request
    /// reads all compressed bytes. The background thread only decodes them.
    ///
    /// Ignored if [`low_memory`](Self::low_memory) is set or the crate was built without `std`.
    pub decode_ahead: u32,
    /// Whether to open a file of an unknown format as an uncompressed image. The format is unknown
    /// if the file begins with no known magic and has no descriptors of ISO 9660. Off by default.
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

/// Description of an image, from the values in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// Format of the file.
    pub format: Format,
    /// Version that the header states, or 0 if the format has no version.
    pub version: u8,
    /// Size of the decoded image in bytes.
    pub size: u64,
    /// Number of sectors of 2048 bytes in the decoded image. The last sector may be partial.
    pub sectors: u32,
    /// Number of decoded bytes in a block. The last block may have fewer.
    pub block_size: u32,
    /// Number of blocks in the image.
    pub blocks: u32,
    /// Number of bits by which index entries are shifted left to get offsets in bytes. Each block
    /// therefore begins at a multiple of `1 << index_shift` bytes in the file.
    pub index_shift: u8,
    /// Size of the compressed file in bytes.
    pub file_size: u64,
    /// MD5 of the decoded image, or `None` if the header has no MD5. Only JISO headers can have
    /// one.
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
