//! `ImageFile`: the parts of an open image that all its readers share.

use super::in_memory::InMemory;
use super::index::{self, Index, IndexPage};
use super::threads::Threads;
use crate::error::Result;
use crate::format::{Format, ImageHeader, Span};
use crate::io::ReadAt;

/// The file of an open image: its source, its checked header, its index, and the threads that
/// decode for it.
pub(super) struct ImageFile<S> {
    pub(super) source: S,
    pub(super) header: ImageHeader,
    pub(super) index: Index,
    pub(super) in_memory: InMemory,
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    pub(super) threads: Threads,
    /// Whether low-memory mode was requested. In that mode, compressed bytes are read into the
    /// caller's buffer.
    pub(super) low_memory: bool,
}

impl<S: ReadAt> ImageFile<S> {
    /// Returns whether readers are in low-memory mode. In the PSP library (`cso_rt`) they always
    /// are.
    #[inline]
    pub(super) fn is_low_memory(&self) -> bool {
        cfg!(cso_rt) || self.low_memory
    }

    /// Returns all bytes of the file, or `None` if they are not in memory.
    #[inline]
    pub(super) fn bytes_in_memory(&self) -> Option<&[u8]> {
        match self.in_memory.file() {
            Some(bytes) => Some(bytes),
            // In the PSP library, avoiding a copy of these bytes is not worth the larger code.
            None if cfg!(cso_rt) => None,
            None => self.source.in_memory(),
        }
    }

    /// Returns the index page that has the entry of `block`: a page that all readers share, or
    /// `reader_page`, the page of the calling reader.
    #[inline]
    pub(super) fn page<'a>(
        &'a self,
        reader_page: &'a mut IndexPage,
        block: u32,
    ) -> Result<&'a IndexPage> {
        self.index
            .page(reader_page, &self.source, &self.header, block)
    }

    /// Returns the position of `block` in the file. The block number has to be below the number of
    /// blocks. `reader_page` is the index page of the calling reader.
    ///
    /// # Errors
    ///
    /// The error of the block's index entry, or of the source.
    pub(super) fn locate(&self, reader_page: &mut IndexPage, block: u32) -> Result<Span> {
        let page = match self.header.format {
            Format::Iso => reader_page,
            _ => self.page(reader_page, block)?,
        };
        index::locate(&self.header, page, block)
    }
}
