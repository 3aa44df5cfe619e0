//! The heap is the C library's.

use core::alloc::{GlobalAlloc, Layout};
use core::ffi::c_void;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn memalign(align: usize, size: usize) -> *mut c_void;
    fn free(at: *mut c_void);
}

/// What every malloc aligns to.
const MALLOC_ALIGN: usize = 8;

/// A line of the PSP's data cache. A transfer into memory that shares none with other data needs no
/// copy on its way.
const LINE: usize = 64;

/// From this size on a block begins at a line: buffers do, small structs need not.
const WORTH_A_LINE: usize = 1024;

struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

// SAFETY: `malloc` and `memalign` give blocks of the size asked for, aligned to 8 bytes or as asked
// for, or NULL; `free` takes the blocks of both. A size is never 0, by the contract of the trait.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let large = layout.size() >= WORTH_A_LINE;
        let align = layout.align().max(if large { LINE } else { 1 });
        // SAFETY: C's own functions, with a power of two for an alignment.
        let block = unsafe {
            match align <= MALLOC_ALIGN {
                true => malloc(layout.size()),
                false => memalign(align, layout.size()),
            }
        };
        block.cast()
    }

    unsafe fn dealloc(&self, at: *mut u8, _: Layout) {
        // SAFETY: `at` is a block of `alloc`, by the contract of the trait.
        unsafe { free(at.cast()) }
    }
}
