//! A handle in one piece of memory: how much that takes, and what lies where.
//!
//! It is the caller's, or on a small machine one from the heap.
//!
//! From the first multiple of a cache line on: the handle, the decoder, the buffers.

use super::abi::*;
use super::guard::guard;
use super::handle::{cso_handle, Home};
use super::open::{bytes, open_options};
use super::source::Source;
use super::structs::read_options;
use crate::error::{ErrorKind, Result};
use crate::format::ImageHeader;
use crate::image::block_decoder::BlockDecoder;
use crate::image::storage::{round_up_to_line, LentMemory, LINE};
use crate::image::{Image, OpenOptions};
use alloc::alloc::Layout;
use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

const HANDLE_SIZE: usize = round_up_to_line(size_of::<cso_handle>());
const DECODER_SIZE: usize = round_up_to_line(size_of::<BlockDecoder>());

const _: () = assert!(align_of::<cso_handle>() <= LINE && align_of::<BlockDecoder>() <= LINE);

/// Memory for one handle: nothing is in it yet.
pub(super) struct Room {
    home: Home,
    handle: *mut cso_handle,
    decoder: *mut BlockDecoder,
    bytes: &'static mut [u8],
}

impl Room {
    /// The memory that the options lend, if they do.
    ///
    /// # Safety
    ///
    /// The options keep the contract of the API.
    pub(super) unsafe fn of(options: &cso_open_options) -> Result<Option<Room>> {
        let (memory, size) = (options.memory.cast::<u8>(), options.memory_size);
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
        let Some(left) = size.checked_sub(taken) else {
            return Err(ErrorKind::OutOfMemory.into());
        };
        // SAFETY: all of it lies within the caller's `size` bytes, which are ours until the handle
        // is closed.
        unsafe { Ok(Some(Room::at(memory.add(skipped), left, Home::LentRoom))) }
    }

    /// A room that begins at `start`, with `left` bytes for the buffers.
    ///
    /// # Safety
    ///
    /// `start` is a multiple of `LINE`, and all its bytes are ours until the handle is closed.
    unsafe fn at(start: *mut u8, left: usize, home: Home) -> Room {
        // SAFETY: as the caller promises. The values of the bytes may be anything: they are written
        // before they are read.
        unsafe {
            Room {
                home,
                handle: start.cast(),
                decoder: start.add(HANDLE_SIZE).cast(),
                bytes: slice::from_raw_parts_mut(start.add(HANDLE_SIZE + DECODER_SIZE), left),
            }
        }
    }

    /// Memory of the heap that is just enough for the image with this header.
    pub(super) fn own(header: &ImageHeader, options: &OpenOptions) -> Result<Room> {
        let left = options.bytes_needed(header)?;
        let size = HANDLE_SIZE + DECODER_SIZE + left;
        // SAFETY: the layout has bytes.
        let start = unsafe { alloc::alloc::alloc(layout(size)) };
        if start.is_null() {
            return Err(ErrorKind::OutOfMemory.into());
        }
        // SAFETY: the bytes are ours until they are freed: by `leave`.
        Ok(unsafe { Room::at(start, left, Home::OwnRoom(size)) })
    }

    /// Opens an image in this memory.
    pub(super) fn open(
        self,
        source: Source,
        header: &ImageHeader,
        options: &OpenOptions,
    ) -> Result<*mut cso_handle> {
        // SAFETY: aligned, large enough and ours alone. The reference to the decoder ends with the
        // image that has it.
        unsafe {
            self.decoder.write(BlockDecoder::new());
            let memory = LentMemory {
                decoder: &mut *self.decoder,
                bytes: self.bytes,
            };
            match Image::open_in(source, header, options, Some(memory)) {
                Ok(image) => self.handle.write(cso_handle::new(image, self.home)),
                Err(e) => {
                    Room::leave(self.handle, self.home);
                    return Err(e);
                }
            }
        }
        Ok(self.handle)
    }

    /// Drops what is in the room beside the handle, and gives its memory back.
    ///
    /// # Safety
    ///
    /// This is the room's place and home, the decoder is there, the handle and its image are not, or
    /// not any more, and this is called once.
    pub(super) unsafe fn leave(handle: *mut cso_handle, home: Home) {
        let start = handle.cast::<u8>();
        let _ = guard(|| {
            // SAFETY: the decoder lies there, and nobody else uses it any more.
            unsafe {
                start
                    .add(HANDLE_SIZE)
                    .cast::<BlockDecoder>()
                    .drop_in_place()
            };
            Ok(())
        });
        if let Home::OwnRoom(size) = home {
            // SAFETY: allocated by `own`.
            unsafe { alloc::alloc::dealloc(start, layout(size)) };
        }
    }
}

/// The layout of a room of the heap.
fn layout(size: usize) -> Layout {
    // SAFETY: a power of two, and sizes that were checked to be far from what can be addressed.
    unsafe { Layout::from_size_align_unchecked(size, LINE) }
}

/// Tells how many bytes to lend as cso_open_options.memory for an image whose file begins with the
/// len bytes at head: CSO_PROBE_SIZE of them, or the whole file if that is shorter. The memory may be
/// of any alignment: the 63 bytes that aligning it to 64 may take are counted. NULL options stand for
/// all defaults; of those that are given, index_page_blocks counts, which bounds what the index takes.
///
/// 0 if the file can be no image, or one that is too large to address; opening it tells why. Bytes of
/// no compressed format are taken for the beginning of a plain image, which takes the least.
#[no_mangle]
pub unsafe extern "C" fn cso_memory_needed(
    head: *const c_void,
    len: usize,
    options: *const cso_open_options,
) -> usize {
    let needed = guard(|| {
        // SAFETY: by the contract of the API; nothing keeps the bytes beyond this call.
        let (head, options) = unsafe { (bytes(head, len)?, read_options(options)?) };
        let options = open_options(&options)?;
        let buffers = match ImageHeader::parse(head, super::open::ANY_LENGTH)? {
            Some(header) => options.bytes_needed(&header)?,
            None => 0,
        };
        Ok(LINE - 1 + HANDLE_SIZE + DECODER_SIZE + buffers)
    });
    needed.unwrap_or(0)
}
