//! `Request`: the byte range of the decoded image that one call reads.

use crate::format::ImageHeader;

/// The part of a request that was not read yet, as a byte range of the decoded image.
///
/// The position of the first byte and that of the last byte are each kept as a block number and an
/// offset within that block. These numbers are therefore computed only once for each request.
pub(super) struct Request<'a> {
    /// The current block: the number of the block that has the next byte to read.
    pub(super) block: u32,
    /// Offset of the next byte within the current block.
    pub(super) within: usize,
    /// Number of the last block of the request.
    pub(super) last: u32,
    /// Offset of the end of the request within the last block, 1 or more.
    last_end: usize,
    pub(super) block_size: usize,
    /// The part of the caller's buffer that is not filled yet.
    rest: &'a mut [u8],
}

impl<'a> Request<'a> {
    /// Returns the request that fills `out` with the bytes of the image that begin at `offset`. The
    /// range has to lie within the image, and `out` must not be empty.
    pub(super) fn new(header: &ImageHeader, offset: u64, out: &'a mut [u8]) -> Self {
        let (block, within) = header.block_and_offset(offset);
        let (last, last_byte) = header.block_and_offset(offset + out.len() as u64 - 1);
        Request {
            block,
            within: within as usize,
            last,
            last_end: last_byte as usize + 1,
            block_size: header.block_size as usize,
            rest: out,
        }
    }

    /// Returns a request for all bytes of `count` blocks, beginning with block number `first`, for
    /// planning only: it has no buffer to fill. `count` is 1 or more, and each block has the full
    /// block size.
    #[cfg(feature = "std")]
    pub(super) fn for_blocks(header: &ImageHeader, first: u32, count: u32) -> Self {
        let block_size = header.block_size as usize;
        Request {
            block: first,
            within: 0,
            last: first + (count - 1),
            last_end: block_size,
            block_size,
            rest: &mut [],
        }
    }

    /// Returns a copy of the request that borrows the same buffer.
    #[cfg(feature = "std")]
    pub(super) fn reborrow(&mut self) -> Request<'_> {
        Request {
            rest: &mut *self.rest,
            ..*self
        }
    }

    /// Returns the part of the caller's buffer that the next `blocks` blocks fill, and moves the
    /// request past these blocks. Other threads fill the returned part.
    #[cfg(feature = "std")]
    pub(super) fn take_blocks(&mut self, blocks: usize) -> &'a mut [u8] {
        let rest = core::mem::take(&mut self.rest);
        let (taken, rest) = rest.split_at_mut(blocks * self.block_size);
        self.rest = rest;
        self.block += blocks as u32;
        taken
    }

    #[inline]
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns the part of the caller's buffer that is not filled yet.
    #[inline]
    pub(super) fn rest(&mut self) -> &mut [u8] {
        self.rest
    }

    /// Returns the number of bytes that are not filled yet.
    #[inline]
    pub(super) fn rest_len(&self) -> usize {
        self.rest.len()
    }

    /// Returns the requested part of block number `block`, as offsets within the block: the first
    /// byte, and the end (exclusive). The block lies between the current and the last block,
    /// inclusive.
    #[inline]
    pub(super) fn part_of(&self, block: u32) -> (usize, usize) {
        let start = if block == self.block { self.within } else { 0 };
        let end = match block == self.last {
            true => self.last_end,
            false => self.block_size,
        };
        (start, end)
    }

    /// Returns the range of [`rest`](Self::rest) that the requested part of `block` fills.
    pub(super) fn place(&self, block: u32) -> core::ops::Range<usize> {
        let (start, end) = self.part_of(block);
        let skipped = (block - self.block) as usize * self.block_size;
        skipped + start - self.within..skipped + end - self.within
    }

    /// Returns how many of the `count` blocks from block number `first` on are requested whole.
    /// `count` is 1 or more. The result is correct only if block `first` is requested from its
    /// first byte on.
    #[inline]
    pub(super) fn whole_blocks(&self, first: u32, count: usize) -> usize {
        let has_last = u64::from(first) + count as u64 > u64::from(self.last);
        match has_last && self.last_end != self.block_size {
            true => (self.last - first) as usize,
            false => count,
        }
    }

    /// Moves the request past the next `bytes` bytes, which were filled, to the start of block
    /// number `block`.
    #[inline]
    pub(super) fn advance_past(&mut self, block: u32, bytes: usize) {
        self.skip_filled(bytes);
        self.block = block;
        self.within = 0;
    }

    /// Moves the request past the next `bytes` bytes of the current block, which were filled.
    #[inline]
    pub(super) fn advance_within(&mut self, bytes: usize) {
        self.skip_filled(bytes);
        self.within += bytes;
        if self.within == self.block_size {
            self.block += 1;
            self.within = 0;
        }
    }

    #[inline]
    fn skip_filled(&mut self, bytes: usize) {
        let rest = core::mem::take(&mut self.rest);
        self.rest = &mut rest[bytes..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Coding, Format, TableLayout};
    use std::vec;

    fn header() -> ImageHeader {
        ImageHeader {
            format: Format::CsoV1,
            version: 1,
            size: 10 * 2048 + 5,
            block_size: 2048,
            blocks: 11,
            index_shift: 0,
            tables: TableLayout::default(),
            file_len: 0,
            compressed_coding: Coding::Deflate,
            block_prefix: 0,
            md5: None,
        }
    }

    #[test]
    fn a_request_that_begins_and_ends_within_blocks() {
        let mut out = vec![0; 2 * 2048 + 52];
        let mut request = Request::new(&header(), 2048 + 2000, &mut out);
        assert_eq!((request.block, request.within, request.last), (1, 2000, 4));
        assert_eq!(request.part_of(1), (2000, 2048));
        assert_eq!(request.part_of(2), (0, 2048));
        assert_eq!(request.part_of(4), (0, 4));
        request.advance_within(48);
        assert_eq!((request.block, request.within), (2, 0));
        assert_eq!(request.whole_blocks(2, 3), 2);
        assert_eq!(request.whole_blocks(2, 1), 1);
        request.advance_past(4, 4096);
        assert_eq!(request.rest_len(), 4);
        request.advance_within(4);
        assert!(request.is_done());
    }

    #[test]
    fn a_request_that_ends_at_the_end_of_a_block() {
        let mut out = vec![0; 2048];
        let request = Request::new(&header(), 3 * 2048, &mut out);
        assert_eq!((request.last, request.part_of(3)), (3, (0, 2048)));
        assert_eq!(request.whole_blocks(3, 1), 1);
    }
}
