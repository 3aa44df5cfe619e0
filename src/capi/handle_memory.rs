//! The memory of a handle: how many bytes it takes, and how they are allocated and released.
//!
//! There are two layouts. Either the handle and each of its buffers have separate allocations, or
//! one block of memory holds the handle, the decoder and the buffers. The caller provides such a
//! block, or `HandleBlock::allocate` takes it from the heap on a machine without std.

use super::handle::{catch_panics, cso_handle, Allocation};
use super::source::Source;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::image::block_decoder::BlockDecoder;
use crate::image::storage::{round_up_to_line, LentMemory, LINE};
use crate::image::{Image, OpenOptions};
use alloc::alloc::Layout;
use alloc::boxed::Box;
use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

/// Whether one block of heap memory holds the handle, the decoder and the buffers if the caller
/// lends no memory.
const ONE_BLOCK: bool = cfg!(cso_rt);

const HANDLE_SIZE: usize = round_up_to_line(size_of::<cso_handle>());
const DECODER_SIZE: usize = round_up_to_line(size_of::<BlockDecoder>());

const _: () = assert!(align_of::<cso_handle>() <= LINE && align_of::<BlockDecoder>() <= LINE);

/// Returns the number of bytes that a caller has to lend for a handle whose buffers take `buffers`
/// bytes. The result includes `LINE - 1` bytes, because the block begins at the first multiple of
/// [`LINE`] in the lent memory.
pub(super) const fn bytes_to_lend(buffers: usize) -> usize {
    LINE - 1 + HANDLE_SIZE + DECODER_SIZE + buffers
}

/// An empty block of memory for one handle. It has space for the handle, the decoder and the
/// buffers, in this order. Each begins at a multiple of [`LINE`].
pub(super) struct HandleBlock {
    allocation: Allocation,
    handle: *mut cso_handle,
    decoder: *mut BlockDecoder,
    buffers: &'static mut [u8],
}

impl HandleBlock {
    /// Returns the block that the caller lends, or `None` if `memory` is NULL.
    ///
    /// # Safety
    ///
    /// `memory` is NULL or points to `size` bytes that only the handle uses until it is closed.
    pub(super) unsafe fn lent(memory: *mut c_void, size: usize) -> Result<Option<Self>> {
        let memory = memory.cast::<u8>();
        if memory.is_null() {
            return match size {
                0 => Ok(None),
                _ => Err(ErrorKind::Argument.into()),
            };
        }
        if isize::try_from(size).is_err() {
            return Err(ErrorKind::Argument.into());
        }
        let skipped = memory.align_offset(LINE);
        let taken = skipped.saturating_add(HANDLE_SIZE + DECODER_SIZE);
        let Some(buffers) = size.checked_sub(taken) else {
            return Err(ErrorKind::OutOfMemory.into());
        };
        // SAFETY: the block begins `skipped` bytes into the lent memory, at a multiple of `LINE`,
        // and its parts end at the end of that memory, because `taken + buffers` is `size`.
        unsafe {
            Ok(Some(Self::at(
                memory.add(skipped),
                buffers,
                Allocation::Lent,
            )))
        }
    }

    /// Allocates a block of memory on the heap. Its size is what an image with this header
    /// requires.
    fn allocate(header: &ImageHeader, options: &OpenOptions) -> Result<Self> {
        let buffers = options.bytes_needed(header)?;
        let size = HANDLE_SIZE + DECODER_SIZE + buffers;
        // SAFETY: the size is not 0, because it includes a handle.
        let start = unsafe { alloc::alloc::alloc(block_layout(size)) };
        if start.is_null() {
            return Err(ErrorKind::OutOfMemory.into());
        }
        // SAFETY: the block was allocated with this size and with the alignment `LINE`. Only
        // `release_block` frees it, when the handle is closed.
        Ok(unsafe { Self::at(start, buffers, Allocation::Block { size }) })
    }

    /// Divides a block of memory into the parts for the handle, the decoder and the buffers. The
    /// block begins at `start`, and its last `buffers` bytes are for the buffers.
    ///
    /// # Safety
    ///
    /// `start` is a multiple of `LINE`. The block has `HANDLE_SIZE + DECODER_SIZE + buffers` bytes,
    /// which only the handle uses until it is closed.
    unsafe fn at(start: *mut u8, buffers: usize, allocation: Allocation) -> Self {
        // SAFETY: by the contract of this function, all parts lie within the block. The bytes of
        // the buffers have unspecified values and are written before they are read.
        unsafe {
            HandleBlock {
                allocation,
                handle: start.cast(),
                decoder: start.add(HANDLE_SIZE).cast(),
                buffers: slice::from_raw_parts_mut(start.add(HANDLE_SIZE + DECODER_SIZE), buffers),
            }
        }
    }

