//! The whole index in pages, each loaded when a block of it is first used, and kept.

use super::page::IndexPage;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::io::ReadAt;
use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

/// Smallest number of blocks in a page: 4 KiB of index entries, or 6 KiB of DAX's tables.
const MIN_BLOCKS: u32 = 1024;

/// Largest number of pages. For an image of 4 GB a page is then 8 KiB, and the list of pages stays
/// small however large an image a header claims.
const MAX_PAGES: u32 = 2048;

/// Pages of the index, shared by all readers. A loaded page does not change and is read without a
/// lock.
pub(in crate::image) struct PageCache {
    /// A page has `1 << shift` blocks.
    shift: u32,
    pages: Vec<OnceLock<Box<IndexPage>>>,
}

impl PageCache {
    /// Returns the cache of an image with this header, with no page loaded.
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

    /// Returns the page that has the entry of `block`, a block of the image.
    pub(in crate::image) fn page<S: ReadAt + ?Sized>(
        &self,
        source: &S,
        header: &ImageHeader,
        block: u32,
    ) -> Result<&IndexPage> {
        let number = block >> self.shift;
        let place = &self.pages[number as usize];
        if let Some(page) = place.get() {
            return Ok(page);
        }
        let mut page = Box::new(IndexPage::new());
        page.load(source, header, number << self.shift, 1 << self.shift)?;
        // If another reader has loaded the page meanwhile, both use that one.
        Ok(place.get_or_init(|| page))
    }
}
