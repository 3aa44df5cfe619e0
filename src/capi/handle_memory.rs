//! The memory of a handle: how many bytes it takes, and how they are allocated and released.
//!
//! An open image needs memory for its handle, for a decoder, and for buffers. There are two
//! layouts. In the first one, these parts have separate heap allocations. In the second one, a
//! single piece of memory contains all of them.
//!
//! The second layout is used if the C program lends memory to the library. It is also used on a
//! machine without std, where `HandleMemory::allocate` takes the piece from the heap.

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

/// Whether one heap allocation contains the handle, the decoder and the buffers of an image for
/// which the C program lends no memory. If this is false, they have separate allocations. It is
/// true in the library that C programs use on a machine without std, for which `build.rs` sets
/// `cso_rt`.
const ONE_PIECE: bool = cfg!(cso_rt);

/// Number of bytes of a piece of memory that are reserved for the handle, rounded up to a multiple
/// of [`LINE`] bytes, so that the next part of the piece begins at such a multiple too.
const HANDLE_SIZE: usize = round_up_to_line(size_of::<cso_handle>());
/// Number of bytes of a piece of memory that are reserved for the decoder, rounded up to a multiple
/// of [`LINE`] bytes, so that the next part of the piece begins at such a multiple too.
const DECODER_SIZE: usize = round_up_to_line(size_of::<BlockDecoder>());

// The handle and the decoder begin at multiples of `LINE` in a piece of memory. This is sufficient
// only if neither type requires a larger alignment.
const _: () = assert!(align_of::<cso_handle>() <= LINE && align_of::<BlockDecoder>() <= LINE);

/// Returns the number of bytes that a C program has to lend for a handle whose buffers take
/// `buffers` bytes. The lent memory may begin at any address, but the handle begins at the first
/// multiple of [`LINE`] in it. Therefore the result includes `LINE - 1` bytes, which is the largest
/// number of bytes that can lie before the handle.
pub(super) const fn bytes_to_lend(buffers: usize) -> usize {
    LINE - 1 + HANDLE_SIZE + DECODER_SIZE + buffers
}

/// A piece of memory for one handle that has not been opened yet. The piece consists of three
/// parts, for the handle, the decoder and the buffers, in this order. Each part begins at a
/// multiple of [`LINE`].
pub(super) struct HandleMemory {
    allocation: Allocation,
    handle: *mut cso_handle,
    decoder: *mut BlockDecoder,
    buffers: &'static mut [u8],
}

