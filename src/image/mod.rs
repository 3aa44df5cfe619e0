//! An open image: where each block lies, and the bytes of any range of it.

mod ahead;
#[cfg(not(feature = "std"))]
mod alone;
#[cfg(not(cso_rt))]
mod batch;
mod buffer;
#[cfg(feature = "std")]
mod crew;
pub(crate) mod decode;
mod foreign;
mod index;
#[cfg(feature = "std")]
mod kept;
mod low_memory;
pub(crate) mod memory;
#[cfg(not(cso_rt))]
mod next;
mod open;
mod owned;
#[cfg(feature = "std")]
mod pages;
mod pool;
mod read;
mod scratch;
#[cfg(feature = "std")]
mod shared;
#[cfg(not(cso_rt))]
mod spans;

use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, Format, ImageHeader, Span, SECTOR_SIZE};
use crate::io::ReadAt;
#[cfg(not(feature = "std"))]
use alone::Crew;
#[cfg(feature = "std")]
use crew::Crew;
use index::{Index, Window};
pub use open::probe;
pub(crate) use open::read_header;
use pool::Pool;
use scratch::Scratch;

/// The most threads that [`OpenOptions::threads`] may ask for.
pub const MAX_THREADS: u32 = 1024;

/// The most bytes that [`OpenOptions::decode_ahead`] may ask for.
pub const MAX_DECODE_AHEAD: u32 = 16 << 20;

/// How to open an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenOptions {
    /// How many blocks' index entries each reader keeps in memory at a time. 0, the default, keeps
    /// all that was read of it: 4 bytes for each block (6 for DAX) when every part of the image was
    /// touched. Either way opening reads next to nothing, and an entry is checked when its block is
    /// asked for.
    ///
    /// Without `std`, and for a [`low_memory`](Self::low_memory) reader, 0 reads and checks the whole index
    /// when the image is opened.
    pub index_page_blocks: u32,
    /// Read the whole index when the image is opened and check every entry of it, so that a damaged
    /// one is an error of opening. It takes some ten milliseconds for each GB of the image. Off by
    /// default.
    pub check_index: bool,
    /// Use little memory: everything that reading needs is allocated when the image is opened, for
    /// one reader at a time, and the compressed bytes of a request wait at the end of the caller's
    /// own buffer. What a failed read leaves there is of no use, as ever. Off by default.
    pub low_memory: bool,
    /// Threads that decode a large request (64 KiB or more), that of the reader among them, up to
    /// [`MAX_THREADS`]. 0 and 1, the default, leave it to the reader alone. All readers share them.
    /// They are started when they are first needed and end with the image.
    ///
    /// They never call the source. A [`low_memory`](Self::low_memory) reader and one without `std` has none.
    pub threads: u32,
    /// In a run of requests, have so many bytes of the image that come next decoded by a thread
    /// beside the reader, up to [`MAX_DECODE_AHEAD`]. 0, the default, has none decoded, and so has
    /// less than two blocks. Their compressed bytes are read by the reader itself, in its turn. A
    /// request elsewhere ends it. It is for those who read little at a time and must not wait, and
    /// it costs a few microseconds where requests jump.
    ///
    /// A [`low_memory`](Self::low_memory) reader and one without `std` does without.
    pub decode_ahead: u32,
    /// Accept a file of no known format as a plain image: sectors without ISO 9660 descriptors.
    pub accept_unrecognized: bool,
}

impl OpenOptions {
    /// The defaults: the index as it is touched, known formats only.
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

/// What an image is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    /// The format.
    pub format: Format,
    /// The version field as it stands in the file (0 where the format has none).
    pub version: u8,
    /// Bytes of the decoded image.
    pub size: u64,
    /// Sectors of 2048 bytes in the decoded image; the last one may be partial.
    pub sectors: u32,
    /// Bytes of a decoded block.
    pub block_size: u32,
    /// Blocks in the image.
    pub blocks: u32,
    /// Blocks begin at multiples of `1 << index_shift` bytes of the file.
    pub index_shift: u8,
    /// Bytes of the file.
    pub file_size: u64,
    /// MD5 of the decoded image, where the header has it (JISO).
    pub md5: Option<[u8; 16]>,
}

