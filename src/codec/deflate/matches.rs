//! Where each position of a block occurred before: all candidates of the parse.
//!
//! A binary tree per hash of four bytes keeps the positions sorted by the text that follows them, newest at the root, so
//! one descent meets the nearest match of each length. The newest place with the same three bytes supplies what is
//! shorter. Positions count on from block to block, so an entry of an earlier block is told by its age and nothing has
//! to be cleared.

use super::tables::*;
use super::token::Token;
use alloc::vec;
use alloc::vec::Vec;

/// How hard to look for matches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchSearch {
    /// Nodes of the tree to visit.
    pub(crate) depth: u32,
    /// Places with the same three bytes to visit in search of a near match; 0: only the newest.
    pub(crate) chain: u32,
    /// A match of the chain is kept if it is longer than all that are nearer by more than so many distance slots.
    pub(crate) rivals: usize,
}

/// Most candidates of a position: at most one for each distance slot and search.
const MOST_PER_POSITION: usize = 2 * USABLE_DISTANCES;
/// Words kept for candidates at most; a piece of a block ends when they are used up.
const MOST_CANDIDATES: usize = 1 << 19;
/// A match of this length ends a search.
const NICE: usize = 128;
/// Number of the first block's first byte; no position has the number 0.
const FIRST_BASE: u32 = 1;

/// The candidates of a piece of a block.
pub(crate) struct Candidates {
    found: Vec<Token>,
    /// By position in the piece: where its candidates start in `found`, and one more entry for the end.
    starts: Vec<u32>,
}

impl Candidates {
    fn new(max_piece: usize) -> Candidates {
        let most = (max_piece * MOST_PER_POSITION).min(MOST_CANDIDATES) + MOST_PER_POSITION;
        Candidates {
            found: Vec::with_capacity(most),
            starts: Vec::with_capacity(max_piece + 1),
        }
    }

    /// Matches at a position of the piece, longest first.
    #[inline(always)]
    pub(crate) fn at(&self, position: usize) -> &[Token] {
        let start = self.starts[position] as usize;
        let end = self.starts[position + 1] as usize;
        &self.found[start..end]
    }

    /// Adds a match that is longer than all others from `first` on; of two in one distance slot only this one is of use.
    #[inline(always)]
    fn push_longer(&mut self, first: usize, found: Token) {
        match self.found[first..].last_mut() {
            Some(last) if last.distance_slot() == found.distance_slot() => *last = found,
            _ => self.found.push(found),
        }
    }

    /// Bytes of the piece.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }
}

/// Finds matches within a block.
pub(crate) struct Matcher {
    search: MatchSearch,
    pub(crate) candidates: Candidates,
    newest3: Vec<u32>,
    newest4: Vec<u32>,
    hash_shift: u32,
    /// By position modulo half its size: the child with smaller text and the one with greater text.
    children: Vec<u32>,
    /// By position modulo its size: the next older position with the same hash of three bytes.
    older3: Vec<u32>,
    /// Number of the block's first byte. Smaller numbers are of earlier blocks.
    base: u32,
    block_length: u32,
    /// Distance and length of the last position's longest match: from the next position, it is one byte shorter.
    longest: (u32, usize),
    max_piece: usize,
}

