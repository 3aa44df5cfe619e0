//! Bytes from one place of the output to another, many at a time where they lie far enough apart.

use core::cell::Cell;

/// Most matches are no longer than this, and are copied as this many bytes at once.
pub(super) const SHORT: usize = 16;

/// Copies [`SHORT`] bytes; ranges outside the output copy nothing.
#[inline(always)]
pub(super) fn copy_short(out: &mut [u8], from: usize, at: usize) {
    let Some(&bytes) = out
        .get(from..from + SHORT)
        .and_then(|source| source.first_chunk::<SHORT>())
    else {
        return;
    };
    if let Some(target) = out
        .get_mut(at..at + SHORT)
        .and_then(|target| target.first_chunk_mut())
    {
        *target = bytes;
    }
}

/// Copies a match of `length` bytes from `distance` bytes before `at`. What follows up to the end of `out` may be overwritten.
///
/// The caller has checked that the match is inside `out`.
#[inline(never)]
pub(super) fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) {
    let (from, end) = (at - distance, at + length);
    if distance >= 16 && end + 16 <= out.len() {
        copy_chunks::<16>(out, from, at, end);
    } else if distance >= 8 && end + 8 <= out.len() {
        copy_chunks::<8>(out, from, at, end);
    } else if distance == 1 && length >= 16 {
        fill(out, at, end);
    } else {
        copy_bytes(out, at, distance, length);
    }
}

/// Repeats the byte before `at`.
fn fill(out: &mut [u8], at: usize, end: usize) {
    if let Some((&mut byte, run)) = out
        .get_mut(at - 1..end)
        .and_then(|run| run.split_first_mut())
    {
        run.fill(byte);
    }
}

/// Copies `N` bytes at a time, up to `N` of them too many; source and target are at least `N` apart.
#[inline(always)]
fn copy_chunks<const N: usize>(out: &mut [u8], mut from: usize, mut at: usize, end: usize) {
    while at < end {
        let Some(&bytes) = out.get(from..).and_then(|rest| rest.first_chunk::<N>()) else {
            return;
        };
        let Some(target) = out.get_mut(at..).and_then(|rest| rest.first_chunk_mut()) else {
            return;
        };
        *target = bytes;
        from += N;
        at += N;
    }
}

/// Copies `length` bytes from `distance` bytes before `at`, one by one: what is copied may itself be copied again.
///
/// Ranges outside the output copy nothing.
#[inline(always)]
fn copy_bytes(out: &mut [u8], at: usize, distance: usize, length: usize) {
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
