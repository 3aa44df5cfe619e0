//! How a task that writes an image is run: its outputs are checked before it starts.

use super::abi::*;
use super::error::report;
use super::guard::guard;
use super::status::status_of;
use super::structs::{read_options, zeroed, Growing, Out};
use crate::error::Result;
use crate::tasks::Summary;

/// The options of a task that writes an image.
pub(super) trait Task: Growing {
    /// Where the caller wants to be told of a failure, and of what was written.
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary);
}

impl Task for cso_compress_options {
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary) {
        (self.error, self.summary)
    }
}

impl Task for cso_decompress_options {
    fn outputs(&self) -> (*mut cso_error, *mut cso_summary) {
        (self.error, self.summary)
    }
}

/// Runs `work` with the caller's options, and tells its failure and what it wrote to those who
/// asked.
///
/// # Safety
///
/// `options` is NULL or points at a struct that states its size, and so do its two outputs.
pub(super) unsafe fn run<T: Task>(
    options: *const T,
    work: impl FnOnce(&T) -> Result<Summary>,
) -> cso_status {
    // SAFETY: as the caller promises.
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
    let result = guard(|| {
        // SAFETY: as the caller promises.
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
