//! Loads the index entries of an image and finds the positions of its blocks in the file.

mod page;
#[cfg(feature = "std")]
mod page_cache;

use crate::error::{Error, ErrorKind, Result};
use crate::format::{BlockRecord, Format, ImageHeader, Span};
use crate::io::ReadAt;
pub(super) use page::IndexPage;
#[cfg(feature = "std")]
use page_cache::PageCache;

/// The index entry that is used for every block if the format has no index.
const NO_ENTRY: BlockRecord = BlockRecord {
    entry: 0,
    next_entry: None,
    stored_size: 0,
    in_stored_area: false,
};

/// The part of the index that an image keeps in memory for all readers.
pub(super) enum Index {
    /// The whole index, loaded when the image was opened. Not used if the caller lends the memory
    /// of the image, because the index page of the reader then has the whole index.
    #[cfg(not(cso_rt))]
    Whole(IndexPage),
    /// The index pages that were used so far.
    #[cfg(feature = "std")]
    Cached(PageCache),
    /// No part of the index. Each reader has one index page with this number of blocks.
    ReaderPage(u32),
}

impl Index {
    /// Returns the index of an image. If `is_whole` is set, the whole index is loaded. Otherwise,
    /// if `page_blocks` is 0, pages are loaded when they are first used, and kept. Otherwise each
    /// reader has one page of `page_blocks` blocks.
    ///
    /// # Errors
    ///
    /// The errors of the source, and [`ErrorKind::OutOfMemory`].
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

    /// Returns the index page that has the entry of `block`: a page that all readers share, or
    /// `reader_page`, the page of the calling reader. Loads the page if it does not have the entry.
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

/// Returns the position of `block` in the file, from its entry in `page`.
///
/// # Errors
///
/// The error of the index entry, or [`ErrorKind::OutOfRange`] if the page does not have the entry.
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
