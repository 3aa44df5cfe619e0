//! The allocator of the library on a machine without std. It calls `malloc`, `memalign` and `free`
//! of the C program.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn memalign(align: usize, size: usize) -> *mut c_void;
    fn free(at: *mut c_void);
}

/// Alignment, in bytes, that `malloc` guarantees for every allocation.
const MALLOC_ALIGN: usize = 8;

/// Size of a cache line of the PSP, in bytes. A cache line is the piece of memory that the
/// processor's data cache loads and writes back at once. A device can transfer data straight into a
/// buffer only if the buffer begins at a multiple of this size and shares no line with other data.
const LINE: usize = 64;

/// Smallest size, in bytes, of the allocations that always begin at a cache line, even if the
/// caller requests a smaller alignment. Every buffer into which a device transfers data has at
/// least this size.
const MIN_LINE_ALIGNED: usize = 1024;

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: `GlobalAlloc` requires that `alloc` returns NULL or a new allocation that has at least
// the requested size and alignment. `malloc` and `memalign` return NULL or a new allocation of the
// requested size. `memalign` aligns the allocation as requested. `malloc` aligns it to
// `MALLOC_ALIGN`, and is called only if that is sufficient.
//
// The trait also requires that `dealloc` releases any result of `alloc`. It does, because `free`
// accepts the results of `malloc` and of `memalign`. Finally, the trait requires that its methods
// do not panic. No operation in the two methods can panic.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let large = layout.size() >= MIN_LINE_ALIGNED;
        let align = layout.align().max(if large { LINE } else { 1 });
        // SAFETY: `malloc` and `memalign` accept any size. `memalign` also requires that the
        // alignment is a power of two. `align` is the larger of two numbers, each of which is a
        // power of two: the alignment of a `Layout`, and either `LINE` or 1.
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
        // SAFETY: `free` requires a pointer that `malloc` or `memalign` returned and that was not
        // freed before. `GlobalAlloc` requires of the caller that `at` is a result of `alloc` that
        // was not deallocated before, and `alloc` returns only results of these two functions.
        unsafe { free(at.cast()) }
    }
}
