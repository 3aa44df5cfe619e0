//! Types and functions that the calls for compressing, decompressing, verifying and precaching
//! share.

use super::abi::*;
use super::error::report;
use super::handle::catch_panics;
use super::status::status_of;
use super::structs::{read, read_options, zeroed, Growing, Out};
use crate::error::{Error, ErrorKind, Result};
use crate::io::WriteAt;
use crate::tasks::{Progress, Summary};
use core::ffi::c_void;
use core::ops::ControlFlow;

/// Options of a function that writes an image.
pub(super) trait WriteOptions: Growing {
    /// Returns the pointers to the structs that receive the error and the summary.
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary);
}

impl WriteOptions for cso_compress_options {
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary) {
        (self.error, self.summary)
    }
}

impl WriteOptions for cso_decompress_options {
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary) {
        (self.error, self.summary)
    }
}

/// Reads the struct at `options` and passes it to `work`, which writes an image. Fills in the error
/// and the summary to which the options point.
///
/// # Safety
///
/// `options` is NULL or points to a struct that follows the contract of the C API.
pub(super) unsafe fn write_image<T: WriteOptions>(
    options: *const T,
    work: impl FnOnce(&T) -> Result<Summary>,
) -> cso_status {
    // SAFETY: `options` and the `error` in it are NULL or point to structs that state their sizes,
    // by the contract of this function.
    let parts = unsafe {
        read_options(options).and_then(|options| {
            let error = Out::optional(options.outputs().0)?;
            Ok((options, error))
        })
    };
    let (options, error) = match parts {
        Ok(parts) => parts,
        Err(e) => return status_of::<()>(&Err(e)),
    };
    let result = catch_panics(|| {
        // SAFETY: `summary` is NULL or points to a struct that states its size, by the contract of
        // this function.
        let summary = unsafe { Out::optional(options.outputs().1)? };
        let written = work(&options)?;
        if let Some(out) = summary {
            out.fill(&summary_of(&written));
        }
        Ok(())
    });
    report(&result, error.as_ref())
}

fn summary_of(summary: &Summary) -> cso_summary {
    cso_summary {
        blocks: summary.blocks,
        image_size: summary.image_size,
        file_size: summary.file_size,
        stored_blocks: summary.stored_blocks,
        lz4_blocks: summary.lz4_blocks,
        deflate_blocks: summary.deflate_blocks,
        ..zeroed()
    }
}

/// A progress callback and its first argument.
#[derive(Clone, Copy)]
pub(super) struct ProgressCallback {
    function: cso_progress_fn,
    user: *mut c_void,
}

impl ProgressCallback {
    pub(super) fn new(function: cso_progress_fn, user: *mut c_void) -> Self {
        ProgressCallback { function, user }
    }

    /// Calls the callback, if there is one. Returns `Break` if it cancels the task.
    pub(super) fn call(&self, progress: Progress) -> ControlFlow<()> {
        let Some(function) = self.function else {
            return ControlFlow::Continue(());
        };
        let progress = cso_progress {
            done: progress.done,
            total: progress.total,
            written: progress.written,
        };
        // SAFETY: the contract of `cso_progress_fn` allows a call with the `user` of the options
        // and a pointer to a struct that is valid during the call.
        match unsafe { function(self.user, &progress) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// A `cso_sink` that has been checked.
pub(super) struct Sink(cso_sink);

impl Sink {
    /// Copies the struct at `sink` and checks it.
    ///
    /// # Safety
    ///
    /// `sink` is NULL or points to a `cso_sink` that follows the contract of the C API.
    pub(super) unsafe fn new(sink: *const cso_sink) -> Result<Self> {
        // SAFETY: `sink` is NULL or points to a struct that states its size, by the contract of
        // this function.
        let sink = unsafe { read(sink)? };
        if sink.write_at.is_none() || sink.reserved != 0 {
            return Err(ErrorKind::Argument.into());
        }
        Ok(Sink(sink))
    }
}

impl WriteAt for Sink {
    fn write_all_at(&mut self, offset: u64, data: &[u8]) -> Result<()> {
        let Some(write_at) = self.0.write_at else {
            return Err(ErrorKind::Internal.into());
        };
        // SAFETY: the contract of `cso_write_at_fn` allows a call with the `user` of the sink and
        // a pointer to `len` readable bytes. `data` has `data.len()` readable bytes.
        match unsafe { write_at(self.0.user, offset, data.as_ptr().cast(), data.len()) } {
            0 => Ok(()),
            os => Err(Error::new(ErrorKind::Write).at(offset).with_os(os)),
        }
    }
}