impl Matcher {
    pub(crate) fn new(search: MatchSearch, max_block: usize, max_piece: usize) -> Matcher {
        let window = max_block.next_power_of_two().clamp(256, WINDOW);
        let hash_bits = window.ilog2() + 1;
        let chained = if search.chain > 0 { window } else { 0 };
        Matcher {
            search,
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

    /// Forgets the previous block; the next one has `length` bytes.
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

    /// Finds the candidates of the piece that starts at `start`; its length. The next piece has to start where this one
    /// ends.
    pub(crate) fn find(&mut self, block: &[u8], start: usize) -> usize {
        self.candidates.found.clear();
        self.candidates.starts.clear();
        self.candidates.starts.push(0);
        let end = block.len().min(start + self.max_piece);
        let room = self.candidates.found.capacity() - MOST_PER_POSITION;
        for position in start..end {
            if self.candidates.found.len() > room {
                break;
            }
            self.find_at(block, position);
            self.candidates
                .starts
                .push(self.candidates.found.len() as u32);
        }
        self.candidates.len()
    }

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
        let here = Here {
            text,
            block,
            position,
            number: self.base + position as u32,
            known: (self.longest.0, self.longest.1.saturating_sub(1)),
            reach: position.min(self.children.len() / 2 - 1) as u32,
            first,
        };
        let newest = core::mem::replace(&mut self.newest3[hash3], here.number);
        let root = core::mem::replace(&mut self.newest4[hash4], here.number);
        let longest = if self.search.chain > 0 {
            self.search_chain(&here, newest)
        } else {
            self.try_newest(&here, newest)
        };
        self.search_tree(&here, root, longest);
        let found = &mut self.candidates.found[first..];
        longest_first(found);
        let longest = found.first().copied().unwrap_or_default();
        self.longest = (longest.distance_less_one() + 1, longest.length());
    }

    /// Adds the match with the newest place of the same three bytes; its length.
    #[inline(always)]
    fn try_newest(&mut self, here: &Here, newest: u32) -> usize {
        let Some(distance) = here.distance(newest) else {
            return MIN_MATCH - 1;
        };
        let length = here.common(distance, 0).0;
        if length < MIN_MATCH {
            return MIN_MATCH - 1;
        }
        self.candidates
            .found
            .push(Token::of_match(length, distance));
        length
    }

    /// Adds the longest match of each distance slot that no much nearer one outdoes; the greatest length.
    fn search_chain(&mut self, here: &Here, newest: u32) -> usize {
        let ring = self.older3.len() - 1;
        self.older3[here.number as usize & ring] = newest;
        let mut longest = MIN_MATCH - 1;
        let mut number = newest;
        for _ in 0..self.search.chain {
            let Some(distance) = here.distance(number) else {
                break;
            };
            let length = here.common(distance, 0).0;
            if length >= MIN_MATCH {
                self.keep_rival(here.first, Token::of_match(length, distance));
                longest = longest.max(length);
                if length >= NICE {
                    break;
                }
            }
            let older = self.older3[number as usize & ring];
            if older >= number {
                break;
            }
            number = older;
        }
        longest
    }

    /// Adds a match found farther away than all others from `first` on, if it is worth it.
    #[inline(always)]
    fn keep_rival(&mut self, first: usize, found: Token) {
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
        let rivals = self.search.rivals;
        let outdoes = |other: &Token| {
            other.length() >= found.length() && other.distance_slot() + rivals < slot
        };
        if !others.iter().any(outdoes) {
            self.candidates.found.push(found);
        }
    }

    /// Makes the position the root of its tree and adds the matches longer than `longest` that are met on the way.
    #[inline(always)]
    fn search_tree(&mut self, here: &Here, root: u32, longest: usize) {
        let children = self.children.as_mut_slice();
        let ring = children.len() / 2 - 1;
        let nice = NICE.min(here.text.len());
        let mut longest = longest.max(MIN_MATCH);
        let mut node = root;
        // Where the next node of smaller text goes and where the next one of greater text, and how much text the last
        // ones have in common with this position. (Which one it is cannot be foreseen: an index is faster than a branch.)
        let root_at = (here.number as usize & ring) * 2;
        let mut open = [root_at, root_at + 1];
        let mut common = [0, 0];
        for _ in 0..self.search.depth {
            let Some(distance) = here.distance(node) else {
                break;
            };
            let (length, is_greater) = here.common(distance, common[0].min(common[1]));
            let at = (node as usize & ring) * 2;
            if length > longest {
                longest = length;
                self.candidates
                    .push_longer(here.first, Token::of_match(length, distance));
            }
            if length >= nice {
                // The node is replaced: what it knows of older text is as good from here.
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

/// A position that matches are looked for.
struct Here<'a> {
    block: &'a [u8],
    position: usize,
    /// The text from the position on, as far as a match may reach.
    text: &'a [u8],
    /// Number of the position.
    number: u32,
    /// A distance at which so many bytes are known to be the same.
    known: (u32, usize),
    /// Greatest distance that lies in the block and in the window.
    reach: u32,
    /// Where the candidates of this position start.
    first: usize,
}

impl Here<'_> {
    /// How far back the position of that number is, if it is of this block and within reach. (A number of an earlier
    /// block is farther back than this block is long.)
    #[inline(always)]
    fn distance(&self, number: u32) -> Option<u32> {
        let distance = self.number.wrapping_sub(number);
        (distance <= self.reach).then_some(distance)
    }

    /// How many bytes at that distance are the same as here, given that the first `known` are, and whether the first
    /// other one is greater than here.
    #[inline(always)]
    fn common(&self, distance: u32, known: usize) -> (usize, bool) {
        let start = self.position - distance as usize;
        let older = &self.block[start..start + self.text.len()];
        let mut length = if distance == self.known.0 {
            known.max(self.known.1)
        } else {
            known
        };
        while let (Some(old), Some(new)) = (chunk(older, length), chunk(self.text, length)) {
            if old != new {
                // The first byte in memory decides both.
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

/// Sorts a few matches by falling length.
#[inline(always)]
fn longest_first(found: &mut [Token]) {
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

#[inline(always)]
fn chunk(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}
