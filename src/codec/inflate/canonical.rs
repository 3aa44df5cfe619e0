//! Canonical Huffman codes, as both decoders keep them: as 15-bit numbers with the first bit of the code on top, so that codes
//! of all lengths compare in the order in which they are assigned.

use super::symbols::MAX_CODE_LENGTH;

/// Number of codes of each length; the count at 0 means nothing.
pub(super) type Counts = [u16; MAX_CODE_LENGTH + 1];

/// The whole code space: codes are complete when their shares of it sum up to this.
pub(super) const SPACE: u32 = 1 << MAX_CODE_LENGTH;

/// Finds the code of `shortest` bits or more that the lowest of `bits` begin with: its symbol's place among those sorted by
/// code, and its length.
///
/// `first` has the first code of each length, and behind the longest where the codes end; `offset` has where the symbols of
/// each length begin.
#[inline(always)]
pub(super) fn find(
    bits: u32,
    shortest: usize,
    first: &[u16; MAX_CODE_LENGTH + 2],
    offset: &[u16; MAX_CODE_LENGTH + 1],
) -> (usize, usize) {
    let code = (bits as u16).reverse_bits() >> 1;
    let mut length = shortest;
    while length < MAX_CODE_LENGTH && code >= first[length + 1] {
        length += 1;
    }
    let place = usize::from(offset[length])
        + usize::from((code - first[length]) >> (MAX_CODE_LENGTH - length));
    (place, length)
}