    /// Opens an image with its handle in this block.
    fn open(
        self,
        source: Source,
        header: &ImageHeader,
        options: &OpenOptions,
    ) -> Result<*mut cso_handle> {
        // SAFETY: by the contract of `at`, both pointers are aligned and lie within the block, and
        // no other code uses its bytes. The reference to the decoder is dropped with the image,
        // before `release_block` drops the decoder.
        unsafe {
            self.decoder.write(BlockDecoder::new());
            let memory = LentMemory {
                decoder: &mut *self.decoder,
                bytes: self.buffers,
            };
            match Image::open_in(source, header, options, Some(memory)) {
                Ok(image) => self.handle.write(cso_handle::new(image, self.allocation)),
                Err(e) => {
                    release_block(self.handle, self.allocation);
                    return Err(e);
                }
            }
        }
        Ok(self.handle)
    }
}

/// Opens an image and returns its handle. If `block` is not `None`, the handle lies in it.
pub(super) fn open_image(
    source: Source,
    header: &ImageHeader,
    options: &OpenOptions,
    block: Option<HandleBlock>,
) -> Result<*mut cso_handle> {
    let block = match block {
        Some(block) => block,
        None if ONE_BLOCK => HandleBlock::allocate(header, options)?,
        None => return allocate_boxed(Image::open_in(source, header, options, None)?),
    };
    block.open(source, header, options)
}

/// Allocates a handle as `Box::new` does, except that a failure is an error and not an abort.
fn allocate_boxed(image: Image<Source>) -> Result<*mut cso_handle> {
    // SAFETY: the size of the type is not 0.
    let place = unsafe { alloc::alloc::alloc(Layout::new::<cso_handle>()) }.cast::<cso_handle>();
    if place.is_null() {
        return Err(ErrorKind::OutOfMemory.into());
    }
    // SAFETY: `place` was allocated with the layout of the type.
    unsafe { place.write(cso_handle::new(image, Allocation::Boxed)) };
    Ok(place)
}

/// Drops a handle and releases its memory. Returns its source, or `None` if a destructor panicked.
///
/// # Safety
///
/// `handle` is a result of [`open_image`]. It is not used during this call or after it.
pub(super) unsafe fn release(handle: *mut cso_handle) -> Option<Source> {
    // SAFETY: by the contract of this function, `handle` points to a handle that nothing else uses.
    // A boxed handle was allocated with the layout that `Box` uses. Any other handle is moved out
    // of its block of memory.
    let (image, allocation) = unsafe {
        match (*handle).allocation() {
            Allocation::Boxed if !ONE_BLOCK => *Box::from_raw(handle),
            _ => handle.read(),
        }
    }
    .into_parts();
    let mut source = None;
    let _ = catch_panics(|| {
        source = Some(image.into_source());
        Ok(())
    });
    if allocation != Allocation::Boxed {
        // SAFETY: the handle is not boxed, so it was in a block. It has been moved out, and the
        // image that used the decoder has been dropped.
        unsafe { release_block(handle, allocation) };
    }
    source
}

/// Drops the decoder in a block of memory, and frees the block if it comes from the heap.
///
/// # Safety
///
/// `handle` is the start of a block that was allocated as `allocation` states. The block contains a
/// decoder that no code uses any more. Its handle was never written or has been moved out.
unsafe fn release_block(handle: *mut cso_handle, allocation: Allocation) {
    let start = handle.cast::<u8>();
    let _ = catch_panics(|| {
        // SAFETY: the decoder is `HANDLE_SIZE` bytes after the start of a block. No other code uses
        // it, by the contract of this function.
        unsafe {
            start
                .add(HANDLE_SIZE)
                .cast::<BlockDecoder>()
                .drop_in_place()
        };
        Ok(())
    });
    if let Allocation::Block { size } = allocation {
        // SAFETY: `HandleBlock::allocate` allocated the block with this layout.
        unsafe { alloc::alloc::dealloc(start, block_layout(size)) };
    }
}

/// Returns the layout of a block of `size` bytes.
fn block_layout(size: usize) -> Layout {
    // SAFETY: `LINE` is a power of two. `bytes_needed` limits the buffers to `usize::MAX / 16`
    // bytes, and the handle and the decoder are small, so the rounded size is at most `isize::MAX`.
    unsafe { Layout::from_size_align_unchecked(size, LINE) }
}
