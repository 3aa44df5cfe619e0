//! `InMemory`: holds in memory the whole file, the whole decoded image, both, or neither.

#[cfg(feature = "std")]
pub(super) use set_once::InMemory;

#[cfg(not(feature = "std"))]
pub(super) use never::InMemory;

#[cfg(feature = "std")]
mod set_once {
    use alloc::vec::Vec;
    use std::sync::OnceLock;

    /// The whole file and the whole decoded image. Each field is empty until it is set, and each
    /// can be set without the other. A field is set at most once, possibly while other threads
    /// read, and is kept until the image is closed.
    #[derive(Default)]
    pub(in crate::image) struct InMemory {
        file: OnceLock<Vec<u8>>,
        decoded: OnceLock<Vec<u8>>,
    }

    impl InMemory {
        /// Returns all bytes of the file, or `None` if they are not set.
        pub(in crate::image) fn file(&self) -> Option<&[u8]> {
            self.file.get().map(Vec::as_slice)
        }

        /// Returns all bytes of the decoded image, or `None` if they are not set.
        pub(in crate::image) fn decoded(&self) -> Option<&[u8]> {
            self.decoded.get().map(Vec::as_slice)
        }

        /// Sets the bytes of the file, unless they are set already.
        pub(in crate::image) fn set_file(&self, bytes: Vec<u8>) {
            let _ = self.file.set(bytes);
        }

        /// Sets the bytes of the decoded image, unless they are set already.
        pub(in crate::image) fn set_decoded(&self, bytes: Vec<u8>) {
            let _ = self.decoded.set(bytes);
        }
    }
}

#[cfg(not(feature = "std"))]
mod never {
    /// Replaces the type of the same name in builds without `std`. It never holds any bytes.
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
