//! Copies matches within the output. A match is a sequence of bytes that is copied from earlier
//! bytes of the output. The number of bytes from the source to the match is the distance. If the
//! distance is at least 8 bytes, several bytes are copied at a time.

use core::cell::Cell;

/// Number of bytes that [`copy_short`] copies. Most matches have at most this number of bytes.
pub(super) const SHORT: usize = 16;

/// Copies [`SHORT`] bytes of `out` from position `from` to position `at`. Copies nothing if one of
/// the two ranges is not inside `out`.
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

/// Copies a match of `length` bytes to position `at` of `out`. The source of the copy begins
/// `distance` bytes before `at`. Up to 15 bytes of `out` after the match may change too.
///
/// The caller must check that `distance` is at least 1 and at most `at`, and that the match is
/// inside `out`.
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

/// Sets the bytes from position `at` to `end` (exclusive) to the value of the byte before `at`.
fn fill(out: &mut [u8], at: usize, end: usize) {
    if let Some((&mut byte, run)) = out
        .get_mut(at - 1..end)
        .and_then(|run| run.split_first_mut())
    {
        run.fill(byte);
    }
}

/// Copies bytes from position `from` to position `at`, `N` bytes at a time, until the bytes up to
/// position `end` (exclusive) are written. The last copy may write up to `N - 1` bytes after `end`.
/// `at` must be at least `N` bytes after `from`, so that the `N` bytes that are read do not overlap
/// the `N` bytes that are then written.
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

/// Copies a match of `length` bytes to position `at` of `out`. The source of the copy begins
/// `distance` bytes before `at`. The bytes are copied one by one. If `length` is more than
/// `distance`, the source includes the first bytes of the match, which must be written before they
/// are read. Copies nothing if the match is not inside `out`.
#[inline(always)]
fn copy_bytes(out: &mut [u8], at: usize, distance: usize, length: usize) {
    // The source and the target can overlap. Rust does not allow a shared slice and a mutable slice
    // that overlap, but it allows two slices of cells that overlap.
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
