//! The match finder. For each position of a block, it finds earlier positions at which the same
//! bytes begin. The bytes from a position on are called the text of the position.
//!
//! Matches of four or more bytes are found with binary search trees, as in the `bt` match finders
//! of LZMA and libdeflate. The nodes of a tree are all positions whose first four bytes have the
//! same hash. The nodes of a tree are sorted by the text of their positions. The newest position is
//! the root, and each child is older than its parent. So a walk from the root down visits older and
//! older positions. Of all matches with one length, it finds the nearest match first.
//!
//! Matches of three bytes are found in one of two ways. The first way tries one earlier position.
//! This position is the newest one whose first three bytes have the same hash. The second way
//! follows a chain. The chain is a linked list of all earlier positions whose first three bytes
//! have the same hash.
//!
//! In the same time, a search of a tree finds more matches than a search of a chain. Visiting 100
//! nodes of a tree takes about as long as visiting 16 positions of a chain. With a tree, the
//! compressed size of zeros with a few random bytes is 20 % smaller than with a chain.
//!
//! Every position has a number, and the tables of the match finder contain these numbers. The
//! numbers continue from one block to the next. If a number in a table is smaller than the number
//! of the first position of the current block, the number belongs to an earlier block and is
//! ignored. So the tables need not be cleared for a new block.

use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Limits of the search for matches at each position of a block. A match is an earlier occurrence
/// of the same bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchSettings {
    /// Maximum number of nodes that are visited in a search tree for each position of the block.
    /// Each node is an earlier position.
    pub(crate) tree_depth: u32,
    /// Maximum number of positions of a chain that are visited for each position of the block. The
    /// chain consists of the earlier positions with the same hash of three bytes. If `chain_depth`
    /// is 0, there is no chain, and only the newest position with the same hash is visited.
    pub(crate) chain_depth: u32,
    /// Limit for the difference between the distance symbols of two matches of one position. Let A
    /// and B be two matches from the chain, and let B be at least as long as A. A is dropped if the
    /// distance symbol of A minus the distance symbol of B is greater than this limit. A smaller
    /// distance symbol stands for a smaller distance.
    pub(crate) max_symbol_difference: usize,
}

/// Maximum number of candidates (matches found) at one position. The chain and the tree each find
/// at most one candidate for each of the 30 distance symbols.
const MAX_PER_POSITION: usize = 2 * USABLE_DISTANCES;
/// Number of candidates (matches found) after which a piece ends, even if the piece is shorter than
/// its maximum length. A piece is a part of a block. The matches of a whole piece are found before
/// the piece is encoded.
const MAX_CANDIDATES: usize = 1 << 19;
/// If a match of at least this length in bytes is found, the search for longer matches at the same
/// position ends. A longer match would save few bits.
const NICE_LENGTH: usize = 128;
/// Number of the first position of the first block. It is not 0, because a 0 in a table of the
/// match finder marks an empty entry.
const FIRST_BASE: u32 = 1;

/// The matches found at the positions of a piece, which is a part of a block and has up to 64 KiB.
pub(crate) struct Candidates {
    found: Vec<Token>,
    /// For each position of the piece: the index in `found` of the first match of the position. The
    /// last element is the length of `found`.
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

    /// Returns the matches found at one position, the longest match first. `position` is an offset
    /// in bytes from the start of the piece.
    #[inline(always)]
    pub(crate) fn at(&self, position: usize) -> &[Token] {
        let start = self.starts[position] as usize;
        let end = self.starts[position + 1] as usize;
        &self.found[start..end]
    }

    /// Adds the match `found` of the current position. The matches that were added for this
    /// position before begin at index `first`, and `found` must be longer than each of them. If the
    /// last of them has the same distance symbol as `found`, `found` replaces the last match. The
    /// last match is not needed, because `found` can be shortened to the length of the last match,
    /// and the distance of `found` takes the same number of bits.
    #[inline(always)]
    fn push_longer(&mut self, first: usize, found: Token) {
        match self.found[first..].last_mut() {
            Some(last) if last.distance_symbol() == found.distance_symbol() => *last = found,
            _ => self.found.push(found),
        }
    }

