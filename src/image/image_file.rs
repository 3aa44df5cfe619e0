//! The file of an open image: what its readers share.

use super::in_memory::InMemory;
use super::index::{self, Index, IndexPage};
use super::threads::Threads;
use crate::error::Result;
use crate::format::{Format, ImageHeader, Span};
use crate::io::ReadAt;

/// The file of an open image: its source, its checked header, its index, and the threads that help
/// to decode it.
pub(super) struct ImageFile<S> {
    pub(super) source: S,
    pub(super) header: ImageHeader,
    pub(super) index: Index,
    pub(super) in_memory: InMemory,
    #[cfg_attr(not(feature = "std"), allow(dead_code))]
    pub(super) threads: Threads,
    /// Compressed bytes are read into the caller's buffer.
    pub(super) low_memory: bool,
}

impl<S: ReadAt> ImageFile<S> {
    /// Returns whether readers are in low-memory mode. Without std they always are in the archive
    /// for C programs.
    #[inline]
    pub(super) fn is_low_memory(&self) -> bool {
        cfg!(cso_rt) || self.low_memory
    }

    /// Returns all bytes of the file, if they are in memory.
    #[inline]
    pub(super) fn bytes_in_memory(&self) -> Option<&[u8]> {
        match self.in_memory.file() {
            Some(bytes) => Some(bytes),
            // In the archive for C programs the copy is saved at a price in code that is too high.
            None if cfg!(cso_rt) => None,
            None => self.source.in_memory(),
        }
    }

    /// Returns the page of the index that has the entry of `block`: one of the image's own, or
    /// `own`, the reader's page.
    #[inline]
    pub(super) fn page<'a>(&'a self, own: &'a mut IndexPage, block: u32) -> Result<&'a IndexPage> {
        self.index.page(own, &self.source, &self.header, block)
    }

    /// Returns where `block`, a block of the image, lies. `own` is the reader's index page.
    ///
    /// # Errors
    ///
    /// What is wrong with the block's index entry; those of the source.
    pub(super) fn locate(&self, own: &mut IndexPage, block: u32) -> Result<Span> {
        let page = match self.header.format {
            Format::Iso => own,
            _ => self.page(own, block)?,
        };
        index::locate(&self.header, page, block)
    }
}
