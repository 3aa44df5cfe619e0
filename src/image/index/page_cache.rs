//! `PageCache`: an index of which only the used parts are in memory. A part (a page) is loaded when
//! one of its blocks is first read, and is then kept.

use super::page::IndexPage;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::io::ReadAt;
use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

/// Smallest number of blocks whose entries are in one page. A page of this size has 4 KiB of index
/// entries, or 6 KiB of index entries and block sizes in a DAX file.
const MIN_BLOCKS: u32 = 1024;

/// Largest number of pages. It limits the size of `PageCache::pages`, so that a header with a wrong
/// image size cannot cause a large allocation. An image of 4 GiB with blocks of 2 KiB has this
/// number of pages, with 4 KiB of index entries each.
const MAX_PAGES: u32 = 2048;

/// Pages of the index, shared by all readers of an image. A page does not change after it was
/// loaded, so readers need no lock to use it.
pub(in crate::image) struct PageCache {
    /// Each page has the entries of `1 << shift` blocks.
    shift: u32,
    /// All pages in the order of their blocks. A page that was not loaded yet is empty.
    pages: Vec<OnceLock<Box<IndexPage>>>,
}

impl PageCache {
    /// Returns the cache for an image whose header is `header`. Loads no page.
    pub(in crate::image) fn new(header: &ImageHeader) -> Result<Self> {
        let share = header.blocks.div_ceil(MAX_PAGES);
        let shift = share.max(MIN_BLOCKS).next_power_of_two().ilog2();
        let count = header.blocks.div_ceil(1 << shift) as usize;
        let mut pages = Vec::new();
        pages
            .try_reserve_exact(count)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        pages.resize_with(count, OnceLock::new);
        Ok(PageCache { shift, pages })
    }

    /// Returns the page that has the entry of block number `block`. Loads the page if it was not
    /// used before. `block` has to be below the number of blocks.
    pub(in crate::image) fn page<S: ReadAt + ?Sized>(
        &self,
        source: &S,
        header: &ImageHeader,
        block: u32,
    ) -> Result<&IndexPage> {
        let number = block >> self.shift;
        let slot = &self.pages[number as usize];
        if let Some(page) = slot.get() {
            return Ok(page);
        }
        let mut page = Box::new(IndexPage::new());
        page.load(source, header, number << self.shift, 1 << self.shift)?;
        // If another thread has stored the same page since the check above, return that page.
        Ok(slot.get_or_init(|| page))
    }
}
