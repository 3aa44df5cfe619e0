//! Copies matches within the output, several bytes at a time if the distance is large enough.

use core::cell::Cell;

/// Number of bytes that [`copy_short`] copies at once. Most matches are not longer.
pub(super) const SHORT: usize = 16;

/// Copies [`SHORT`] bytes of `out` from position `from` to position `at`. Copies nothing if one of
/// the two ranges exceeds `out`.
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

/// Copies a match of `length` bytes to position `at`. The bytes are copied from `distance` bytes
/// before `at`. Bytes of `out` after the match may change.
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

/// Fills the positions from `at` to `end` (exclusive) with the byte before `at`.
fn fill(out: &mut [u8], at: usize, end: usize) {
    if let Some((&mut byte, run)) = out
        .get_mut(at - 1..end)
        .and_then(|run| run.split_first_mut())
    {
        run.fill(byte);
    }
}

/// Copies `N` bytes at a time from position `from` to position `at`, until `end` is reached or
/// exceeded. `at` must be at least `N` bytes after `from`.
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

/// Copies `length` bytes to position `at`, from `distance` bytes before `at`. Copies them one by
/// one, because the match may copy bytes that it has itself written. Copies nothing if the match
/// exceeds `out`.
#[inline(always)]
fn copy_bytes(out: &mut [u8], at: usize, distance: usize, length: usize) {
    // Source and target may overlap, so Rust does not allow a mutable slice of the target beside a
    // slice of the source. Slices of cells allow it.
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
