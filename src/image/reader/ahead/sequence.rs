//! `RequestSequence`: detects that requests are sequential, which means that each request begins
//! where the one before it ended.

use crate::format::SECTOR_SIZE;

/// The byte range of a reader's last request, and the number of requests of the current sequence.
/// In a sequence, each request continues the request before it.
pub(in crate::image::reader) struct RequestSequence {
    /// Offset in the image of the first byte of the last request.
    start: u64,
    /// Offset in the image of the first byte after the last request.
    end: u64,
    /// Number of requests of the current sequence, without its first request.
    count: u32,
}

impl RequestSequence {
    pub(in crate::image::reader) const fn new() -> Self {
        RequestSequence {
            // No request begins at this offset, because every image is shorter. Therefore the first
            // request begins a new sequence.
            start: 1 << 63,
            end: 1 << 63,
            count: 0,
        }
    }

    /// Returns whether a request that begins at byte `offset` of the image continues the last
    /// request. It does if it begins at the end of the last request, or less than a sector (2048
    /// bytes) after it. A gap is allowed, because programs that read CD sectors of 2352 bytes skip
    /// a few bytes of each sector.
    pub(in crate::image::reader) fn is_continued_by(&self, offset: u64) -> bool {
        offset.wrapping_sub(self.end) < u64::from(SECTOR_SIZE)
    }

    /// Records a request for `len` bytes of the image, beginning with byte `offset`. The count
    /// increases by 1 if this request continues the last one. The count stays unchanged if this
    /// request begins within the last one, because programs read some sectors twice. Otherwise a
    /// new sequence begins, with a count of 0.
    pub(in crate::image::reader) fn record(&mut self, offset: u64, len: u64) {
        if self.is_continued_by(offset) {
            self.count = self.count.saturating_add(1);
        } else if !(self.start..self.end).contains(&offset) {
            self.count = 0;
        }
        self.start = offset;
        self.end = offset + len;
    }

    /// Returns the number of requests of the current sequence, without its first request. This is 0
    /// if the last request began a new sequence.
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
    fn sequential_requests_are_counted() {
        let sectors = [5, 6, 7, 7, 8, 10, 11, 3].map(|sector| (sector * 2048, 2048));
        assert_eq!(counts(&sectors), [0, 1, 2, 2, 3, 0, 1, 0]);
    }

    #[test]
    fn sequential_requests_may_differ_in_size() {
        assert_eq!(counts(&[(0, 100), (100, 9000), (9100, 1)]), [0, 1, 2]);
    }

    #[test]
    fn sequential_requests_may_skip_less_than_a_sector() {
        let raw_sectors = [0, 1, 2, 3].map(|sector| (sector * 2352 + 24, 2048));
        assert_eq!(counts(&raw_sectors), [0, 1, 2, 3]);
        assert_eq!(counts(&[(0, 2048), (4096, 2048)]), [0, 0]);
    }

    #[test]
    fn a_request_within_the_last_one_does_not_end_the_sequence() {
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
