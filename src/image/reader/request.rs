//! `Request`: the byte range of the image that a call still has to read.

use crate::format::ImageHeader;

/// The part of a request that was not read yet. A request is one call that reads a byte range of
/// the decoded image. The value is updated as the caller's buffer is filled.
///
/// The start and the end of the remaining range are kept as a block number and an offset within
/// that block. So the division by the block size is done only once for each request.
pub(super) struct Request<'a> {
    /// The current block, which is the number of the block that has the next byte to read.
    pub(super) block: u32,
    /// Offset of the next byte to read within the current block, in bytes.
    pub(super) offset_in_block: usize,
    /// Number of the last block that has requested bytes.
    pub(super) last_block: u32,
    /// Number of bytes from the start of the last block to the end of the request, 1 or more.
    end_in_last_block: usize,
    /// Number of decoded bytes in a block. The last block of the image may have fewer.
    pub(super) block_size: usize,
    /// The part of the caller's buffer that is not filled yet.
    rest: &'a mut [u8],
}

impl<'a> Request<'a> {
    /// Returns the request that fills `out` with bytes of the decoded image, beginning with byte
    /// `offset`. The range must not extend past the end of the image, and `out` must not be empty.
    pub(super) fn new(header: &ImageHeader, offset: u64, out: &'a mut [u8]) -> Self {
        let (block, offset_in_block) = header.block_and_offset(offset);
        let (last_block, last_byte) = header.block_and_offset(offset + out.len() as u64 - 1);
        Request {
            block,
            offset_in_block: offset_in_block as usize,
            last_block,
            end_in_last_block: last_byte as usize + 1,
            block_size: header.block_size as usize,
            rest: out,
        }
    }

    /// Returns a request for all bytes of `count` blocks, beginning with block number `first`.
    /// `count` is 1 or more, and each block has the full block size. The request has no buffer, so
    /// it can only be used to plan which blocks to read.
    #[cfg(feature = "std")]
    pub(super) fn for_blocks(header: &ImageHeader, first: u32, count: u32) -> Self {
        let block_size = header.block_size as usize;
        Request {
            block: first,
            offset_in_block: 0,
            last_block: first + (count - 1),
            end_in_last_block: block_size,
            block_size,
            rest: &mut [],
        }
    }

    /// Returns a copy of the request. The copy uses the caller's buffer, so the original cannot be
    /// used until the copy is dropped. Filling the copy does not change the original.
    #[cfg(feature = "std")]
    pub(super) fn reborrow(&mut self) -> Request<'_> {
        Request {
            rest: &mut *self.rest,
            ..*self
        }
    }

    /// Returns the part of the caller's buffer for the next `blocks` blocks, and moves the request
    /// past these blocks. Other threads fill the returned part later. All bytes of these blocks
    /// have to be requested.
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

    /// Returns the number of requested bytes that were not read yet.
    #[inline]
    pub(super) fn rest_len(&self) -> usize {
        self.rest.len()
    }

    /// Returns which bytes of block number `block` are requested, as offsets within the block. The
    /// first number is the offset of the first byte, and the second is the offset of the end
    /// (exclusive). The block must not be before the current block or after the last block.
    #[inline]
    pub(super) fn part_of(&self, block: u32) -> (usize, usize) {
        let start = if block == self.block {
            self.offset_in_block
        } else {
            0
        };
        let end = match block == self.last_block {
            true => self.end_in_last_block,
            false => self.block_size,
        };
        (start, end)
    }

    /// Returns where the requested part of block number `block` goes, as a range of
    /// [`rest`](Self::rest). The block must not be before the current block or after the last
    /// block.
    pub(super) fn target_range(&self, block: u32) -> core::ops::Range<usize> {
        let (start, end) = self.part_of(block);
        let skipped = (block - self.block) as usize * self.block_size;
        skipped + start - self.offset_in_block..skipped + end - self.offset_in_block
    }

    /// Returns how many of `count` blocks, beginning with block number `first`, are requested whole
    /// and have the full block size. Only the last block of the request is checked. The caller has
    /// to make sure that block `first` is requested from its first byte on, and that the blocks do
    /// not extend past the last block of the request. `count` is 1 or more.
    #[inline]
    pub(super) fn whole_blocks(&self, first: u32, count: usize) -> usize {
        let has_last = u64::from(first) + count as u64 > u64::from(self.last_block);
        match has_last && self.end_in_last_block != self.block_size {
            true => (self.last_block - first) as usize,
            false => count,
        }
    }

    /// Records that the next `bytes` bytes of the caller's buffer were filled. Block number `block`
    /// becomes the current block, and the next byte to read is its first byte.
    #[inline]
    pub(super) fn advance_past(&mut self, block: u32, bytes: usize) {
        self.skip_filled(bytes);
        self.block = block;
        self.offset_in_block = 0;
    }

    /// Records that the next `bytes` bytes of the caller's buffer were filled with bytes of the
    /// current block. If this was the end of the block, the next block becomes the current block.
    #[inline]
    pub(super) fn advance_within(&mut self, bytes: usize) {
        self.skip_filled(bytes);
        self.offset_in_block += bytes;
        if self.offset_in_block == self.block_size {
            self.block += 1;
            self.offset_in_block = 0;
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
        assert_eq!(
            (request.block, request.offset_in_block, request.last_block),
            (1, 2000, 4)
        );
        assert_eq!(request.part_of(1), (2000, 2048));
        assert_eq!(request.part_of(2), (0, 2048));
        assert_eq!(request.part_of(4), (0, 4));
        request.advance_within(48);
        assert_eq!((request.block, request.offset_in_block), (2, 0));
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
        assert_eq!((request.last_block, request.part_of(3)), (3, (0, 2048)));
        assert_eq!(request.whole_blocks(3, 1), 1);
    }
}
