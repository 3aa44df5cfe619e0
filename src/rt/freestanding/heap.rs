//! The allocator, which uses `malloc` of the C library.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn memalign(align: usize, size: usize) -> *mut c_void;
    fn free(at: *mut c_void);
}

/// Alignment of every result of `malloc`, in bytes.
const MALLOC_ALIGN: usize = 8;

/// Size of a line of the PSP's data cache, in bytes. A device can transfer data straight into a
/// buffer that begins at a line and shares no line with other data.
const LINE: usize = 64;

/// Smallest size, in bytes, of an allocation that is aligned to a cache line. Buffers for transfers
/// have at least this size.
const MIN_LINE_ALIGNED: usize = 1024;

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: `malloc` and `memalign` return NULL or an allocation of the requested size. `memalign`
// aligns it as requested, and `malloc` to `MALLOC_ALIGN`. `free` accepts the results of both. A
// size is never 0, by the contract of the trait.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let large = layout.size() >= MIN_LINE_ALIGNED;
        let align = layout.align().max(if large { LINE } else { 1 });
        // SAFETY: both functions accept any size. `memalign` requires a power of two as alignment,
        // which the maximum of two powers of two is.
        let block = unsafe {
            if align <= MALLOC_ALIGN {
                malloc(layout.size())
            } else {
                memalign(align, layout.size())
            }
        };
        block.cast()
    }

    unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
        // SAFETY: `at` is a result of `alloc` that has not been freed, by the contract of the
        // trait.
        unsafe { free(at.cast()) }
    }
}
