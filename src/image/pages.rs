//! The whole index, in pages that are loaded when they are first touched, and kept.

use super::index::Window;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::io::ReadAt;
use alloc::boxed::Box;
use alloc::vec::Vec;
use std::sync::OnceLock;

/// The fewest blocks of a page: 4 KiB of the index, 6 KiB of DAX's.
const SMALLEST: u32 = 1024;

/// The most pages. Of an image of 4 GB a page is 8 KiB. The list of them costs next to nothing
/// however large an image a header announces.
const MOST_PAGES: u32 = 2048;

/// Shared by all readers: a page that is there does not change, and is read without a lock.
pub(super) struct Pages {
    /// Blocks of each: two to the power of this.
    shift: u32,
    list: Vec<OnceLock<Box<Window>>>,
}

impl Pages {
    /// The pages of an image with this header, none of them loaded.
    pub(super) fn new(header: &ImageHeader) -> Result<Self> {
        let share = header.blocks.div_ceil(MOST_PAGES);
        let shift = share.max(SMALLEST).next_power_of_two().ilog2();
        let count = header.blocks.div_ceil(1 << shift) as usize;
        let mut list = Vec::new();
        list.try_reserve_exact(count)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        list.resize_with(count, OnceLock::new);
        Ok(Pages { shift, list })
    }

    /// The page that has `block`, one of the image's.
    pub(super) fn page<S: ReadAt + ?Sized>(
        &self,
        source: &S,
        header: &ImageHeader,
        block: u32,
    ) -> Result<&Window> {
        let number = block >> self.shift;
        let place = &self.list[number as usize];
        if let Some(page) = place.get() {
            return Ok(page);
        }
        let mut page = Box::new(Window::new());
        page.load(source, header, number << self.shift, 1 << self.shift)?;
        // Another reader may have been faster: then his page is everybody's.
        Ok(place.get_or_init(|| page))
    }
}
