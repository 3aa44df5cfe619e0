//! `ImageFile`: the parts of an open image that all its readers share.

use super::in_memory::InMemory;
use super::index::{self, Index, IndexPage};
use super::threads::Threads;
use crate::error::Result;
use crate::format::{Format, ImageHeader, Span};
use crate::io::ReadAt;

/// The file of an open image. It has the source, the checked header, the index, and the threads
/// that decode for the image.
pub(super) struct ImageFile<S> {
    pub(super) source: S,
    pub(super) header: ImageHeader,
    pub(super) index: Index,
    pub(super) in_memory: InMemory,
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    pub(super) threads: Threads,
    /// Whether low-memory mode was requested. In this mode, a reader allocates memory only when the
    /// image is opened.
    pub(super) low_memory: bool,
}

impl<S: ReadAt> ImageFile<S> {
    /// Returns whether readers are in low-memory mode. In the PSP library (`cso_rt`) they always
    /// are, and the compiler then removes the code for all other modes.
    #[inline]
    pub(super) fn is_low_memory(&self) -> bool {
        cfg!(cso_rt) || self.low_memory
    }

    /// Returns all bytes of the compressed file, or `None` if they are not in memory.
    #[inline]
    pub(super) fn bytes_in_memory(&self) -> Option<&[u8]> {
        match self.in_memory.file() {
            Some(bytes) => Some(bytes),
            // A source that is in memory could return its bytes without a copy. The PSP library
            // does not do this, because its code has to be small.
            None if cfg!(cso_rt) => None,
            None => self.source.in_memory(),
        }
    }

    /// Returns the index page that has the entry of block number `block`, and loads the page if
    /// necessary. An index page is a part of the index. If the image has no pages that all readers
    /// share, the result is `reader_page`, the page of the calling reader.
    #[inline]
    pub(super) fn page<'a>(
        &'a self,
        reader_page: &'a mut IndexPage,
        block: u32,
    ) -> Result<&'a IndexPage> {
        self.index
            .page(reader_page, &self.source, &self.header, block)
    }

    /// Returns where block number `block` lies in the file. `block` has to be below the number of
    /// blocks. `reader_page` is the index page of the calling reader.
    ///
    /// # Errors
    ///
    /// The kind of damage if the block's index entry is damaged. The errors that the source
    /// returns.
    pub(super) fn locate(&self, reader_page: &mut IndexPage, block: u32) -> Result<Span> {
        let page = match self.header.format {
            Format::Iso => reader_page,
            _ => self.page(reader_page, block)?,
        };
        index::locate(&self.header, page, block)
    }
}
