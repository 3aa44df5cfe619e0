//! Where the blocks of an image lie, by the index of its file.

mod page;
#[cfg(feature = "std")]
mod page_cache;

use crate::error::{Error, ErrorKind, Result};
use crate::format::{BlockRecord, Format, ImageHeader, Span};
use crate::io::ReadAt;
pub(super) use page::IndexPage;
#[cfg(feature = "std")]
use page_cache::PageCache;

/// The entry of each block in a format without an index.
const NO_ENTRY: BlockRecord = BlockRecord {
    entry: 0,
    next_entry: None,
    stored_size: 0,
    in_stored_area: false,
};

/// How much of the index an image keeps in memory.
pub(super) enum Index {
    /// All of it, loaded when the image was opened. (In lent memory that is one reader page.)
    #[cfg(not(cso_rt))]
    Whole(IndexPage),
    /// The pages that were used so far.
    #[cfg(feature = "std")]
    Cached(PageCache),
    /// Nothing: each reader has one page of this many blocks.
    ReaderPage(u32),
}

impl Index {
    /// Returns the index of an image: all of it in memory if `is_whole` is set, else the pages that
    /// are used, or with `page_blocks` other than 0 a page of each reader.
    ///
    /// # Errors
    ///
    /// Those of the source; [`ErrorKind::OutOfMemory`].
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

    /// Returns the page that has the entry of `block`: one of the image's own, or `own`, the
    /// reader's page, which is loaded if it has not.
    pub(super) fn page<'a, S: ReadAt>(
        &'a self,
        own: &'a mut IndexPage,
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
                if !own.covers(block) {
                    own.load(source, header, block, *blocks)
                        .map_err(|e| e.in_block(block))?;
                }
                Ok(own)
            }
        }
    }
}

/// Returns where `block` lies, by the entries of `page`.
///
/// # Errors
///
/// What is wrong with the block's entry; [`ErrorKind::OutOfRange`] if the page does not have it.
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