impl From<&ImageHeader> for Info {
    fn from(header: &ImageHeader) -> Self {
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

/// An open image over any source of bytes.
///
/// All methods take `&self`. With the feature `std` an image over a source that is `Sync` is
/// `Sync` itself: any number of threads may read at once, each with a decoder of its own, and
/// nothing is locked while a block is read or decoded. Without `std` it belongs to one thread.
pub struct Image<S> {
    source: S,
    header: ImageHeader,
    index: Index,
    scratches: Pool<Scratch>,
    /// Compressed bytes wait in the caller's buffer.
    low_memory: bool,
    #[cfg(feature = "std")]
    kept: kept::Kept,
    #[cfg(feature = "std")]
    crew: Option<Crew>,
    /// Bytes of the image that the crew decodes before they are asked for.
    #[cfg(feature = "std")]
    decode_ahead: u32,
}

impl<S: ReadAt> Image<S> {
    /// Opens an image of any known format, with the default options.
    ///
    /// # Errors
    ///
    /// Every kind from [`ErrorKind::Empty`] to [`ErrorKind::Method`], and what the source itself
    /// reports.
    pub fn open(source: S) -> Result<Self> {
        Self::open_with(source, &OpenOptions::default())
    }

    /// What the image is.
    #[must_use]
    pub fn info(&self) -> Info {
        Info::from(&self.header)
    }

    /// What the header says.
    pub(crate) fn header(&self) -> &ImageHeader {
        &self.header
    }

    /// Bytes of the decoded image.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.header.size
    }

    /// Reads up to `buf.len()` bytes of the decoded image that begin at byte `offset`, and returns
    /// how many: fewer only where the image ends, 0 at and past its end.
    ///
    /// # Errors
    ///
    /// The kinds from [`ErrorKind::IndexOrder`] on name the block and its place in the file, and
    /// so do failures of the source. `buf` then holds nothing of use.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let left = self.header.size.saturating_sub(offset);
        let count = usize::try_from(left).map_or(buf.len(), |left| left.min(buf.len()));
        let buf = &mut buf[..count];
        if count == 0 {
            return Ok(0);
        }
        #[cfg(feature = "std")]
        if let Some(all) = self.kept.decoded.get() {
            buf.copy_from_slice(&all[offset as usize..][..count]);
            return Ok(count);
        }
        #[cfg(feature = "std")]
        if let Some(crew) = &self.crew {
            let read = |scratch: &mut Scratch| self.read_with(crew, scratch, offset, buf);
            self.lend_for(offset, read)?;
            return Ok(count);
        }
        self.decode_at(offset, buf)?;
        Ok(count)
    }

