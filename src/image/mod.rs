//! `Image`: an open image, of which any range of decoded bytes can be read.

pub(crate) mod block_decoder;
mod foreign;
mod image_file;
mod in_memory;
mod index;
mod open;
mod options;
mod reader;
mod reader_pool;
pub(crate) mod storage;
#[cfg_attr(not(feature = "std"), path = "no_threads.rs")]
mod threads;

use crate::error::{Error, ErrorKind, Result};
use crate::format::{ImageHeader, Span, SECTOR_SIZE};
use crate::io::ReadAt;
use image_file::ImageFile;
pub use open::probe;
pub(crate) use open::read_header;
pub use options::{Info, OpenOptions, MAX_DECODE_AHEAD, MAX_THREADS};
use reader::{Reader, ReaderState};
use reader_pool::ReaderPool;
use storage::LentMemory;

/// An open image. `S` is the type of the source that the bytes of the file are read from.
///
/// With the feature `std`, any number of threads may read from an image at the same time if its
/// source is `Sync`. Each thread then has a decoder of its own, and no lock is held while a block
/// is read or decoded. Without `std`, an image can be used by only one thread.
///
/// ```no_run
/// let image = cso::open("game.cso")?;
/// let mut sectors = vec![0; 64 * 2048];
/// image.read_sectors(16, &mut sectors)?;
/// # Ok::<(), cso::Error>(())
/// ```
pub struct Image<S> {
    file: ImageFile<S>,
    readers: ReaderPool<ReaderState>,
}

impl<S> core::fmt::Debug for Image<S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let info = Info::of(&self.file.header);
        f.debug_struct("Image")
            .field("info", &info)
            .finish_non_exhaustive()
    }
}

impl<S: ReadAt> Image<S> {
    /// Opens an image of any known format with the default options. `source` has the bytes of the
    /// file.
    ///
    /// # Errors
    ///
    /// Any kind from [`ErrorKind::Empty`] to [`ErrorKind::Method`], if the file is damaged or is
    /// not an image. The errors that the source returns.
    ///
    /// ```
    /// # let mut disc = vec![0; 100 * 2048];
    /// # disc[0x8001..0x8006].copy_from_slice(b"CD001");
    /// let image = cso::Image::open(disc)?;
    /// assert_eq!(image.info().format, cso::Format::Iso);
    /// # Ok::<(), cso::Error>(())
    /// ```
    pub fn open(source: S) -> Result<Self> {
        Self::open_with(source, &OpenOptions::default())
    }

    /// Opens an image of any known format. `source` has the bytes of the file.
    ///
    /// # Errors
    ///
    /// The errors of [`open`](Self::open), and [`ErrorKind::Argument`] if an option is out of its
    /// range. A damaged index entry is usually an error only when its block is read. It is an error
    /// of this function if [`OpenOptions::check_index`] is set.
    pub fn open_with(source: S, options: &OpenOptions) -> Result<Self> {
        let header = read_header(&source, options)?;
        Self::open_in(source, &header, options, None)
    }

    /// Opens the image whose header is `header`. Allocates memory on the heap if `memory` is
    /// `None`. Otherwise uses only `memory`, which the caller lends.
    pub(crate) fn open_in(
        source: S,
        header: &ImageHeader,
        options: &OpenOptions,
        memory: Option<LentMemory>,
    ) -> Result<Self> {
        let (file, state) = open::open(source, header, options, memory)?;
        Ok(Image {
            file,
            readers: ReaderPool::new(state),
        })
    }

    /// Returns the values of the image's header, such as the format and the sizes.
    #[must_use]
    pub fn info(&self) -> Info {
        Info::of(&self.file.header)
    }

    pub(crate) fn header(&self) -> &ImageHeader {
        &self.file.header
    }

