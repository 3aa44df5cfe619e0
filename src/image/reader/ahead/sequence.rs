//! Whether the requests of a reader are sequential.

use crate::format::SECTOR_SIZE;

/// The last request of a reader, and how many requests have followed one another.
pub(in crate::image::reader) struct RequestSequence {
    /// Offset in the image of the last request.
    start: u64,
    /// Offset of the first byte after it.
    end: u64,
    /// Requests that began where the one before ended.
    count: u32,
}

impl RequestSequence {
    pub(in crate::image::reader) const fn new() -> Self {
        RequestSequence {
            // No image has bytes there.
            start: 1 << 63,
            end: 1 << 63,
            count: 0,
        }
    }

    /// Returns whether a request that begins at `offset` follows the last one: it begins where that
    /// ended, or less than a sector after it. (Programs that read raw CD sectors leave out a few
    /// bytes of each.)
    pub(in crate::image::reader) fn expects(&self, offset: u64) -> bool {
        offset.wrapping_sub(self.end) < u64::from(SECTOR_SIZE)
    }

    /// Records a request for `len` bytes from `offset` on. One that begins within the last request
    /// neither continues nor ends the sequence, because programs read some sectors twice.
    pub(in crate::image::reader) fn record(&mut self, offset: u64, len: u64) {
        if self.expects(offset) {
            self.count = self.count.saturating_add(1);
        } else if !(self.start..self.end).contains(&offset) {
            self.count = 0;
        }
        self.start = offset;
        self.end = offset + len;
    }

    /// Number of requests, up to the last one, that followed the one before. 0 after a jump.
    pub(in crate::image::reader) fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn counts(requests: &[(u64, u64)]) -> Vec<u32> {
        let mut sequence = RequestSequence::new();
        let count = |(offset, len): &(u64, u64)| {
            sequence.record(*offset, *len);
            sequence.count()
        };
        requests.iter().map(count).collect()
    }

    #[test]
    fn requests_that_follow_one_another_are_counted() {
        let sectors = [5, 6, 7, 7, 8, 10, 11, 3].map(|sector| (sector * 2048, 2048));
        assert_eq!(counts(&sectors), [0, 1, 2, 2, 3, 0, 1, 0]);
    }

    #[test]
    fn requests_of_any_size_may_follow_one_another() {
        assert_eq!(counts(&[(0, 100), (100, 9000), (9100, 1)]), [0, 1, 2]);
    }

    #[test]
    fn a_few_bytes_may_be_left_out() {
        let raw_sectors = [0, 1, 2, 3].map(|sector| (sector * 2352 + 24, 2048));
        assert_eq!(counts(&raw_sectors), [0, 1, 2, 3]);
        assert_eq!(counts(&[(0, 2048), (4096, 2048)]), [0, 0]);
    }

    #[test]
    fn a_part_of_the_last_request_may_be_read_again() {
        let requests = [
            (0, 4096),
            (4096, 4096),
            (6144, 2048),
            (8192, 2048),
            (4096, 2048),
        ];
        assert_eq!(counts(&requests), [0, 1, 1, 2, 0]);
    }
}
