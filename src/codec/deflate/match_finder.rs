//! The match finder: for each position of a block, finds earlier occurrences of the bytes that
//! begin there, which are called the text of the position.
//!
//! Matches of four bytes and more come from binary trees, as in LZMA's and libdeflate's `bt`
//! finders. There is one tree for each hash of four bytes. A tree is sorted by the text of its
//! positions, and the newest position is the root, so one walk down the tree finds the nearest
//! match of each length. Shorter matches come from the newest position with the same three bytes,
//! or from a hash chain of such positions. Walking 100 nodes of a tree takes about as long as
//! walking 16 positions of a chain, and the output for zeros with sparse noise is 20 % smaller.
//!
//! Positions are numbered across blocks. The number of an entry from an earlier block is too small
//! for the current block, so the tables need not be cleared.

use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Limits of the search for matches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchSettings {
    /// Maximum number of tree nodes visited for each position.
    pub(crate) tree_depth: u32,
    /// Maximum number of positions visited in the chain of positions with the same hash of three
    /// bytes, for each position. With 0 there is no chain, and only the newest position with this
    /// hash is visited.
    pub(crate) chain_depth: u32,
    /// A match found in the chain is dropped if another match of at least its length is nearer by
    /// more than this number of distance symbols.
    pub(crate) slot_slack: usize,
}

/// Maximum number of candidates of a position: the chain and the tree add at most one for each
/// distance symbol.
const MAX_PER_POSITION: usize = 2 * USABLE_DISTANCES;
/// Maximum number of candidates of a piece. A piece ends early when they are used up.
const MAX_CANDIDATES: usize = 1 << 19;
/// A search ends at the first match of this length in bytes.
const NICE_LENGTH: usize = 128;
/// Number of the first byte of the first block. No position has the number 0, which marks empty
/// entries.
const FIRST_BASE: u32 = 1;

/// The matches found at the positions of a piece, which is up to 64 KiB of a block.
pub(crate) struct Candidates {
    found: Vec<Token>,
    /// Index in `found` of the first candidate of each position, and one more entry for the end.
    starts: Vec<u32>,
}

impl Candidates {
    fn new(max_piece: usize) -> Candidates {
        let most = (max_piece * MAX_PER_POSITION).min(MAX_CANDIDATES) + MAX_PER_POSITION;
        Candidates {
            found: Vec::with_capacity(most),
            starts: Vec::with_capacity(max_piece + 1),
        }
    }

    /// Returns the matches at a position of the piece, the longest first.
    #[inline(always)]
    pub(crate) fn at(&self, position: usize) -> &[Token] {
        let start = self.starts[position] as usize;
        let end = self.starts[position + 1] as usize;
        &self.found[start..end]
    }

    /// Adds a match that is longer than all matches from index `first` on. It replaces the last one
    /// if that has the same distance symbol.
    #[inline(always)]
    fn push_longer(&mut self, first: usize, found: Token) {
        match self.found[first..].last_mut() {
            Some(last) if last.distance_slot() == found.distance_slot() => *last = found,
            _ => self.found.push(found),
        }
    }

    /// Returns the number of positions in the piece.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Finds matches within a block.
pub(crate) struct MatchFinder {
    settings: MatchSettings,
    pub(crate) candidates: Candidates,
    /// Newest position with each hash of three bytes.
    newest3: Vec<u32>,
    /// Newest position with each hash of four bytes: the roots of the trees.
    newest4: Vec<u32>,
    hash_shift: u32,
    /// Two entries for each position, in a ring: the child whose text is smaller and the child
    /// whose text is greater.
    children: Vec<u32>,
    /// One entry for each position, in a ring: the next older position with the same hash of three
    /// bytes.
    older3: Vec<u32>,
    /// Number of the block's first byte. Positions of earlier blocks have smaller numbers.
    base: u32,
    block_length: u32,
    /// Distance and length of the longest match at the previous position. At the current position
    /// the same distance gives a match that is one byte shorter.
    longest: (u32, usize),
    max_piece: usize,
}

impl MatchFinder {
    /// Creates a match finder for blocks of up to `max_block` bytes and pieces of up to `max_piece`
    /// bytes.
    pub(crate) fn new(settings: MatchSettings, max_block: usize, max_piece: usize) -> MatchFinder {
        let window = max_block.next_power_of_two().clamp(256, WINDOW);
        let hash_bits = window.ilog2() + 1;
        let chained = if settings.chain_depth > 0 { window } else { 0 };
        MatchFinder {
            settings,
            candidates: Candidates::new(max_piece),
            newest3: vec![0; 1 << hash_bits],
            newest4: vec![0; 1 << hash_bits],
            hash_shift: 32 - hash_bits,
            children: vec![0; 2 * window],
            older3: vec![0; chained],
            base: FIRST_BASE,
            block_length: 0,
            longest: (0, 0),
            max_piece,
        }
    }

