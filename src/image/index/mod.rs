//! Loads the index of an image, which has one entry for each block. From the entry, finds where the
//! block lies in the file.

mod page;
#[cfg(feature = "std")]
mod page_cache;

use crate::error::{Error, ErrorKind, Result};
use crate::format::{BlockRecord, Format, ImageHeader, Span};
use crate::io::ReadAt;
pub(super) use page::IndexPage;
#[cfg(feature = "std")]
use page_cache::PageCache;

/// The index entry that is used for every block of a format that has no index (ISO).
const NO_ENTRY: BlockRecord = BlockRecord {
    entry: 0,
    next_entry: None,
    stored_size: 0,
    in_stored_area: false,
};

/// The part of the index that an image keeps in memory for all its readers. A reader is what a
/// thread needs to read from the image. An *index page* has the index entries of some neighboring
/// blocks.
pub(super) enum Index {
    /// The whole index as one page, which was loaded when the image was opened. This variant is not
    /// used if the caller lends the memory of the image. The page of the only reader then has the
    /// whole index.
    #[cfg(not(cso_rt))]
    Whole(IndexPage),
    /// All index pages that any reader has used so far.
    #[cfg(feature = "std")]
    Cached(PageCache),
    /// No part of the index. Each reader has an index page of its own instead. The number is the
    /// number of blocks whose entries are in such a page.
    ReaderPage(u32),
}

impl Index {
    /// Returns the index of an image. Loads the whole index if `is_whole` is set. Otherwise loads
    /// nothing. If `page_blocks` is 0, pages are then loaded when they are first used, and kept for
    /// all readers. If it is not 0, each reader has one page with the entries of `page_blocks`
    /// blocks.
    ///
    /// # Errors
    ///
    /// The errors that the source returns, and [`ErrorKind::OutOfMemory`].
    #[cfg_attr(cso_rt, allow(unused_variables))]
    pub(super) fn new<S: ReadAt>(
        source: &S,
        header: &ImageHeader,
        page_blocks: u32,
        is_whole: bool,
    ) -> Result<Self> {
        #[cfg(not(cso_rt))]
        if is_whole {
            let mut whole = IndexPage::new();
            whole.load(source, header, 0, header.blocks)?;
            return Ok(Index::Whole(whole));
        }
        #[cfg(feature = "std")]
        if page_blocks == 0 {
            return Ok(Index::Cached(PageCache::new(header)?));
        }
        Ok(Index::ReaderPage(page_blocks.max(1)))
    }

    /// Returns the index page that has the entry of block number `block`, and loads the page if it
    /// is not in memory. If no page is shared by all readers, the result is `reader_page`, the page
    /// of the calling reader. `block` has to be below the number of blocks.
    pub(super) fn page<'a, S: ReadAt>(
        &'a self,
        reader_page: &'a mut IndexPage,
        source: &S,
        header: &ImageHeader,
        block: u32,
    ) -> Result<&'a IndexPage> {
        match self {
            #[cfg(not(cso_rt))]
            Index::Whole(whole) => Ok(whole),
            #[cfg(feature = "std")]
            Index::Cached(pages) => pages
                .page(source, header, block)
                .map_err(|e| e.in_block(block)),
            Index::ReaderPage(blocks) => {
                if !reader_page.covers(block) {
                    reader_page
                        .load(source, header, block, *blocks)
                        .map_err(|e| e.in_block(block))?;
                }
                Ok(reader_page)
            }
        }
    }
}

/// Returns where block number `block` lies in the file, from its index entry in `page`.
///
/// # Errors
///
/// The kind of damage if the index entry is damaged. [`ErrorKind::OutOfRange`] if `page` does not
/// have the entry.
pub(super) fn locate(header: &ImageHeader, page: &IndexPage, block: u32) -> Result<Span> {
    let entry = match header.format {
        Format::Iso => Some(NO_ENTRY),
        _ => page.entry(block),
    };
    match entry {
        Some(entry) => header.span(block, entry),
        None => Err(Error::new(ErrorKind::OutOfRange).in_block(block)),
    }
}