    /// Returns the number of positions in the piece, which is its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Finds the matches in one block after the other. A match is an earlier occurrence of the same
/// bytes in the same block.
pub(crate) struct MatchFinder {
    settings: MatchSettings,
    pub(crate) candidates: Candidates,
    /// For each hash of three bytes: the number of the newest position whose first three bytes have
    /// this hash, or 0 if there is no such position. The index is the hash.
    newest3: Vec<u32>,
    /// For each hash of four bytes: the number of the newest position whose first four bytes have
    /// this hash, or 0 if there is no such position. The newest position is the root of the tree
    /// for this hash. The index is the hash.
    newest4: Vec<u32>,
    hash_shift: u32,
    /// Two elements for each position: the numbers of its two children in the search tree. The
    /// first child has a smaller text, and the second child has a greater text. The text of a
    /// position is the bytes from the position on. The vector is a ring, so new positions overwrite
    /// old ones.
    children: Vec<u32>,
    /// For each position: the number of the next older position with the same hash of three bytes.
    /// The vector is a ring, so new positions overwrite old ones. It is empty if `chain_depth` is
    /// 0.
    older3: Vec<u32>,
    /// Number of the first position of the current block. Positions of earlier blocks have smaller
    /// numbers.
    base: u32,
    block_length: u32,
    /// Distance and length of the longest match at the previous position, each in bytes. The length
    /// is 0 if there was no match. At the same distance, at least `length - 1` bytes also match at
    /// the current position.
    longest: (u32, usize),
    max_piece: usize,
}

impl MatchFinder {
    /// Creates a match finder for blocks of up to `max_block` bytes. A block is searched in pieces
    /// of up to `max_piece` bytes.
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

    /// Starts a new block of `length` bytes. After this call, no match refers to bytes of an
    /// earlier block. The tables are cleared only if the numbers of the new positions would not fit
    /// into 32 bits.
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

    /// Finds the matches at all positions of one piece of `block`. The piece starts at offset
    /// `start` of the block. Returns the length of the piece in bytes. The pieces of a block must
    /// be searched in order, and each must start at the end of the piece before it.
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

    /// Finds the matches at offset `position` of `block` and adds them to the candidates. Also adds
    /// the position to the tables, so that matches at later positions can refer to it.
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

    /// Compares the bytes at the current position with the bytes at one earlier position. `newest`
    /// is the number of the earlier position. The earlier position is the newest position whose
    /// first three bytes have the same hash as the first three bytes at the current position. If at
    /// least three bytes are equal, adds the match to the candidates. Returns the length of the
    /// match in bytes, or 2 if there is no match.
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

    /// Visits the chain of earlier positions whose first three bytes have the same hash, from the
    /// newest position to the oldest. `newest` is the number of the newest position. Adds the
    /// longest match of each distance symbol to the candidates, except the matches that
    /// [`push_farther`](MatchFinder::push_farther) drops. Returns the length in bytes of the
    /// longest match in the chain, or 2 if there is no match.
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

    /// Adds the match `found` of the current position. The matches that were added for this
    /// position before begin at index `first`. The distance of `found` must be greater than the
    /// distances of all these matches.
    ///
    /// If the last of these matches has the same distance symbol as `found`, only the longer one of
    /// the two matches is kept. If the symbols differ, `found` is dropped if another match of the
    /// position is at least as long as `found`, and `found`'s distance symbol exceeds the other
    /// match's symbol by more than [`max_symbol_difference`](MatchSettings::max_symbol_difference).
    #[inline(always)]
    fn push_farther(&mut self, first: usize, found: Token) {
        let others = &mut self.candidates.found[first..];
        let symbol = found.distance_symbol();
        if let Some(last) = others
            .last_mut()
            .filter(|last| last.distance_symbol() == symbol)
        {
            if found.length() > last.length() {
                *last = found;
            }
            return;
        }
        let allowed = self.settings.max_symbol_difference;
        let is_better = |other: &Token| {
            other.length() >= found.length() && other.distance_symbol() + allowed < symbol
        };
        if !others.iter().any(is_better) {
            self.candidates.found.push(found);
        }
    }