    /// Starts a new block of `length` bytes, which has no matches in earlier blocks.
    pub(crate) fn start_block(&mut self, length: usize) {
        let base = self.base.checked_add(self.block_length);
        self.block_length = length as u32;
        self.longest = (0, 0);
        self.base = base
            .filter(|base| base.checked_add(self.block_length).is_some())
            .unwrap_or_else(|| {
                self.newest3.fill(0);
                self.newest4.fill(0);
                FIRST_BASE
            });
    }

    /// Finds the candidates of the piece that starts at `start`, and returns its length in bytes.
    /// The next piece must start at its end.
    pub(crate) fn find(&mut self, block: &[u8], start: usize) -> usize {
        self.candidates.found.clear();
        self.candidates.starts.clear();
        self.candidates.starts.push(0);
        let end = block.len().min(start + self.max_piece);
        let limit = self.candidates.found.capacity() - MAX_PER_POSITION;
        for position in start..end {
            if self.candidates.found.len() > limit {
                break;
            }
            self.find_at(block, position);
            self.candidates
                .starts
                .push(self.candidates.found.len() as u32);
        }
        self.candidates.len()
    }

    /// Adds the candidates of one position, and enters the position into the tables.
    fn find_at(&mut self, block: &[u8], position: usize) {
        let first = self.candidates.found.len();
        let most = MAX_MATCH.min(block.len() - position);
        let text = &block[position..position + most];
        let Some(word) = text.first_chunk::<4>() else {
            return;
        };
        let word = u32::from_le_bytes(*word);
        let hash = |word: u32| (word.wrapping_mul(0x9e37_79b1) >> self.hash_shift) as usize;
        let (hash3, hash4) = (hash(word << 8), hash(word));
        let current = SearchPosition {
            text,
            block,
            position,
            number: self.base + position as u32,
            known: (self.longest.0, self.longest.1.saturating_sub(1)),
            reach: position.min(self.children.len() / 2 - 1) as u32,
            first,
        };
        let newest = core::mem::replace(&mut self.newest3[hash3], current.number);
        let root = core::mem::replace(&mut self.newest4[hash4], current.number);
        let longest = if self.settings.chain_depth > 0 {
            self.search_chain(&current, newest)
        } else {
            self.try_newest(&current, newest)
        };
        self.search_tree(&current, root, longest);
        let found = &mut self.candidates.found[first..];
        sort_longest_first(found);
        let longest = found.first().copied().unwrap_or_default();
        self.longest = (longest.distance_less_one() + 1, longest.length());
    }

    /// Adds the match with `newest`, the newest position with the same hash of three bytes. Returns
    /// its length, or 2 if there is no match.
    #[inline(always)]
    fn try_newest(&mut self, current: &SearchPosition, newest: u32) -> usize {
        let Some(distance) = current.distance(newest) else {
            return MIN_MATCH - 1;
        };
        let length = current.common_length(distance, 0).0;
        if length < MIN_MATCH {
            return MIN_MATCH - 1;
        }
        self.candidates
            .found
            .push(Token::of_match(length, distance));
        length
    }

    /// Adds the longest match of each distance symbol in the chain that starts with `newest`,
    /// except matches that [`push_farther`](MatchFinder::push_farther) drops. Returns the greatest
    /// length, or 2 if there is no match.
    fn search_chain(&mut self, current: &SearchPosition, newest: u32) -> usize {
        let ring_mask = self.older3.len() - 1;
        self.older3[current.number as usize & ring_mask] = newest;
        let mut longest = MIN_MATCH - 1;
        let mut number = newest;
        for _ in 0..self.settings.chain_depth {
            let Some(distance) = current.distance(number) else {
                break;
            };
            let length = current.common_length(distance, 0).0;
            if length >= MIN_MATCH {
                self.push_farther(current.first, Token::of_match(length, distance));
                longest = longest.max(length);
                if length >= NICE_LENGTH {
                    break;
                }
            }
            let older = self.older3[number as usize & ring_mask];
            if older >= number {
                break;
            }
            number = older;
        }
        longest
    }

