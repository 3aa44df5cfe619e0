//! Bytes from one place of the output to another.

use core::cell::Cell;

/// Copies `length` bytes from `distance` bytes before `at`, one by one: what is copied may itself be copied again.
///
/// Ranges outside the output copy nothing.
#[inline(always)]
pub(super) fn copy_bytes(out: &mut [u8], at: usize, distance: usize, length: usize) {
    // Source and target overlap: as cells both can be looked at in one go.
    let cells = Cell::from_mut(out).as_slice_of_cells();
    let Some(source) = at.checked_sub(distance).and_then(|from| cells.get(from..)) else {
        return;
    };
    let Some(target) = cells.get(at..at + length) else {
        return;
    };
    for (to, from) in target.iter().zip(source) {
        to.set(from.get());
    }
}
