//! Whether the requests of a reader follow one another.

/// The requests of one reader: where the last one ended, and how many have followed one another.
pub(in crate::image::reader) struct RequestSequence {
    /// The block that has the first byte after the last request.
    next: u32,
    /// Offset of that byte in the block.
    next_within: usize,
    /// Requests that began where the one before ended.
    count: u32,
}

impl RequestSequence {
    pub(in crate::image::reader) const fn new() -> Self {
        RequestSequence {
            // No image has this block.
            next: u32::MAX,
            next_within: 0,
            count: 0,
        }
    }

    /// Returns whether a request that begins in `block` would go on where the last one ended.
    pub(in crate::image::reader) fn expects(&self, block: u32) -> bool {
        self.next == block
    }

    /// Records a request from offset `within` of block `block` up to offset `end_within` of block
    /// `end`.
    ///
    /// It follows the last one if it begins in the block where that ended, at the same offset or
    /// after it. (Readers of raw CD sectors skip bytes between their requests.) A request for bytes
    /// shortly before that place changes nothing, because programs read some sectors twice.
    pub(in crate::image::reader) fn record(
        &mut self,
        block: u32,
        within: usize,
        end: u32,
        end_within: usize,
    ) {
        let goes_on = block == self.next && within >= self.next_within;
        let repeats = block == self.next || block.checked_add(1) == Some(self.next);
        if goes_on {
            self.count = self.count.saturating_add(1);
        } else if !repeats {
            self.count = 0;
        }
        self.next = end;
        self.next_within = end_within;
    }

    /// Number of requests, up to the last one, that each began where the one before ended. 0 after
    /// a request that jumped.
    pub(in crate::image::reader) fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_requests_that_follow_one_another() {
        let mut sequence = RequestSequence::new();
        let mut counts = std::vec::Vec::new();
        for block in [5, 6, 7, 7, 8, 10, 11, 3] {
            sequence.record(block, 0, block + 1, 0);
            counts.push(sequence.count());
        }
        assert_eq!(counts, [0, 1, 2, 2, 3, 0, 1, 0]);
    }

    #[test]
    fn parts_of_a_block_in_order_are_a_sequence() {
        let mut sequence = RequestSequence::new();
        sequence.record(5, 0, 5, 2048);
        sequence.record(5, 2048, 5, 4096);
        sequence.record(5, 6144, 6, 0);
        sequence.record(6, 0, 6, 2048);
        assert_eq!(sequence.count(), 3);
        sequence.record(6, 0, 6, 2048);
        assert_eq!(sequence.count(), 3, "read twice");
        sequence.record(4, 0, 4, 2048);
        assert_eq!(sequence.count(), 0, "a jump back");
    }
}