    /// Adds a match whose distance is greater than those of all matches from index `first` on,
    /// unless a match that is at least as long is nearer by more than
    /// [`slot_slack`](MatchSettings::slot_slack) distance symbols. Of two matches with the same
    /// distance symbol only the longer one is kept.
    #[inline(always)]
    fn push_farther(&mut self, first: usize, found: Token) {
        let others = &mut self.candidates.found[first..];
        let slot = found.distance_slot();
        if let Some(last) = others
            .last_mut()
            .filter(|last| last.distance_slot() == slot)
        {
            if found.length() > last.length() {
                *last = found;
            }
            return;
        }
        let slack = self.settings.slot_slack;
        let is_better = |other: &Token| {
            other.length() >= found.length() && other.distance_slot() + slack < slot
        };
        if !others.iter().any(is_better) {
            self.candidates.found.push(found);
        }
    }

    /// Walks down the tree from `root` and adds each match that is longer than `longest` and all
    /// matches before it. The current position becomes the new root: the walk splits the tree into
    /// the positions with smaller text and those with greater text.
    #[inline(always)]
    fn search_tree(&mut self, current: &SearchPosition, root: u32, longest: usize) {
        let children = self.children.as_mut_slice();
        let ring_mask = children.len() / 2 - 1;
        let nice = NICE_LENGTH.min(current.text.len());
        let mut longest = longest.max(MIN_MATCH);
        let mut node = root;
        // For smaller text (index 0) and for greater text (index 1): the entry of `children` that
        // receives the next such node, and the number of bytes that the last such node has in
        // common with the current position. The two sides are elements of arrays, because a branch
        // would often be mispredicted.
        let root_at = (current.number as usize & ring_mask) * 2;
        let mut open = [root_at, root_at + 1];
        let mut common = [0, 0];
        for _ in 0..self.settings.tree_depth {
            let Some(distance) = current.distance(node) else {
                break;
            };
            let (length, is_greater) = current.common_length(distance, common[0].min(common[1]));
            let at = (node as usize & ring_mask) * 2;
            if length > longest {
                longest = length;
                self.candidates
                    .push_longer(current.first, Token::of_match(length, distance));
            }
            if length >= nice {
                // The current position takes the node's place, with the same children.
                children[open[0]] = children[at];
                children[open[1]] = children[at + 1];
                return;
            }
            let side = usize::from(is_greater);
            let inner = at + 1 - side;
            children[open[side]] = node;
            open[side] = inner;
            common[side] = length;
            node = children[inner];
        }
        children[open[0]] = 0;
        children[open[1]] = 0;
    }
}

/// The position for which matches are searched.
struct SearchPosition<'a> {
    block: &'a [u8],
    position: usize,
    /// The text from the position on, as far as a match can reach.
    text: &'a [u8],
    /// Number of the position, counted across blocks.
    number: u32,
    /// A distance, and the number of bytes that are known to be equal at that distance.
    known: (u32, usize),
    /// Greatest distance that is within the block and the window.
    reach: u32,
    /// Index of the position's first candidate.
    first: usize,
}

impl SearchPosition<'_> {
    /// Returns the distance to the position with the given number, or `None` if that position is
    /// out of reach or belongs to an earlier block.
    #[inline(always)]
    fn distance(&self, number: u32) -> Option<u32> {
        let distance = self.number.wrapping_sub(number);
        (distance <= self.reach).then_some(distance)
    }

    /// Compares the text at the position with the text at `distance` before it. Returns the number
    /// of equal bytes, and whether the earlier text is greater. The first `known` bytes must be
    /// equal.
    #[inline(always)]
    fn common_length(&self, distance: u32, known: usize) -> (usize, bool) {
        let start = self.position - distance as usize;
        let older = &self.block[start..start + self.text.len()];
        let mut length = if distance == self.known.0 {
            known.max(self.known.1)
        } else {
            known
        };
        while let (Some(old), Some(new)) = (word(older, length), word(self.text, length)) {
            if old != new {
                // Big-endian values compare like the bytes in memory.
                let same = (old ^ new).trailing_zeros() as usize / 8;
                return (length + same, old.swap_bytes() > new.swap_bytes());
            }
            length += 8;
        }
        while length < self.text.len() {
            if older[length] != self.text[length] {
                return (length, older[length] > self.text[length]);
            }
            length += 1;
        }
        (length, false)
    }
}

/// Sorts matches by falling length, with an insertion sort because there are few of them.
#[inline(always)]
fn sort_longest_first(found: &mut [Token]) {
    for sorted in 1..found.len() {
        let token = found[sorted];
        let mut at = sorted;
        while at > 0 && found[at - 1].length() < token.length() {
            found[at] = found[at - 1];
            at -= 1;
        }
        found[at] = token;
    }
}

/// Returns the eight bytes at `at` as a little-endian number, or `None` if there are fewer.
#[inline(always)]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*word))
}
