//! Functions that copy bytes. The decoders for 32-bit machines use them. Most copies are so short
//! that a call of C's `memcpy` would take longer than the copy. So the functions for common cases
//! are inlined, and copy four bytes at a time.

/// Copies a match of `length` bytes within `out`. The match begins at offset `at`, which must not
/// exceed the length of `out`. The source of the match begins `distance` bytes before the match. If
/// `distance` is less than `length`, the match overlaps its source. The copied bytes then repeat
/// with a period of `distance` bytes. Up to 3 bytes of `out` after the match may also change.
///
/// Copies nothing if `distance` is 0 or greater than `at`, or if the match extends past the end of
/// `out`.
#[inline(always)]
pub(super) fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) {
    let whole = (length + 3) & !3;
    if distance < whole || distance > at {
        return copy_overlapping(out, at, distance, length);
    }
    let (done, rest) = out.split_at_mut(at);
    match (done[at - distance..].get(..whole), rest.get_mut(..whole)) {
        (Some(from), Some(to)) => copy_words(from, to),
        _ => copy_overlapping(out, at, distance, length),
    }
}

/// Copies a match like [`copy_match`], but does not change the bytes after the match.
///
/// The match may overlap its source. So each iteration copies only bytes that are already final:
/// those from the start of the source up to `at`, the end of the copied bytes. The first iteration
/// copies up to `distance` bytes, and each later one up to twice as many as the one before.
#[inline(never)]
fn copy_overlapping(out: &mut [u8], mut at: usize, distance: usize, length: usize) {
    let end = at + length;
    if distance == 0 || distance > at || end > out.len() {
        return;
    }
    let start = at - distance;
    while at < end {
        let (done, rest) = out.split_at_mut(at);
        let from = &done[start..];
        let count = from.len().min(end - at);
        copy(&from[..count], &mut rest[..count]);
        at += count;
    }
}

/// Copies all bytes of `from` to `to`. The two slices must have the same length.
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

/// Copies the bytes of `from` to `to`, except up to 3 bytes at the end that do not fill a word of
/// four bytes. The two slices must have the same length.
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
    fn every_match_copies_like_a_byte_by_byte_loop() {
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
    fn invalid_matches_copy_nothing() {
        let before = [1, 2, 3, 4, 5, 6, 7, 8];
        for (at, distance, length) in [(2, 3, 1), (2, 0, 1), (2, 1, 7), (9, 1, 1), (8, 8, 1)] {
            let mut out = before;
            copy_match(&mut out, at, distance, length);
            assert_eq!(out, before, "at {at}, distance {distance}, length {length}");
        }
    }
}