    /// Returns the size of the decoded image in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.file.header.size
    }

    /// Reads bytes of the decoded image to `buf`, beginning with byte `offset` of the image.
    /// Returns the number of bytes read. This is `buf.len()`, or less if the image ends first, or 0
    /// if `offset` is at or past the end of the image.
    ///
    /// # Errors
    ///
    /// Any kind from [`ErrorKind::IndexOrder`] on, if a block or its index entry is damaged. Such
    /// an error has the number of the block and its offset in the file. The errors that the source
    /// returns. After an error the content of `buf` is unspecified.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let left = self.file.header.size.saturating_sub(offset);
        let count = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let buf = &mut buf[..count];
        if count == 0 {
            return Ok(0);
        }
        if let Some(decoded) = self.file.in_memory.decoded() {
            buf.copy_from_slice(&decoded[offset as usize..][..count]);
            return Ok(count);
        }
        let mut state = self.take_reader(|state| state.is_continued_by(offset))?;
        Reader::new(&self.file, &mut state).read(offset, buf)?;
        Ok(count)
    }

    /// Fills `buf` with sectors of 2048 bytes of the decoded image, beginning with sector number
    /// `first`.
    ///
    /// If the size of the image is not a multiple of 2048 bytes, zeros are added to its last
    /// sector.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if the length of `buf` is not a multiple of 2048.
    /// [`ErrorKind::OutOfRange`], before anything is read, if a requested sector lies past the end
    /// of the image. The errors of [`read_at`](Self::read_at).
    pub fn read_sectors(&self, first: u32, buf: &mut [u8]) -> Result<()> {
        let sector = SECTOR_SIZE as usize;
        if buf.len() % sector != 0 {
            return Err(ErrorKind::Argument.into());
        }
        let end = u64::from(first) + (buf.len() / sector) as u64;
        if end > u64::from(self.file.header.sectors()) {
            return Err(ErrorKind::OutOfRange.into());
        }
        let count = self.read_at(u64::from(first) * u64::from(SECTOR_SIZE), buf)?;
        buf[count..].fill(0);
        Ok(())
    }

    /// Returns where block number `block` lies in the file, how many bytes it has there and how
    /// they are compressed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] if the image has no block with this number. Any kind from
    /// [`ErrorKind::IndexOrder`] on if the index entry of the block is damaged. The errors that the
    /// source returns.
    pub fn block_span(&self, block: u32) -> Result<Span> {
        if block >= self.file.header.blocks {
            return Err(Error::new(ErrorKind::OutOfRange).in_block(block));
        }
        let mut state = self.take_reader(|_| true)?;
        self.file.locate(&mut state.page, block)
    }

    /// Takes a reader's state, which is a decoder with its buffers, out of the pool. The state goes
    /// back when the result is dropped. Prefers a state for which `suits` returns `true`.
    fn take_reader(
        &self,
        suits: impl Fn(&ReaderState) -> bool,
    ) -> Result<impl core::ops::DerefMut<Target = ReaderState> + '_> {
        self.readers.take(suits, ReaderState::new)
    }

    /// Closes the image and returns its source.
    #[must_use]
    pub fn into_source(self) -> S {
        self.file.source
    }
}

#[cfg(feature = "std")]
impl<S: ReadAt> Image<S> {
    /// Fills `buf` with bytes of the decoded image, beginning with byte `offset`. The range must
    /// not extend past the end of the image. Only the calling thread decodes.
    pub(crate) fn decode_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        let mut state = self.take_reader(|state| state.is_continued_by(offset))?;
        Reader::single(&self.file, &mut state).read(offset, buf)
    }

    /// Fills `buf` with bytes of the compressed file, beginning with byte `offset` of the file.
    pub(crate) fn read_file(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.file.source.read_exact_at(offset, buf)
    }

    /// Returns whether all bytes of the compressed file are in memory.
    pub(crate) fn is_file_in_memory(&self) -> bool {
        self.file.bytes_in_memory().is_some()
    }

    /// Returns whether all bytes of the decoded image are in memory.
    pub(crate) fn is_decoded_in_memory(&self) -> bool {
        self.file.in_memory.decoded().is_some()
    }

    /// Keeps `bytes`, which has to be the whole compressed file. Later requests use these bytes and
    /// do not read from the source. Does nothing if the file is in memory already.
    pub(crate) fn keep_file(&self, bytes: alloc::vec::Vec<u8>) {
        self.file.in_memory.set_file(bytes);
    }

    /// Keeps `bytes`, which has to be the whole decoded image. Later requests only copy from these
    /// bytes. Does nothing if the decoded image is in memory already.
    pub(crate) fn keep_decoded(&self, bytes: alloc::vec::Vec<u8>) {
        self.file.in_memory.set_decoded(bytes);
    }
}
