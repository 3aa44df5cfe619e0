//! `InMemory`: copies in memory of the whole compressed file and of the whole decoded image.

#[cfg(feature = "std")]
pub(super) use set_once::InMemory;

#[cfg(not(feature = "std"))]
pub(super) use never::InMemory;

#[cfg(feature = "std")]
mod set_once {
    use alloc::vec::Vec;
    use std::sync::OnceLock;

    /// Copies of the whole compressed file and of the whole decoded image. Either copy may be
    /// missing. Each field is set at most once, possibly while other threads read, and is kept
    /// until the image is closed.
    #[derive(Default)]
    pub(in crate::image) struct InMemory {
        file: OnceLock<Vec<u8>>,
        decoded: OnceLock<Vec<u8>>,
    }

    impl InMemory {
        /// Returns all bytes of the compressed file, or `None` if they were not set.
        pub(in crate::image) fn file(&self) -> Option<&[u8]> {
            self.file.get().map(Vec::as_slice)
        }

        /// Returns all bytes of the decoded image, or `None` if they were not set.
        pub(in crate::image) fn decoded(&self) -> Option<&[u8]> {
            self.decoded.get().map(Vec::as_slice)
        }

        /// Sets the bytes of the compressed file. Does nothing if they were set before.
        pub(in crate::image) fn set_file(&self, bytes: Vec<u8>) {
            let _ = self.file.set(bytes);
        }

        /// Sets the bytes of the decoded image. Does nothing if they were set before.
        pub(in crate::image) fn set_decoded(&self, bytes: Vec<u8>) {
            let _ = self.decoded.set(bytes);
        }
    }
}

#[cfg(not(feature = "std"))]
mod never {
    /// Replaces the type of the same name in builds without `std`, in which neither the file nor
    /// the decoded image is kept in memory.
    #[derive(Default)]
    pub(in crate::image) struct InMemory;

    impl InMemory {
        pub(in crate::image) fn file(&self) -> Option<&[u8]> {
            None
        }

        pub(in crate::image) fn decoded(&self) -> Option<&[u8]> {
            None
        }
    }
}