impl HandleMemory {
    /// Returns the piece of memory in the `size` bytes at `memory`, which the C program lends.
    /// Returns `None` if `memory` is NULL and `size` is 0.
    ///
    /// Returns [`ErrorKind::OutOfMemory`] if `size` is too small for the handle and the decoder.
    /// Returns [`ErrorKind::Argument`] if `memory` is NULL and `size` is not 0, or if `size`
    /// exceeds `isize::MAX`.
    ///
    /// # Safety
    ///
    /// `memory` is NULL or points to `size` writable bytes. Only the library uses these bytes until
    /// the handle is closed or opening fails.
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
        // SAFETY: `add` requires that the result lies within the lent memory. `at` requires a piece
        // that begins at a multiple of `LINE`, has space for the handle, the decoder and `buffers`
        // bytes, and is used by no other code. `skipped` is the distance from `memory` to the first
        // multiple of `LINE`. The sum of `taken` and `buffers` is `size`, so the piece ends exactly
        // at the end of the lent memory. No other code uses it, by the contract of this function.
        unsafe {
            Ok(Some(Self::at(
                memory.add(skipped),
                buffers,
                Allocation::Lent,
            )))
        }
    }

    /// Allocates a piece of memory on the heap, for an image whose header is `header` and which is
    /// opened with `options`. Both decide how many bytes the buffers take.
    fn allocate(header: &ImageHeader, options: &OpenOptions) -> Result<Self> {
        let buffers = options.bytes_needed(header)?;
        let size = HANDLE_SIZE + DECODER_SIZE + buffers;
        // SAFETY: `alloc` requires a layout whose size is not 0. `size` is not 0, because it
        // includes the bytes of the handle.
        let start = unsafe { alloc::alloc::alloc(piece_layout(size)) };
        if start.is_null() {
            return Err(ErrorKind::OutOfMemory.into());
        }
        // SAFETY: `at` requires a piece that begins at a multiple of `LINE`, has space for the
        // handle, the decoder and `buffers` bytes, and is used by no other code until the handle is
        // closed. `start` is not NULL, so it is a new allocation of `size` bytes. `piece_layout`
        // requests the alignment `LINE`. Only `release_piece` frees the piece, after the last use.
        Ok(unsafe { Self::at(start, buffers, Allocation::OnePiece { size }) })
    }

    /// Divides a piece of memory into the parts for the handle, the decoder and the buffers. The
    /// piece begins at `start`, and its last `buffers` bytes are for the buffers. `allocation`
    /// states where the piece comes from.
    ///
    /// # Safety
    ///
    /// `start` is a multiple of `LINE`. The piece has `HANDLE_SIZE + DECODER_SIZE + buffers`
    /// writable bytes. Only the library uses them until the handle is closed or opening fails.
    unsafe fn at(start: *mut u8, buffers: usize, allocation: Allocation) -> Self {
        // SAFETY: `add` requires that the results lie within the piece. They do, because the piece
        // has at least `HANDLE_SIZE + DECODER_SIZE + buffers` bytes by the contract of this
        // function. `from_raw_parts_mut` requires `buffers` writable bytes that no other code uses
        // while the slice exists. Nothing else uses them, and the slice is dropped when the handle
        // is closed or opening fails. The bytes may be uninitialized, but the library writes each
        // byte of a buffer before it reads the byte.
        unsafe {
            HandleMemory {
                allocation,
                handle: start.cast(),
                decoder: start.add(HANDLE_SIZE).cast(),
                buffers: slice::from_raw_parts_mut(start.add(HANDLE_SIZE + DECODER_SIZE), buffers),
            }
        }
    }

    /// Opens the image in `source`, and writes the handle and the decoder to this piece. Returns
    /// the handle. If opening fails, releases the piece.
    fn open(
        self,
        source: Source,
        header: &ImageHeader,
        options: &OpenOptions,
    ) -> Result<*mut cso_handle> {
        // SAFETY: `write` requires pointers that are aligned and writable. By the contract of `at`,
        // both pointers lie within the piece, at multiples of `LINE`, and no other code uses the
        // piece. `&mut *self.decoder` requires a valid decoder that nothing else uses while the
        // reference exists. The decoder has just been written, and no other code uses it before the
        // image, which contains the reference, is dropped.
        //
        // `release_piece` requires a valid decoder that nothing uses, and a handle that was never
        // written. If `open_in` fails, it has dropped the reference to the decoder, and the handle
        // has not been written.
        unsafe {
            self.decoder.write(BlockDecoder::new());
            let memory = LentMemory {
                decoder: &mut *self.decoder,
                bytes: self.buffers,
            };
            match Image::open_in(source, header, options, Some(memory)) {
                Ok(image) => self.handle.write(cso_handle::new(image, self.allocation)),
                Err(e) => {
                    release_piece(self.handle, self.allocation);
                    return Err(e);
                }
            }
        }
        Ok(self.handle)
    }
}

/// Opens the image in `source` and returns its handle. If `piece` is not `None`, the handle, the
/// decoder and the buffers lie in this piece. Otherwise their memory comes from the heap.
pub(super) fn open_image(
    source: Source,
    header: &ImageHeader,
    options: &OpenOptions,
    piece: Option<HandleMemory>,
) -> Result<*mut cso_handle> {
    let piece = match piece {
        Some(piece) => piece,
        None if ONE_PIECE => HandleMemory::allocate(header, options)?,
        None => return allocate_boxed(Image::open_in(source, header, options, None)?),
    };
    piece.open(source, header, options)
}

