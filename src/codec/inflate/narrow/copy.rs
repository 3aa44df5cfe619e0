//! Copies a match a word at a time.

use super::super::copy::copy_bytes;

/// Copies a match of `length` bytes from `distance` bytes before `at`; both are in the output.
#[inline(always)]
pub(super) fn copy_match(out: &mut [u8], at: usize, distance: usize, length: usize) {
    if distance < length {
        return copy_bytes(out, at, distance, length);
    }
    let (done, room) = out.split_at_mut(at);
    let Some(source) = done.get(at - distance..at - distance + length) else {
        return;
    };
    let Some(target) = room.get_mut(..length) else {
        return;
    };
    let mut words = target.chunks_exact_mut(4);
    let mut source_words = source.chunks_exact(4);
    for (to, from) in (&mut words).zip(&mut source_words) {
        to.copy_from_slice(from);
    }
    for (to, from) in words
        .into_remainder()
        .iter_mut()
        .zip(source_words.remainder())
    {
        *to = *from;
    }
}
