//! Copies of matches within the output, several bytes at a time if the distance is large enough.

use core::cell::Cell;

/// Number of bytes that [`copy_short`] copies. Most matches are not longer.
pub(super) const SHORT: usize = 16;

/// Copies [`SHORT`] bytes from position `from` to `at`. Copies nothing if one of the ranges exceeds
/// `out`.
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

/// Copies a match of `length` bytes to position `at`, from `distance` bytes before it. May change
/// bytes of `out` after the match.
///
/// The caller must check that the match and the bytes that it copies are inside `out`.
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

/// Fills the bytes from `at` to `end` with the byte before `at`.
fn fill(out: &mut [u8], at: usize, end: usize) {
    if let Some((&mut byte, run)) = out
        .get_mut(at - 1..end)
        .and_then(|run| run.split_first_mut())
    {
        run.fill(byte);
    }
}

/// Copies `N` bytes at a time from position `from` to `at`, until `end` is reached or exceeded. The
/// two positions are at least `N` bytes apart.
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

/// Copies `length` bytes to position `at`, from `distance` bytes before it, one by one, so that
/// bytes of this match can be copied again. Copies nothing if one of the ranges exceeds `out`.
#[inline(always)]
fn copy_bytes(out: &mut [u8], at: usize, distance: usize, length: usize) {
    // Source and target overlap. As slices of cells, both can be borrowed.
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
