//! How much memory reading takes, and memory that a caller lends for it.

use super::decode::Decoder;
use super::OpenOptions;
use crate::format::Header;
use alloc::boxed::Box;
use core::ops::{Deref, DerefMut};

/// Memory for one image, lent for good: everything that reading needs but the decoder's own state
/// is carved from `bytes`.
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
    pub(super) fn of(header: &Header, window: u32) -> Self {
        let window = window.min(header.blocks) as usize;
        let has_sizes = header.tables.sizes.is_some();
        // No block has more bytes in the file than the file has, or stands for more than they can.
        let packed = header.max_span().min(header.file_len);
        let block = u64::from(header.block_size).min(packed.saturating_mul(1032));
        Needs {
            words: 4 * (window + 1),
            sizes: if has_sizes { 2 * window } else { 0 },
            areas: if has_sizes { window.div_ceil(8) } else { 0 },
            packed: packed as usize,
            block: block as usize,
        }
    }

    /// All of them together.
    pub(crate) fn total(&self) -> usize {
        self.words + self.sizes + self.areas + self.packed + self.block
    }
}

impl OpenOptions {
    /// How many bytes to lend for an image with this header.
    #[cfg_attr(feature = "std", allow(dead_code))]
    pub(crate) fn bytes_needed(&self, header: &Header) -> usize {
        let window = match self.index_window {
            0 => header.blocks,
            blocks => blocks,
        };
        Needs::of(header, window).total()
    }
}

/// A value on the heap, or in memory that was lent for good.
pub(super) enum Place<T: 'static> {
    Heap(Box<T>),
    Lent(&'static mut T),
}

impl<T> Deref for Place<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Place::Heap(value) => value,
            Place::Lent(value) => value,
        }
    }
}

impl<T> DerefMut for Place<T> {
    fn deref_mut(&mut self) -> &mut T {
        match self {
            Place::Heap(value) => value,
            Place::Lent(value) => value,
        }
    }
}