/// Moves `image` to a new handle on the heap and returns the handle. The allocation is the same as
/// that of `Box::new`. If there is not enough memory, returns an error and does not abort.
fn allocate_boxed(image: Image<Source>) -> Result<*mut cso_handle> {
    // SAFETY: `alloc` requires a layout whose size is not 0. A `cso_handle` has fields that take
    // space, so its size is not 0.
    let place = unsafe { alloc::alloc::alloc(Layout::new::<cso_handle>()) }.cast::<cso_handle>();
    if place.is_null() {
        return Err(ErrorKind::OutOfMemory.into());
    }
    // SAFETY: `write` requires an aligned pointer to writable memory for a `cso_handle`. `place` is
    // not NULL, so it is a new allocation with the size and the alignment of this type.
    unsafe { place.write(cso_handle::new(image, Allocation::Boxed)) };
    Ok(place)
}

/// Drops a handle and releases its memory. Returns the source from which the image was read, or
/// `None` if a destructor panicked.
///
/// # Safety
///
/// `handle` is a handle that [`open_image`] returned and that has not been released before. No
/// other code uses it during this call or after it.
pub(super) unsafe fn release(handle: *mut cso_handle) -> Option<Source> {
    // SAFETY: both arms of the `match` require a valid handle that no other code uses. The contract
    // of this function guarantees that. `Box::from_raw` also requires an allocation with the layout
    // that `Box` uses. A handle is `Allocation::Boxed` only if `allocate_boxed` created it, and
    // that function uses this layout. Any other handle lies in a piece of memory. `read` moves it
    // out of the piece, and later only the bytes of the piece are released.
    let (image, allocation) = unsafe {
        match (*handle).allocation() {
            Allocation::Boxed if !ONE_PIECE => *Box::from_raw(handle),
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
        // SAFETY: `release_piece` requires the start of a piece that contains a decoder that no
        // code uses, and whose handle has been moved out. The handle is not boxed, so it was at the
        // start of a piece with a decoder. The code above has moved it out. It has also dropped the
        // image, which had the only reference to the decoder.
        unsafe { release_piece(handle, allocation) };
    }
    source
}

/// Drops the decoder in a piece of memory, and frees the piece if the library allocated it on the
/// heap. `handle` is the start of the piece.
///
/// # Safety
///
/// `handle` is the start of a piece that was allocated as `allocation` states and has not been
/// released before. The piece contains a decoder that no code uses any more. Its handle was never
/// written or has been moved out.
unsafe fn release_piece(handle: *mut cso_handle, allocation: Allocation) {
    let start = handle.cast::<u8>();
    let _ = catch_panics(|| {
        // SAFETY: `add` requires that the result lies within the piece. `drop_in_place` requires a
        // valid value that no other code uses and that is not dropped again. By the contract of
        // this function, `start` is the start of a piece with a decoder that no code uses. Every
        // piece contains its decoder at the offset `HANDLE_SIZE`. A piece is released only once.
        unsafe {
            start
                .add(HANDLE_SIZE)
                .cast::<BlockDecoder>()
                .drop_in_place()
        };
        Ok(())
    });
    if let Allocation::OnePiece { size } = allocation {
        // SAFETY: `dealloc` requires a pointer that `alloc` returned for the same layout and that
        // was not freed before. A piece has `Allocation::OnePiece` only if `HandleMemory::allocate`
        // allocated it, and that function uses this layout. A piece is released only once.
        unsafe { alloc::alloc::dealloc(start, piece_layout(size)) };
    }
}

/// Returns the layout of a heap allocation of `size` bytes that begins at a multiple of [`LINE`].
/// `size` is the size of a piece for a handle.
fn piece_layout(size: usize) -> Layout {
    // SAFETY: the alignment must be a power of two, and `LINE` is 64. `size`, rounded up to a
    // multiple of the alignment, must not exceed `isize::MAX`. `size` is the sum of the sizes of a
    // handle, a decoder and the buffers. The buffers have fewer than `usize::MAX / 16` bytes, which
    // `OpenOptions::bytes_needed` checks. The handle and the decoder are far smaller than the rest
    // of the allowed size.
    unsafe { Layout::from_size_align_unchecked(size, LINE) }
}
