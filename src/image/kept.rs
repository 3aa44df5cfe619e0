//! What is kept in memory of an image, besides its index: its file, or all that it decodes to.

use alloc::vec::Vec;
use std::sync::OnceLock;

/// Each is put there once, whole, while others read, and stays until the image is closed.
pub(super) struct Kept {
    pub(super) file: OnceLock<Vec<u8>>,
    pub(super) decoded: OnceLock<Vec<u8>>,
}

impl Kept {
    pub(super) const fn new() -> Self {
        Kept {
            file: OnceLock::new(),
            decoded: OnceLock::new(),
        }
    }
}
