//! The match finder. For each position of a block, it finds earlier positions at which the same
//! bytes begin. The bytes from a position on are called the text of the position.
//!
//! Matches of four or more bytes are found with binary search trees, as in the `bt` match finders
//! of LZMA and libdeflate. The nodes of a tree are all positions whose first four bytes have the
//! same hash. They are sorted by their text. The newest position is the root, and each child is
//! older than its parent. So one walk from the root down visits older and older positions, and
//! finds the nearest match of each length.
//!
//! Matches of three bytes are found in one of two ways. The first way compares only the newest
//! position whose first three bytes have the same hash. The second way follows a chain of all
//! positions with this hash.
//!
//! The trees find more than a chain does in the same time. Visiting 100 nodes of a tree takes about
//! as long as visiting 16 positions of a chain. The output for zeros with sparse noise is 20 %
//! smaller with the tree.
//!
//! Every position has a number, and the tables of the match finder contain these numbers. The
//! numbers continue from one block to the next. A number from an earlier block is recognized,
//! because it is smaller than the number of the first position of the current block. So the tables
//! need not be cleared for a new block.

use super::token::Token;
use crate::codec::deflate_format::*;
use alloc::vec;
use alloc::vec::Vec;

/// Limits of the search for matches at each position of a block. A match is an earlier occurrence
/// of the same bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchSettings {
    /// Maximum number of nodes of a search tree that are visited for each position. The nodes are
    /// earlier positions.
    pub(crate) tree_depth: u32,
    /// Maximum number of positions of a chain that are visited for each position of the block. The
    /// chain consists of the earlier positions with the same hash of three bytes. If this number is
    /// 0, there is no chain, and only the newest position with the same hash is visited.
    pub(crate) chain_depth: u32,
    /// Largest difference of distance symbols with which a match from the chain is kept. The match
    /// is dropped if another match is at least as long and its distance symbol is smaller by more
    /// than this number. Smaller distance symbols stand for smaller distances.
    pub(crate) max_symbol_difference: usize,
}

/// Maximum number of candidates (matches found) at one position. The chain and the tree each find
/// at most one candidate for each of the 30 distance symbols.
const MAX_PER_POSITION: usize = 2 * USABLE_DISTANCES;
/// Number of candidates (matches found) after which a piece ends, even if it does not have its
/// maximum length yet. A piece is the part of a block that is searched and encoded at once.
const MAX_CANDIDATES: usize = 1 << 19;
/// Smallest length, in bytes, of a match that ends the search at its position. A longer match would
/// be of little use.
const NICE_LENGTH: usize = 128;
/// Number of the first position of the first block. It is not 0, because a 0 in a table of the
/// match finder marks an empty entry.
const FIRST_BASE: u32 = 1;

/// The matches found at the positions of a piece, which is a part of a block and has up to 64 KiB.
pub(crate) struct Candidates {
    found: Vec<Token>,
    /// For each position of the piece: the index in `found` of the first match of the position. One
    /// more element at the end has the length of `found`.
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

    /// Adds the match `found` of the current position. It must be longer than all matches that were
    /// added for this position before it, which begin at index `first`. If the last of those
    /// matches has the same distance symbol as `found`, `found` replaces it. The distance then
    /// takes the same number of bits, and a longer match can be shortened.
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
    /// this hash, or 0 if there is no such position. This position is the root of a tree. The index
    /// is the hash.
    newest4: Vec<u32>,
    hash_shift: u32,
    /// Two elements for each position, which is a node of a tree: the number of the child with
    /// smaller text, and the number of the child with greater text. The vector is a ring, so new
    /// positions overwrite old ones.
    children: Vec<u32>,
    /// For each position: the number of the next older position with the same hash of three bytes.
    /// The vector is a ring, so new positions overwrite old ones. It is empty if `chain_depth` is
    /// 0.
    older3: Vec<u32>,
    /// Number of the first position of the current block. Positions of earlier blocks have smaller
    /// numbers.
    base: u32,
    block_length: u32,
    /// Distance and length, in bytes, of the longest match at the previous position. The length is
    /// 0 if there was no match. At the current position, at least `length - 1` bytes match at the
    /// same distance.
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

    /// Starts a new block of `length` bytes. From now on, no match begins in an earlier block. The
    /// tables are cleared only if the numbers of the positions would not fit into 32 bits.
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

    /// Compares the current position with one earlier position, the newest one with the same hash
    /// of three bytes. `newest` is the number of that position. If at least three bytes are equal,
    /// adds the match to the candidates. Returns the length of the match in bytes, or 2 if there is
    /// no match.
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

    /// Visits the chain of earlier positions with the same hash of three bytes, the newest position
    /// first. `newest` is the number of that position. Adds the longest match of each distance
    /// symbol to the candidates, except the matches that
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

    /// Adds the match `found` of the current position. Its distance must be greater than the
    /// distances of all matches that were added for this position before it. Those matches begin at
    /// index `first`.
    ///
    /// If the last of them has the same distance symbol as `found`, only the longer one of these
    /// two is kept. Otherwise, `found` is dropped if another match is at least as long and its
    /// distance symbol is smaller by more than
    /// [`max_symbol_difference`](MatchSettings::max_symbol_difference).
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
    /// The current position becomes the new root of the tree. For this, the search divides the old
    /// tree into the nodes with smaller text and the nodes with greater text than the current
    /// position. They become the two subtrees of the new root.
    #[inline(always)]
    fn search_tree(&mut self, current: &SearchPosition, root: u32, longest: usize) {
        let children = self.children.as_mut_slice();
        let ring_mask = children.len() / 2 - 1;
        let nice = NICE_LENGTH.min(current.text.len());
        let mut longest = longest.max(MIN_MATCH);
        let mut node = root;
        // Element 0 of `open` and `common` is for nodes with smaller text than the current
        // position, and element 1 is for nodes with greater text. `open` has the index in
        // `children` at which the next such node must be written. `common` has the number of bytes
        // that the last such node has in common with the current position.
        //
        // In the order of the texts, all nodes that follow are between the last smaller and the
        // last greater node. So they have at least `min(common[0], common[1])` bytes in common with
        // the current position. `open` and `common` are arrays, because a branch for the side would
        // often be mispredicted.
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
                // The order of the two positions no longer matters, because so many bytes are
                // equal. The current position replaces the node and gets the children of the node.
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
    /// A distance in bytes, and the number of bytes that are already known to match at this
    /// distance. The distance is that of the longest match at the previous position.
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
    /// greater in lexicographic order. The caller must know that the first `known` bytes are equal.
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
                // The numbers are little-endian. `swap_bytes` makes the first byte of the text the
                // highest byte of the number, so the numbers compare in the same order as the
                // texts.
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
