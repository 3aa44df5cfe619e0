//! How much memory reading takes, and memory that a caller lends for it.

use super::decode::Decoder;
use super::owned::One;
use super::OpenOptions;
use crate::error::{ErrorKind, Result};
use crate::format::{Format, ImageHeader};
use core::ops::{Deref, DerefMut};

/// Memory for one image, lent for good: everything that reading needs but the decoder's own state
/// is carved from `bytes`, which begin at a multiple of [`LINE`].
pub(crate) struct Memory {
    pub(crate) decoder: &'static mut Decoder,
    pub(crate) bytes: &'static mut [u8],
}

/// Bytes of each buffer of a reader that allocates nothing after it was opened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Needs {
    pub(super) words: usize,
    pub(super) sizes: usize,
    pub(super) areas: usize,
    pub(super) packed: usize,
    pub(super) block: usize,
}

impl Needs {
    /// What an image with this header needs, for a window of `window` blocks of its index: one or
    /// more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`] if that is more than the machine can address.
    pub(super) fn of(header: &ImageHeader, window: u32) -> Result<Self> {
        let window = u64::from(window.min(header.blocks));
        let tables = &header.tables;
        let has_sizes = tables.sizes.is_some();
        // No block has more bytes in the file than the file has, or stands for more than they can.
        // A plain image is read straight to where it is wanted.
        let packed = match header.format {
            Format::Iso => 0,
            _ => header.max_stored_size().min(header.file_len),
        };
        Ok(Needs {
            words: bytes(4 * (window + 1).min(u64::from(tables.entry_count)))?,
            sizes: bytes(if has_sizes { 2 * window } else { 0 })?,
            areas: bytes(if has_sizes { window.div_ceil(8) } else { 0 })?,
            packed: bytes(packed)?,
            block: bytes(u64::from(header.block_size).min(packed.saturating_mul(1032)))?,
        })
    }

    /// All of them together, each from a place that is a multiple of [`LINE`] on.
    pub(crate) fn total(&self) -> Result<usize> {
        let parts = [self.words, self.sizes, self.areas, self.packed, self.block];
        bytes(parts.iter().map(|part| in_lines(*part) as u64).sum())
    }
}

/// A line of a data cache: buffers begin at multiples of it, and share none. Transfers from a
/// device then need no copy on their way.
pub(crate) const LINE: usize = 64;

/// So many bytes, rounded up to whole lines.
pub(crate) const fn in_lines(len: usize) -> usize {
    len.next_multiple_of(LINE)
}

/// A number of bytes that can be rounded up and added to a few others.
fn bytes(count: u64) -> Result<usize> {
    match usize::try_from(count) {
        Ok(count) if count < usize::MAX / 16 => Ok(count),
        _ => Err(ErrorKind::OutOfMemory.into()),
    }
}

impl OpenOptions {
    /// How many bytes to lend for an image with this header, from a place on that is a multiple of
    /// [`LINE`].
    pub(crate) fn bytes_needed(&self, header: &ImageHeader) -> Result<usize> {
        let window = match self.index_page_blocks {
            0 => header.blocks,
            blocks => blocks,
        };
        Needs::of(header, window)?.total()
    }
}

/// A value on the heap, or in memory that was lent for good.
pub(super) enum Place<T: 'static> {
    Heap(One<T>),
    Lent(&'static mut T),
}

impl<T> Place<T> {
    /// `value` on the heap, if there is room for it.
    pub(super) fn on_heap(value: T) -> Result<Self> {
        Ok(Place::Heap(One::new(value)?))
    }
}

impl<T> Deref for Place<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Place::Heap(one) => one,
            Place::Lent(value) => value,
        }
    }
}

impl<T> DerefMut for Place<T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Place::Heap(one) => one,
            Place::Lent(value) => value,
        }
    }
}
