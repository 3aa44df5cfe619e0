//! Reading ahead in the file: which of its bytes a reader has, and how many to fetch at once.
//!
//! Where small requests follow one another, more is fetched than was asked for, so that most of
//! them need no call of the source. The first requests of a run fetch little, and one that jumps
//! fetches nothing beyond itself.

use core::ops::Range;

/// Bytes that are fetched at once when a run begins.
const SHORTEST: usize = 8 << 10;

/// Bytes that are fetched at once in a run that lasts.
const LONGEST: usize = 64 << 10;

/// The state of one reader.
pub(super) struct Ahead {
    /// The bytes of the file that lie at the beginning of `Scratch::packed`.
    held: Range<u64>,
    /// The block that a run goes on with.
    next: u32,
    /// Bytes to fetch at once; 0 where there is no run.
    reach: usize,
    /// Requests of the run.
    requests: u32,
}

impl Ahead {
    pub(super) const fn new() -> Self {
        Ahead {
            held: 0..0,
            // There is no such block.
            next: u32::MAX,
            reach: 0,
            requests: 0,
        }
    }

    /// Whether a run goes on with `block`.
    pub(super) fn expects(&self, block: u32) -> bool {
        self.next == block
    }

    /// Where in the held bytes those of the file from `offset` on begin, if all `len` are there.
    pub(super) fn find(&self, offset: u64, len: usize) -> Option<usize> {
        let there = offset >= self.held.start && offset + len as u64 <= self.held.end;
        there.then(|| (offset - self.held.start) as usize)
    }

    /// How many bytes to fetch for `blocks`, if their own are fewer.
    pub(super) fn reach(&mut self, blocks: &Range<u32>) -> usize {
        self.reach = match self.expects(blocks.start) {
            true => (2 * self.reach).clamp(SHORTEST, LONGEST),
            false => 0,
        };
        self.reach
    }

    /// How many requests up to this one each went on where the one before ended.
    pub(super) fn requests(&self) -> u32 {
        self.requests
    }

    /// These blocks were asked for last.
    pub(super) fn passed(&mut self, blocks: &Range<u32>) {
        // Of a block that is asked for again, another part is.
        if self.expects(blocks.start) {
            self.requests = self.requests.saturating_add(1);
        } else if blocks.end != self.next {
            self.requests = 0;
        }
        self.next = blocks.end;
    }

    /// More than was asked for cannot be fetched: the run begins anew.
    pub(super) fn shrink(&mut self) {
        self.reach = 0;
    }

    /// Other bytes are about to be written where the held ones are.
    pub(super) fn forget(&mut self) {
        self.held = 0..0;
    }

    /// `len` bytes of the file from `offset` on were fetched.
    pub(super) fn hold(&mut self, offset: u64, len: usize) {
        self.held = offset..offset + len as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_fetches_more_and_more_and_a_jump_nothing() {
        let mut ahead = Ahead::new();
        let mut fetched = std::vec::Vec::new();
        for block in [5, 6, 7, 8, 9, 10, 3, 4, 100] {
            fetched.push(ahead.reach(&(block..block + 1)) >> 10);
            ahead.passed(&(block..block + 1));
        }
        assert_eq!(fetched, [0, 8, 16, 32, 64, 64, 0, 8, 0]);
    }

    #[test]
    fn requests_count_as_long_as_they_follow_one_another() {
        let mut ahead = Ahead::new();
        let mut counts = std::vec::Vec::new();
        for block in [5, 6, 7, 7, 8, 10, 11, 3] {
            ahead.passed(&(block..block + 1));
            counts.push(ahead.requests());
        }
        assert_eq!(counts, [0, 1, 2, 2, 3, 0, 1, 0]);
    }

    #[test]
    fn held_bytes_are_found_whole_or_not_at_all() {
        let mut ahead = Ahead::new();
        assert_eq!(ahead.find(0, 1), None);
        ahead.hold(100, 50);
        assert_eq!(ahead.find(100, 50), Some(0));
        assert_eq!(ahead.find(149, 1), Some(49));
        assert_eq!(ahead.find(99, 2), None);
        assert_eq!(ahead.find(149, 2), None);
        ahead.forget();
        assert_eq!(ahead.find(100, 1), None);
    }
}