    /// Fills `buf` with the bytes from `offset` on, which lie within the image, by decoding them
    /// here.
    pub(crate) fn decode_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.lend_for(offset, |scratch| self.read(scratch, offset, buf, None))
    }

    /// Lends `work` a scratch: the one of a run that goes on at byte `offset`, if there is one.
    fn lend_for<T>(&self, offset: u64, work: impl FnOnce(&mut Scratch) -> Result<T>) -> Result<T> {
        let (block, _) = self.header.block_and_offset(offset);
        let suits = |scratch: &Scratch| scratch.expects(block);
        self.scratches.lend(suits, Scratch::new, work)
    }

    /// Fills `buf` with whole sectors of 2048 bytes, from sector `first` on.
    ///
    /// Where the image's size is no multiple of 2048, the rest of its last sector reads as zeros.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if the length of `buf` is no multiple of 2048,
    /// [`ErrorKind::OutOfRange`] if a sector lies past the end; otherwise as
    /// [`read_at`](Self::read_at).
    pub fn read_sectors(&self, first: u32, buf: &mut [u8]) -> Result<()> {
        let sector = SECTOR_SIZE as usize;
        if buf.len() % sector != 0 {
            return Err(ErrorKind::Argument.into());
        }
        let end = u64::from(first) + (buf.len() / sector) as u64;
        if end > u64::from(self.header.sectors()) {
            return Err(ErrorKind::OutOfRange.into());
        }
        let count = self.read_at(u64::from(first) * u64::from(SECTOR_SIZE), buf)?;
        buf[count..].fill(0);
        Ok(())
    }

    /// How block `block` is stored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] if there is no such block; otherwise what is wrong with its
    /// index entry.
    pub fn block_span(&self, block: u32) -> Result<Span> {
        if block >= self.header.blocks {
            return Err(Error::new(ErrorKind::OutOfRange).in_block(block));
        }
        self.with_scratch(|scratch| self.locate(&mut scratch.window, block))
    }

    /// The source, back from the image.
    #[must_use]
    pub fn into_source(self) -> S {
        self.source
    }

    /// Whether compressed bytes wait in the caller's buffer: always, where memory is scarce.
    fn is_low_memory(&self) -> bool {
        cfg!(cso_rt) || self.low_memory
    }

    /// Lends `work` a scratch.
    fn with_scratch<T>(&self, work: impl FnOnce(&mut Scratch) -> Result<T>) -> Result<T> {
        self.scratches.lend(|_| true, Scratch::new, work)
    }

    /// All bytes of the file, if they lie in memory.
    fn file_in_memory(&self) -> Option<&[u8]> {
        #[cfg(feature = "std")]
        if let Some(all) = self.kept.file.get() {
            return Some(all);
        }
        match cfg!(cso_rt) {
            // There it saves nothing worth the code.
            true => None,
            false => self.source.in_memory(),
        }
    }

    /// Where block `block` lies, by the image's index or by `window`, which is loaded as needed.
    fn locate(&self, window: &mut Window, block: u32) -> Result<Span> {
        if self.header.format == Format::Iso {
            return self.header.span(block, index::NO_ENTRY);
        }
        self.locate_in(self.entries(window, block)?, block)
    }

    /// The part of the index that has `block` and others near it: of the image's own, or `window`,
    /// which is loaded as needed.
    fn entries<'a>(&'a self, window: &'a mut Window, block: u32) -> Result<&'a Window> {
        match &self.index {
            #[cfg(not(cso_rt))]
            Index::Whole(whole) => Ok(whole),
            #[cfg(feature = "std")]
            Index::Pages(pages) => pages
                .page(&self.source, &self.header, block)
                .map_err(|e| e.in_block(block)),
            Index::Windows(blocks) => {
                if !window.covers(block) {
                    window
                        .load(&self.source, &self.header, block, *blocks)
                        .map_err(|e| e.in_block(block))?;
                }
                Ok(window)
            }
        }
    }

    /// Where block `block` lies, by these entries.
    fn locate_in(&self, entries: &Window, block: u32) -> Result<Span> {
        match entries.entry(block) {
            Some(entry) => self.header.span(block, entry),
            None => Err(Error::new(ErrorKind::OutOfRange).in_block(block)),
        }
    }
}

/// For those who bring an image into memory.
#[cfg(feature = "std")]
impl<S: ReadAt> Image<S> {
    /// Fills `buf` with the bytes of the file from `offset` on.
    pub(crate) fn read_file(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.source.read_exact_at(offset, buf)
    }

    pub(crate) fn is_file_in_memory(&self) -> bool {
        self.file_in_memory().is_some()
    }

    pub(crate) fn is_decoded_in_memory(&self) -> bool {
        self.kept.decoded.get().is_some()
    }

    /// Reads from these bytes, all that the file has, from now on. If there are some already, those
    /// stay.
    pub(crate) fn keep_file(&self, bytes: alloc::vec::Vec<u8>) {
        let _ = self.kept.file.set(bytes);
    }

    /// Reads from these bytes, all that the image decodes to, from now on. If there are some
    /// already, those stay.
    pub(crate) fn keep_decoded(&self, bytes: alloc::vec::Vec<u8>) {
        let _ = self.kept.decoded.set(bytes);
    }
}

/// The least bytes that a decoded block must have, and the most.
fn block_room(header: &ImageHeader, block: u32, span: &Span) -> (usize, usize) {
    let least = header.block_len(block) as usize;
    let most = match span.coding {
        Coding::Stored => least,
        // A few bytes in the file are no reason to make room for a large block.
        _ => span.max_decoded_len().min(u64::from(header.block_size)) as usize,
    };
    (least, most)
}
