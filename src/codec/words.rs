//! Copies for 32-bit machines, a word at a time: most of them are too short for a call of C's
//! `memcpy`.

/// Copies `length` bytes within `out`, from `distance` bytes before `at` to `at`. What is copied may
/// itself be copied again. Up to 3 bytes behind the copy may change too.
///
/// The distance is neither 0 nor more than `at`, and the copy ends within `out`; any other copies
/// nothing.
#[inline(always)]
pub(super) fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) {
    let whole = (length + 3) & !3;
    if distance < whole || distance > at {
        return copy_overlapping(out, at, distance, length);
    }
    let (done, room) = out.split_at_mut(at);
    match (done[at - distance..].get(..whole), room.get_mut(..whole)) {
        (Some(from), Some(to)) => copy_words(from, to),
        _ => copy_overlapping(out, at, distance, length),
    }
}

/// Each part is as long as the distance at the most, so that it does not overlap with what it is
/// copied from; and then twice as much is there to copy from.
#[inline(never)]
fn copy_overlapping(out: &mut [u8], mut at: usize, distance: usize, length: usize) {
    let end = at + length;
    if distance == 0 || distance > at || end > out.len() {
        return;
    }
    let start = at - distance;
    while at < end {
        let (done, room) = out.split_at_mut(at);
        let from = &done[start..];
        let count = from.len().min(end - at);
        copy(&from[..count], &mut room[..count]);
        at += count;
    }
}

/// Copies `from` to `to`, which are equally long.
#[inline(always)]
pub(super) fn copy(from: &[u8], to: &mut [u8]) {
    let whole = from.len().min(to.len()) & !3;
    let (from, from_rest) = from.split_at(whole);
    let (to, to_rest) = to.split_at_mut(whole);
    copy_words(from, to);
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = *from;
    }
}

/// Copies all whole words of `from` to `to`, which are equally long.
#[inline(always)]
fn copy_words(from: &[u8], to: &mut [u8]) {
    for (to, from) in to.chunks_exact_mut(4).zip(from.chunks_exact(4)) {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn every_distance_and_length_copies_as_byte_by_byte() {
        let before: Vec<u8> = (0..40u8).map(|i| i.wrapping_mul(7)).collect();
        for at in 0..before.len() {
            for distance in 1..=at {
                for length in 0..=before.len() - at {
                    let mut expected = before.clone();
                    for i in at..at + length {
                        expected[i] = expected[i - distance];
                    }
                    let mut out = before.clone();
                    copy_match(&mut out, at, distance, length);
                    assert_eq!(out[..at + length], expected[..at + length]);
                    let touched = before.len().min(at + length + 3);
                    assert_eq!(out[touched..], before[touched..]);
                }
            }
        }
    }

    #[test]
    fn what_lies_outside_copies_nothing() {
        let before = [1, 2, 3, 4, 5, 6, 7, 8];
        for (at, distance, length) in [(2, 3, 1), (2, 0, 1), (2, 1, 7), (9, 1, 1), (8, 8, 1)] {
            let mut out = before;
            copy_match(&mut out, at, distance, length);
            assert_eq!(out, before, "{at} {distance} {length}");
        }
    }
}
