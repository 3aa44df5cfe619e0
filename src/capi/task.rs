//! Types and functions that are shared by the functions of the C API that compress, decompress,
//! verify or precache an image. Precaching means loading it into memory.

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

/// An options struct of the functions of the C API that write an image, either compressed or
/// decompressed.
pub(super) trait WriteOptions: Growing {
    /// Returns the pointers to the structs of the C program that receive the error and the
    /// summary. Either pointer may be NULL.
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

/// Does what all functions of the C API that write an image have in common. Copies the struct at
/// `options`, or uses default options if `options` is NULL. Calls `work` with the copy. `work`
/// writes the image.
///
/// The options contain a pointer to a `cso_error` and a pointer to a `cso_summary`, each of which
/// may be NULL. Fills in the `cso_error`, and the `cso_summary` if `work` succeeds. Returns the
/// status for the C program.
///
/// # Safety
///
/// `options` is NULL or points to a struct that has as many readable bytes as its `struct_size`
/// states. Each pointer of [`WriteOptions::outputs`] is NULL or points to a struct that has as many
/// writable bytes as its `struct_size` states.
pub(super) unsafe fn write_image<T: WriteOptions>(
    options: *const T,
    work: impl FnOnce(&T) -> Result<Summary>,
) -> cso_status {
    // SAFETY: `read_options` requires that `options` is NULL or points to a struct with as many
    // readable bytes as its `struct_size` states. `Out::optional` requires the same, with writable
    // bytes, of the pointer to the `cso_error`, which is the first one of `outputs`. Both
    // conditions are in the contract of this function.
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
        // SAFETY: `Out::optional` requires that the pointer is NULL or points to a struct with as
        // many writable bytes as its `struct_size` states. The contract of `write_image` requires
        // that of both pointers that `outputs` returns.
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

/// A function of the C program that is called with the progress of a long task, and the first
/// argument for its calls. `function` is `None` if the C program did not provide one.
#[derive(Clone, Copy)]
pub(super) struct ProgressCallback {
    function: cso_progress_fn,
    user: *mut c_void,
}

impl ProgressCallback {
    pub(super) fn new(function: cso_progress_fn, user: *mut c_void) -> Self {
        ProgressCallback { function, user }
    }

    /// Calls the callback with `progress`. Returns `Break` if the callback cancels the task, and
    /// otherwise `Continue`. Returns `Continue` if there is no callback.
    pub(super) fn call(&self, progress: Progress) -> ControlFlow<()> {
        let Some(function) = self.function else {
            return ControlFlow::Continue(());
        };
        let progress = cso_progress {
            done: progress.done,
            total: progress.total,
            written: progress.written,
        };
        // SAFETY: a C program that provides a `cso_progress_fn` allows calls on the thread that
        // started the task, with the field `user` of the same options and a pointer to a struct
        // that is valid during the call. `self.user` is this field, and `progress` is a local
        // variable. `self` stays on that thread, because a type with a raw pointer is not `Send`.
        match unsafe { function(self.user, &progress) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// A copy of a `cso_sink` that has been checked. It contains a callback of the C program that
/// writes bytes of a file.
pub(super) struct Sink(cso_sink);

impl Sink {
    /// Copies the struct at `sink` and checks it. Returns an error if `sink` is NULL, if the
    /// callback is missing, or if a reserved field is not 0.
    ///
    /// # Safety
    ///
    /// `sink` is NULL or points to a struct that has as many readable bytes as its `struct_size`
    /// states. Until the result is dropped, its callback may be called as the documentation of
    /// `cso_write_at_fn` says.
    pub(super) unsafe fn new(sink: *const cso_sink) -> Result<Self> {
        // SAFETY: `read` requires that `sink` is NULL or points to a struct that has as many
        // readable bytes as its `struct_size` states. The contract of this function is the same.
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
        // SAFETY: a C program that provides a `cso_sink` allows calls of its `write_at` on the
        // thread that started the task, with the `user` of the same sink and a pointer to as many
        // readable bytes as the last argument states. `data` has `data.len()` readable bytes. The
        // sink stays on that thread, because a type with a raw pointer is not `Send`.
        match unsafe { write_at(self.0.user, offset, data.as_ptr().cast(), data.len()) } {
            0 => Ok(()),
            os => Err(Error::new(ErrorKind::Write).at(offset).with_os(os)),
        }
    }
}