    /// Visits nodes of a tree from its root down. `root` is the number of the root. Adds each match
    /// that is longer than three bytes, longer than `longest` bytes, and longer than all matches
    /// that this search has added before it.
    ///
    /// The current position becomes the new root of the tree. For this, the search divides the
    /// nodes of the old tree into two groups. The text of a node is the bytes from its position on.
    /// The nodes whose text is smaller than the text of the current position become the first
    /// subtree of the new root. The nodes whose text is greater become the second subtree.
    #[inline(always)]
    fn search_tree(&mut self, current: &SearchPosition, root: u32, longest: usize) {
        let children = self.children.as_mut_slice();
        let ring_mask = children.len() / 2 - 1;
        let nice = NICE_LENGTH.min(current.text.len());
        let mut longest = longest.max(MIN_MATCH);
        let mut node = root;
        // In `open` and `common`, element 0 is for the nodes whose text is smaller than the text of
        // the current position. Element 1 is for the nodes whose text is greater. `open` has the
        // two indexes in `children` at which the next smaller and the next greater node must be
        // written. `common` has two numbers of bytes: how many bytes the last smaller node and the
        // last greater node have in common with the current position.
        //
        // In the order of the texts, all nodes that are visited later are between the last smaller
        // and the last greater node. So each later node has at least `min(common[0], common[1])`
        // bytes in common with the current position.
        //
        // `open` and `common` are arrays, so that no branch depends on whether a node is smaller or
        // greater. The processor would often mispredict such a branch.
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
                // At least `nice` bytes of the two positions are equal, so their order in the tree
                // does not matter. The current position replaces the node in the tree and gets the
                // two children of the node.
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

/// The position of the block for which matches are searched.
struct SearchPosition<'a> {
    block: &'a [u8],
    position: usize,
    /// The bytes from the position on. There are at most 258 of them, the length of the longest
    /// possible match.
    text: &'a [u8],
    /// Number of the position in the tables of the match finder. The numbers continue from one
    /// block to the next.
    number: u32,
    /// Distance in bytes of the longest match at the previous position, and the number of bytes
    /// that are known to match at the same distance from the current position.
    known: (u32, usize),
    /// Largest distance in bytes that a match may have. Up to this distance, earlier positions are
    /// in the current block and are still in the tables.
    reach: u32,
    /// Index of the first match of this position in the list of candidates (found matches).
    first: usize,
}

impl SearchPosition<'_> {
    /// Returns the distance in bytes from this position back to the position with number `number`.
    /// Returns `None` if that position is too far away for a match or belongs to an earlier block.
    #[inline(always)]
    fn distance(&self, number: u32) -> Option<u32> {
        let distance = self.number.wrapping_sub(number);
        (distance <= self.reach).then_some(distance)
    }

    /// Compares the bytes from this position on with the bytes that begin `distance` bytes before
    /// it. Returns the number of equal bytes at the start, and whether the earlier bytes are
    /// greater in lexicographic order. The first `known` bytes must be equal, because they are not
    /// compared.
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
                // In `old` and `new`, the first byte of the text is the lowest byte of the number.
                // `swap_bytes` makes it the highest byte. Then a comparison of the numbers has the
                // same result as a lexicographic comparison of the bytes.
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

/// Sorts matches by falling length with an insertion sort, which is fast for the few matches of one
/// position.
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

/// Returns the eight bytes from index `at` on as a little-endian number, or `None` if fewer than
/// eight bytes are left.
#[inline(always)]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*word))
}
