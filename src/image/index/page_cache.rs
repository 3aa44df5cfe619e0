//! `PageCache`: the index in pages. A page is loaded when one of its blocks is first used, and
//! kept.

use super::page::IndexPage;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::io::ReadAt;
use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

/// Smallest number of blocks in a page. The page then has 4 KiB of index entries, or 6 KiB of the
/// tables of a DAX file.
const MIN_BLOCKS: u32 = 1024;

/// Largest number of pages, so that a wrong image size in a header cannot cause a large allocation.
/// The pages of a 4 GiB image with blocks of 2 KiB have 4 KiB each.
const MAX_PAGES: u32 = 2048;

/// Pages of the index, shared by all readers. A loaded page does not change and is read without a
/// lock.
pub(in crate::image) struct PageCache {
    /// Logarithm of the number of blocks in a page: each page has `1 << shift` blocks.
    shift: u32,
    pages: Vec<OnceLock<Box<IndexPage>>>,
}

impl PageCache {
    /// Returns the cache for an image whose header is `header`. No page is loaded yet.
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

    /// Returns the page that has the entry of `block`, and loads it on first use. The block number
    /// has to be below the number of blocks.
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
        // If another thread has loaded the same page meanwhile, that page is returned instead.
        Ok(slot.get_or_init(|| page))
    }
}
