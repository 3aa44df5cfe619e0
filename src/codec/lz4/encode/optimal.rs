//! An LZ4 encoder that searches for the smallest encoding of a block.
//!
//! An LZ4 block is a list of sequences. A sequence consists of literals, which are bytes that are
//! stored unchanged, and of a match, which repeats earlier bytes of the block. The last sequence of
//! a block has no match. The encoded size of a sequence is the sum of
//!
//! - one byte for the token, which holds the number of literals and the length of the match if
//!   these numbers are small,
//! - one byte for each literal,
//! - two bytes for the distance of the match,
//! - length bytes, which hold what does not fit into the token. Their number grows by one at 15,
//!   270, 525, ... literals and at a match length of 19, 274, 529, ... bytes.
//!
//! A block is encoded in three steps:
//!
//! 1. The longest match at each position is searched. Shorter matches are not needed: every
//!    distance takes two bytes, so the longest match can be cut to any shorter length at no higher
//!    cost.
//! 2. The smallest encoded size of the rest of the block is computed for each position, from the
//!    end of the block to its beginning. Each size is computed from the sizes for later positions.
//! 3. The sequences that have the computed sizes are written, from the beginning of the block to
//!    its end.
//!
//! A block of more than 64 KiB is encoded in pieces of 64 KiB. A match may copy bytes of earlier
//! pieces, but the match must end within the piece in which it begins.
//!
//! The result is the smallest possible encoding if the block is one piece and if no limit of the
//! search is reached. These limits are `tree_depth`, [`NICE_LENGTH`] and
//! [`MAX_SAVED_LENGTH_BYTES`].
//!
//! The C library lz4 has an encoder that comes within 0.0007 % of the smallest size (HC mode, level
//! 12). This encoder is used instead because it does not require a C library.

use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

/// Smallest length of a match in the LZ4 format, in bytes.
const MIN_MATCH: usize = 4;

/// Number of bytes at the end of a block that must be literals. The LZ4 format requires this.
const LAST_LITERALS: usize = 5;

/// Smallest number of bytes from the beginning of a match to the end of the block. The LZ4 format
/// requires this.
const LAST_MATCH: usize = 12;

/// Largest distance of a match in the LZ4 format, in bytes.
const MAX_DISTANCE: usize = 65535;

/// Smallest number of literals that does not fit into the four bits of a token. A sequence with
/// this number of literals or more has additional bytes after its token, the length bytes.
const TOKEN_LITERALS: usize = 15;
/// Smallest length of a match, in bytes, that does not fit into the four bits of a token. A
/// sequence with such a match has length bytes after the distance of the match.
const TOKEN_MATCH: usize = MIN_MATCH + 15;
/// Largest value of a length byte. A length byte with this value is followed by another length
/// byte. The values of all length bytes of one number are added.
const LENGTH_BYTE: usize = 255;

/// Maximum number of length bytes that the encoder saves by shortening a match. Each length byte
/// stands for up to 255 bytes of the match. The encoder shortens a match if the last bytes of the
/// match take less space as a part of the next match. A higher maximum would rarely make blocks
/// smaller, and it would take much time for very long matches.
const MAX_SAVED_LENGTH_BYTES: usize = 16;

/// Maximum size of a piece, in bytes. A block is divided into pieces, and the pieces are encoded
/// one after another. The maximum limits the memory of the encoder, most of which is proportional
/// to the size of a piece.
const MAX_PIECE: usize = 1 << 16;

/// Number of positions for which matches are searched between two checks of `stop`, the flag with
/// which the caller ends the encoding early.
const STOP_INTERVAL: usize = 1 << 10;

/// Length of a match, in bytes, at which the encoder stops searching for a longer match at the same
/// position. Without this limit, long runs of equal bytes would take quadratic time, because each
/// position in such a run matches all earlier positions in the run.
const NICE_LENGTH: usize = 256;

/// A size in bytes that stands for "impossible". It is greater than the encoded size of any block,
/// and so small that the sum of two such sizes fits into 32 bits.
const INFINITE: u32 = u32::MAX / 2;

/// An LZ4 encoder that searches for the smallest encoding of a block. One encoder can encode any
/// number of blocks, one after the other.
pub(crate) struct OptimalLz4 {
    /// Maximum number of earlier positions that are compared with a position to find matches.
    tree_depth: usize,
    /// For each hash of four bytes: the position number of the last position whose four bytes have
    /// this hash, or 0 if there is none. The position number of a byte is its offset in the block
    /// plus `base`. The position numbers of earlier blocks are less than `base`, so they are
    /// recognized and need not be cleared.
    newest: Vec<u32>,
    /// Number of bits by which the hash function shifts a number of 32 bits to the right to get an
    /// index of `newest`.
    hash_shift: u32,
    /// Position number of the first byte of the current block. Position numbers less than this one
    /// belong to earlier blocks.
    base: u32,
    /// Position number of the first byte of the next block.
    next_base: u32,
    /// Binary search trees of positions in the block. There is one tree for each hash of four
    /// bytes, and its root is in `newest`. The trees are sorted by text. The text of a position is
    /// the bytes of the block from the position on.
    ///
    /// The node of the byte at offset `i` of the block is `tree[i % tree.len()]`. A node is
    /// overwritten when its position is too far back for a match. A node consists of the position
    /// numbers of its two children. The number is 0 if there is no child. The children are earlier
    /// in the block than the node. Child 0 is the root of the subtree of positions with smaller
    /// text than the node. Child 1 is the root of the subtree of positions with greater text.
    tree: Vec<[u32; 2]>,
    /// Length in bytes of the longest match at each position of the piece, or 0 if there is no
    /// match.
    match_length: Vec<u32>,
    /// Distance in bytes of the longest match at each position of the piece. Meaningless for
    /// positions without a match.
    match_distance: Vec<u16>,
    /// For each position of the piece: the smallest encoded size, in bytes, of the piece from the
    /// position to its end, if a sequence begins at the position.
    rest_cost: Vec<u32>,
    /// For each position of the piece: the sum of the position and a size. The size is the smallest
    /// encoded size, in bytes, from the position to the end of the piece if a match begins at the
    /// position. The size includes neither the token before the match nor the literals before it.
    /// If no match begins at the position, the sum is [`INFINITE`].
    ///
    /// The sums can be compared to find the best match for a sequence that begins earlier. If a
    /// match begins one byte later, the sequence has one more literal, which takes one byte. The
    /// sum is also greater by one, because it includes the position.
    match_sum: Vec<u32>,
    /// Memory for the two [`MonotoneStack`]s that `compute_costs` uses. It is allocated only once.
    stacks: [Vec<u32>; 2],
}

impl OptimalLz4 {
    /// Creates an encoder for blocks of up to `max_block` bytes. To find matches, the encoder
    /// compares each position with up to `tree_depth` earlier positions.
    pub(crate) fn new(tree_depth: usize, max_block: usize) -> Self {
        let piece = max_block.min(MAX_PIECE);
        let ring = piece.next_power_of_two();
        let hash_bits = ring.ilog2() + 1;
        OptimalLz4 {
            tree_depth,
            newest: vec![0; 1 << hash_bits],
            hash_shift: 32 - hash_bits,
            base: 1,
            next_base: 1,
            tree: vec![[0; 2]; ring],
            match_length: vec![0; piece],
            match_distance: vec![0; piece],
            rest_cost: vec![0; piece + 1],
            match_sum: vec![0; piece + 1],
            stacks: [vec![0; piece], vec![0; piece]],
        }
    }

    /// Encodes `block` into `out` and returns the number of bytes written to `out`. Returns `None`
    /// if the encoded block is larger than `out`. Also returns `None`, without finishing the work,
    /// if another thread sets `stop`.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        self.start_block(block.len());
        let mut writer = SequenceWriter { out, at: 0 };
        let mut written = 0;
        for start in (0..block.len()).step_by(MAX_PIECE) {
            let piece = Piece::new(block, start);
            self.find_matches(&piece, stop)?;
            self.compute_costs(&piece);
            written = self.write_piece(&piece, written, &mut writer)?;
        }
        writer.token(block.len() - written, 0)?;
        writer.bytes(&block[written..])?;
        Some(writer.at)
    }

    /// Prepares the encoder for a new block of `n` bytes. The bytes of the block get position
    /// numbers that are greater than all earlier ones, so that no matches in earlier blocks are
    /// found. If such numbers would not fit into 32 bits, the numbers begin at 1 again and `newest`
    /// is cleared.
    fn start_block(&mut self, n: usize) {
        if (u32::MAX - self.next_base) as usize <= n {
            self.newest.fill(0);
            self.next_base = 1;
        }
        self.base = self.next_base;
        self.next_base += n as u32;
    }

    /// Fills `match_length` and `match_distance` with the longest match at each position of the
    /// piece. Returns `None` if `stop` is set.
    fn find_matches(&mut self, piece: &Piece, stop: &AtomicBool) -> Option<()> {
        let searched = piece.searched();
        self.match_length[searched..piece.len()].fill(0);
        let mut previous = (0, 0);
        for at in 0..searched {
            if at % STOP_INTERVAL == 0 && stop.load(Ordering::Relaxed) {
                return None;
            }
            previous = self.find_match(piece, piece.start + at, previous);
            let (length, distance) = previous;
            let length = length.min(piece.len() - at);
            let usable = if length < MIN_MATCH { 0 } else { length };
            self.match_length[at] = usable as u32;
            self.match_distance[at] = distance as u16;
        }
        Some(())
    }

    /// Returns the length and the distance, in bytes, of the longest match that is found at offset
    /// `at` of the block. Length and distance are 0 if there is no match. The length may be less
    /// than [`MIN_MATCH`]. `previous` is the result for offset `at - 1`, or two zeros at the start
    /// of the piece.
    ///
    /// Searches the binary tree of the earlier positions with the same hash of four bytes as `at`.
    /// The search also rebuilds this tree with `at` as the new root. The search ends after
    /// `tree_depth` positions, or at the first match of [`NICE_LENGTH`] bytes or more.
    #[inline]
    fn find_match(&mut self, piece: &Piece, at: usize, previous: (usize, usize)) -> (usize, usize) {
        let block = piece.block;
        let base = self.base;
        let tree = &mut self.tree[..];
        let ring_mask = tree.len() - 1;
        let most = block.len() - LAST_LITERALS - at;
        let nice = most.min(NICE_LENGTH);
        let text = &block[at..at + most];
        let start = &text[..nice];
        let hash = hash(text, self.hash_shift);
        let mut next = core::mem::replace(&mut self.newest[hash], base + at as u32);
        // The text of a position is the bytes of the block from the position on. The search splits
        // the tree into two parts: the positions with smaller text than `at` (part 0), and the
        // positions with greater text (part 1). Part 0 becomes the subtree of child 0 of `at`. Part
        // 1 becomes the subtree of child 1.
        //
        // `slots[part]` is the child entry to which the next position of the part is written. The
        // entry is given by its index in `tree` and the number of the child. `shared[part]` is the
        // number of bytes that the text of `at` and the text of the last position of the part have
        // in common at their start.
        let mut slots = [(at & ring_mask, 0), (at & ring_mask, 1)];
        let mut shared = [0, 0];
        let (mut best, mut distance) = (0, 0);
        for _ in 0..self.tree_depth {
            let from = next.wrapping_sub(base) as usize;
            if next < base || at - from > MAX_DISTANCE {
                // `next` is 0, belongs to an earlier block or is too far back, so the search ends.
                // The positions below `next` in the tree are even farther back.
                break;
            }
            let earlier = &block[from..from + most];
            // In the order of text, `earlier` is between the last visited position with smaller
            // text than `at` and the last visited position with greater text. So `earlier` has at
            // least as many bytes in common with `at` as one of these two positions has.
            let known = shared[0].min(shared[1]);
            let length = common_length(&earlier[..nice], start, known);
            if length > best {
                (best, distance) = (length, at - from);
            }
            if length == nice {
                // If the match at offset `at - 1` has the same distance, all its bytes except the
                // first one also belong to this match. So they are not compared again.
                let known = if distance == previous.1 {
                    previous.0.max(1) - 1
                } else {
                    0
                };
                // No match may go past the end of the piece, so no bytes after that end are
                // compared.
                let limit = most.min(nice.max(piece.end - at));
                best = common_length(
                    &earlier[..limit],
                    &text[..limit],
                    nice.max(known).min(limit),
                );
                // The first `nice` bytes of the two positions are equal. So `at` replaces the
                // earlier position in the tree and gets its children.
                for (slot, child) in slots.iter().zip(tree[from & ring_mask]) {
                    tree[slot.0][slot.1] = child;
                }
                return (best, distance);
            }
            let side = usize::from(earlier[length] > text[length]);
            let slot = slots[side];
            tree[slot.0][slot.1] = next;
            slots[side] = (from & ring_mask, 1 - side);
            shared[side] = length;
            next = tree[from & ring_mask][1 - side];
        }
        // The search has ended, so no position is written to the last child entry of each part.
        for slot in slots {
            tree[slot.0][slot.1] = 0;
        }
        (best, distance)
    }

    /// Fills `rest_cost` and `match_sum` for all positions of the piece, from its end to its
    /// beginning. This order is required because each size is computed from the sizes for later
    /// positions.
    fn compute_costs(&mut self, piece: &Piece) {
        let n = piece.len();
        let starts = piece.starts();
        let rest_cost = &mut self.rest_cost[..=n];
        let match_sum = &mut self.match_sum[..=n];
        match_sum[starts..].fill(INFINITE);
        for (at, cost) in rest_cost.iter_mut().enumerate().skip(starts) {
            *cost = literals_cost(n - at);
        }
        // In the last loop, `ends` has the positions at which a match that begins at `at` can end.
        // `matches` has the positions from `at` on at which a match can begin. Positions that
        // cannot be part of the smallest encoding are removed from both stacks.
        let [ends, matches] = &mut self.stacks;
        let mut ends = MonotoneStack::new(ends, n);
        let mut matches = MonotoneStack::new(matches, n);
        for at in (starts + MIN_MATCH..=piece.matches_end()).rev() {
            ends.push(rest_cost, at);
        }
        for at in (0..starts).rev() {
            ends.push(rest_cost, at + MIN_MATCH);
            let longest = self.match_length[at] as usize;
            if longest != 0 {
                match_sum[at] = at as u32 + match_cost(rest_cost, &ends, at, longest);
                matches.push(match_sum, at);
            } else {
                match_sum[at] = INFINITE;
            }
            rest_cost[at] = literals_cost(n - at).min(sequence_cost(match_sum, &matches, at));
        }
    }

    /// Writes the sequences of the piece that together have the smallest size, as computed by
    /// `compute_costs`. The literals after the last match of the piece are not written. They belong
    /// to the next sequence, whose match may be in the next piece.
    ///
    /// `written` is the number of bytes at the start of the block that are already encoded. Returns
    /// the updated number, which ends with the last match of the piece. Returns `None` if the
    /// output of `writer` is full.
    fn write_piece(
        &self,
        piece: &Piece,
        mut written: usize,
        writer: &mut SequenceWriter,
    ) -> Option<usize> {
        let mut at = 0;
        while let Some(literals) = self.literals_at(at, piece.len()) {
            let match_start = at + literals;
            let length = self.length_at(match_start);
            let literals = &piece.block[written..piece.start + match_start];
            writer.token(literals.len(), length - MIN_MATCH)?;
            writer.bytes(literals)?;
            writer.bytes(&self.match_distance[match_start].to_le_bytes())?;
            writer.length_bytes(length - MIN_MATCH)?;
            at = match_start + length;
            written = piece.start + at;
        }
        Some(written)
    }

    /// Returns the number of literals of the sequence that begins at position `at` of the piece in
    /// the smallest encoding. Returns `None` if all bytes from `at` to the end of the piece are
    /// literals. `n` is the size of the piece in bytes.
    ///
    /// `compute_costs` computes sizes only. So this function searches for the number of literals
    /// that results in the computed size.
    fn literals_at(&self, at: usize, n: usize) -> Option<usize> {
        let cost = self.rest_cost[at];
        if cost == literals_cost(n - at) {
            return None;
        }
        (0..n - at).find(|literals| {
            let sum = self.match_sum[at + literals];
            sum != INFINITE && literals_cost(*literals) + sum == cost + (at + literals) as u32
        })
    }

    /// Returns the length, in bytes, of the match that begins at position `at` of the piece in the
    /// smallest encoding. If several lengths result in an encoding that is not larger than the size
    /// from `compute_costs`, returns the largest of these lengths.
    fn length_at(&self, at: usize) -> usize {
        let cost = self.match_sum[at] - at as u32;
        let longest = self.match_length[at] as usize;
        (MIN_MATCH..=longest)
            .rev()
            .find(|length| {
                2 + match_length_bytes(*length) as u32 + self.rest_cost[at + length] <= cost
            })
            .unwrap_or(longest)
    }
}

/// A piece of a block: the bytes of `block` from offset `start`, inclusive, to offset `end`,
/// exclusive. The pieces of a block are encoded one after another. A position in the piece is
/// counted from `start`.
struct Piece<'a> {
    block: &'a [u8],
    start: usize,
    end: usize,
}

impl Piece<'_> {
    fn new(block: &[u8], start: usize) -> Piece<'_> {
        Piece {
            block,
            start,
            end: block.len().min(start + MAX_PIECE),
        }
    }

    fn len(&self) -> usize {
        self.end - self.start
    }

    /// Returns the number of positions of the piece for which matches are searched. The search goes
    /// from the start of the piece up to this number of positions. The positions at the end of the
    /// block are excluded, because a match must begin at least [`LAST_MATCH`] bytes before the end
    /// of the block.
    fn searched(&self) -> usize {
        let starts = self.block.len().saturating_sub(LAST_MATCH - 1);
        self.end.min(starts).saturating_sub(self.start)
    }

    /// Returns the number of positions of the piece at which a match may begin. A match may begin
    /// at the positions from 0 to this number (exclusive). The number can be less than `searched`,
    /// because a match must have at least [`MIN_MATCH`] bytes within the piece.
    fn starts(&self) -> usize {
        self.searched()
            .min((self.matches_end() + 1).saturating_sub(MIN_MATCH))
    }

    /// Returns the position of the piece at which matches must end at the latest. In the last
    /// piece, this is [`LAST_LITERALS`] bytes before the end of the block. In other pieces, it is
    /// usually the end of the piece.
    fn matches_end(&self) -> usize {
        let matchable = self.block.len().saturating_sub(LAST_LITERALS);
        self.end.min(matchable).saturating_sub(self.start)
    }
}

/// Returns the smallest encoded size, in bytes, from position `at` to the end of the piece if a
/// match of [`MIN_MATCH`] to `longest` bytes begins at `at`. The size does not include the token
/// before the match. `rest_cost[i]` is the smallest encoded size from position `i` to the end of
/// the piece. `ends` has the positions from `at + MIN_MATCH` on at which the match may end.
#[inline]
fn match_cost(rest_cost: &[u32], ends: &MonotoneStack, at: usize, longest: usize) -> u32 {
    let short = longest.min(TOKEN_MATCH - 1);
    let mut best = INFINITE;
    // A match of at most `short` bytes needs no length bytes. The best length up to `short` is the
    // length after which the encoded rest of the piece has the fewest bytes.
    for cost in &rest_cost[at + MIN_MATCH..=at + short] {
        best = best.min(*cost);
    }
    if longest >= TOKEN_MATCH {
        // `end` is the largest match length, in bytes, that takes `count` length bytes. The loop
        // treats all shorter matches as if they also took `count` length bytes. The computed size
        // of a shorter match can then be too large, but never too small.
        let most = match_length_bytes(longest);
        let mut count = most.saturating_sub(MAX_SAVED_LENGTH_BYTES).max(1);
        while count <= most {
            let end = TOKEN_MATCH + LENGTH_BYTE * count - 1;
            best = best.min(ends.minimum_up_to(rest_cost, at + longest.min(end)) + count as u32);
            count += 1;
        }
    }
    // The distance of the match takes two bytes.
    2 + best
}

/// Returns the smallest encoded size, in bytes, from position `at` to the end of the piece if a
/// sequence with a match begins at `at`. `matches` has the positions at which this match may begin.
/// Returns [`INFINITE`] if `matches` is empty.
///
/// `match_sum[i]` is the sum of position `i` and a size. The size is the encoded size from `i` to
/// the end of the piece if a match begins at `i`, without the token before this match.
#[inline]
fn sequence_cost(match_sum: &[u32], matches: &MonotoneStack, at: usize) -> u32 {
    let mut best = INFINITE;
    // `cost` is the encoded size, in bytes, without the token and without the length bytes that
    // hold the number of literals. The loop begins at the position that is farthest from `at`,
    // because it has the lowest `cost`. A position closer to `at` has a higher `cost`, but fewer
    // literals, which can take fewer length bytes. When `cost` alone is at least `best`, no
    // remaining position can be better, and the loop ends.
    for position in &matches.stack[..matches.count] {
        let position = *position as usize;
        let cost = match_sum[position] - at as u32;
        if cost >= best {
            break;
        }
        let literals = position - at;
        best = best.min(cost + literals_cost(literals) - literals as u32);
    }
    best
}

/// A stack of positions in the piece. It is used to find the lowest cost of all pushed positions
/// that are not greater than a given position. The cost of each position is in a slice that the
/// caller passes to each function.
///
/// Positions must be pushed from the end of the piece to its beginning. A position is removed when
/// a position with the same or a lower cost is pushed. So from the bottom of the stack to its top,
/// the positions become smaller and their costs become higher.
struct MonotoneStack<'a> {
    stack: &'a mut [u32],
    count: usize,
}

impl<'a> MonotoneStack<'a> {
    fn new(stack: &'a mut [u32], n: usize) -> Self {
        MonotoneStack {
            stack: &mut stack[..n],
            count: 0,
        }
    }

    /// Pushes position `at`, which must be less than all positions on the stack. First removes the
    /// positions whose cost is at least the cost of `at`. `costs[i]` is the cost of position `i`.
    #[inline]
    fn push(&mut self, costs: &[u32], at: usize) {
        let cost = costs[at];
        while self.count > 0 && costs[self.stack[self.count - 1] as usize] >= cost {
            self.count -= 1;
        }
        self.stack[self.count] = at as u32;
        self.count += 1;
    }

    /// Returns the lowest cost of all pushed positions that are less than or equal to `reach`.
    /// Returns [`INFINITE`] if there is no such position. `costs[i]` is the cost of position `i`.
    fn minimum_up_to(&self, costs: &[u32], reach: usize) -> u32 {
        // On the stack, larger positions have lower costs. So the largest position that is at most
        // `reach` has the lowest cost.
        let stack = &self.stack[..self.count];
        let beyond = stack.partition_point(|at| *at as usize > reach);
        stack.get(beyond).map_or(INFINITE, |at| costs[*at as usize])
    }
}

/// Returns the encoded size, in bytes, of a token, `count` literals and the length bytes for
/// `count`.
fn literals_cost(count: usize) -> u32 {
    let length_bytes = match count {
        0..TOKEN_LITERALS => 0,
        _ => 1 + (count - TOKEN_LITERALS) / LENGTH_BYTE,
    };
    (1 + length_bytes + count) as u32
}

/// Returns the number of length bytes for a match of `length` bytes.
fn match_length_bytes(length: usize) -> usize {
    match length {
        0..TOKEN_MATCH => 0,
        _ => 1 + (length - TOKEN_MATCH) / LENGTH_BYTE,
    }
}

/// Returns a hash of the first four bytes of `bytes`. The hash is a number of `32 - shift` bits.
#[inline]
fn hash(bytes: &[u8], shift: u32) -> usize {
    let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    (word.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

/// Returns the number of equal bytes at the start of `a` and `b`, which must have the same length.
/// The first `known` bytes must be equal and are not compared.
#[inline]
fn common_length(a: &[u8], b: &[u8], known: usize) -> usize {
    let mut length = known;
    while let (Some(x), Some(y)) = (word(a, length), word(b, length)) {
        if x != y {
            // The numbers are little-endian, so the lowest bit that differs is in the first byte
            // that differs.
            return length + ((x ^ y).trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    while length < a.len() && length < b.len() && a[length] == b[length] {
        length += 1;
    }
    length
}

/// Returns the eight bytes of `bytes` that begin at offset `at`, as a little-endian number. Returns
/// `None` if there are fewer than eight.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// A writer that appends the parts of LZ4 sequences to `out`. Every function returns `None` if
/// `out` has too little space left.
struct SequenceWriter<'a> {
    out: &'a mut [u8],
    /// Number of bytes written to `out` so far.
    at: usize,
}

impl SequenceWriter<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at + bytes.len();
        self.out.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }

    /// Writes the token of a sequence, and the length bytes for the number of literals. `literals`
    /// is this number. `length_less_4` is the length of the match minus 4, or 0 if the sequence has
    /// no match. The length bytes of the match are not written, because they follow the distance.
    fn token(&mut self, literals: usize, length_less_4: usize) -> Option<()> {
        self.bytes(&[(literals.min(15) << 4 | length_less_4.min(15)) as u8])?;
        self.length_bytes(literals)
    }

    /// Writes the length bytes of a number of literals, or of the length of a match minus 4. Writes
    /// nothing if `length` is less than 15, because the token holds such a number completely. If
    /// `length` is 15 or more, the token holds 15, and the sum of the length bytes is `length -
    /// 15`.
    fn length_bytes(&mut self, length: usize) -> Option<()> {
        let Some(mut rest) = length.checked_sub(15) else {
            return Some(());
        };
        while rest >= LENGTH_BYTE {
            self.bytes(&[255])?;
            rest -= LENGTH_BYTE;
        }
        self.bytes(&[rest as u8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::samples::{amount, lifelike, Random};

    static NEVER_STOP: AtomicBool = AtomicBool::new(false);

    /// Encodes `block` and checks that lz4_flex and the C library lz4 decode the result to `block`.
    /// Then checks that `block` can be encoded into a buffer of exactly the encoded size, and
    /// cannot be encoded into a buffer that is one byte smaller. Returns the encoded size in bytes.
    fn round_trip(encoder: &mut OptimalLz4, block: &[u8]) -> usize {
        let mut out = vec![0; lz4_flex::block::get_maximum_output_size(block.len())];
        let len = encoder.encode(block, &mut out, &NEVER_STOP).unwrap();
        let mut decoded = vec![0xAA; block.len()];
        let count = lz4_flex::block::decompress_into(&out[..len], &mut decoded).unwrap();
        assert_eq!((count, &decoded[..]), (block.len(), block));
        if !block.is_empty() {
            decoded.fill(0x55);
            let count = lzzzz::lz4::decompress(&out[..len], &mut decoded).unwrap();
            assert_eq!((count, &decoded[..]), (block.len(), block));
        }
        let mut exact = vec![0; len];
        assert_eq!(encoder.encode(block, &mut exact, &NEVER_STOP), Some(len));
        assert_eq!(exact, out[..len]);
        assert_eq!(
            encoder.encode(block, &mut exact[..len - 1], &NEVER_STOP),
            None
        );
        len
    }

    /// Returns blocks of `size` bytes with different content, from all zeros to random bytes.
    fn blocks(random: &mut Random, size: usize) -> Vec<Vec<u8>> {
        let mut sparse = vec![0; size];
        for _ in 0..size / 60 {
            sparse[random.below(size)] = random.number() as u8;
        }
        let period = 1 + random.below(300);
        let pattern = random.bytes(period, 256);
        let mut few_matches = random.bytes(size, 256);
        // Copies earlier bytes to offsets 700 and 1450 to make two matches. The first match has 700
        // literals before it, and the second match has 710. Both numbers of literals need three
        // length bytes.
        if size > 1500 {
            few_matches.copy_within(0..40, 700);
            few_matches.copy_within(5..15, 1450);
        }
        vec![
            lifelike(random, size),
            sparse,
            few_matches,
            vec![0; size],
            random.bytes(size, 2),
            random.bytes(size, 4),
            pattern.iter().copied().cycle().take(size).collect(),
        ]
    }

    #[test]
    fn blocks_of_all_sizes_and_kinds_decode() {
        let mut random = Random(21);
        let mut encoder = OptimalLz4::new(1024, 300_000);
        // The first sizes are less than the size of a piece, which is 65,536 bytes. The last four
        // sizes are one byte more than a piece, several pieces, exactly one piece, and 12 bytes
        // more than a piece.
        let several = amount(300_000, 140_000);
        let sizes = [255, 300, 2047, 2048, 5000, 65_537, several, 65_536, 65_548];
        for size in (0..40).chain(sizes.into_iter().take(amount(9, 7))) {
            for block in blocks(&mut random, size) {
                round_trip(&mut encoder, &block);
            }
        }
    }

    #[test]
    fn blocks_are_no_larger_than_those_of_lz4_hc_at_level_12() {
        let mut random = Random(22);
        let mut encoder = OptimalLz4::new(4096, 2048);
        let mut other = vec![0; 4096];
        for _ in 0..amount(60, 20) {
            for block in blocks(&mut random, 2048) {
                let ours = round_trip(&mut encoder, &block);
                let theirs = lzzzz::lz4_hc::compress(&block, &mut other, 12).unwrap();
                assert!(ours <= theirs, "ours: {ours}, C lz4: {theirs}");
            }
        }
    }

    /// Compares the size of each encoded block with the smallest possible size. The function
    /// `smallest` finds this size by trying all possible encodings.
    #[test]
    fn short_blocks_have_the_smallest_possible_size() {
        /// Returns the smallest encoded size, in bytes, of `block` from offset `at` on. `known[i]`
        /// is the result for offset `i` if it has been computed before.
        fn smallest(block: &[u8], at: usize, known: &mut [Option<u32>]) -> u32 {
            if let Some(cost) = known[at] {
                return cost;
            }
            let n = block.len();
            let mut cost = literals_cost(n - at);
            for start in at..n.saturating_sub(LAST_MATCH - 1) {
                for from in 0..start {
                    for length in MIN_MATCH..=n - LAST_LITERALS - start {
                        if (0..length).any(|i| block[from + i] != block[start + i]) {
                            break;
                        }
                        let sequence =
                            literals_cost(start - at) + 2 + match_length_bytes(length) as u32;
                        cost = cost.min(sequence + smallest(block, start + length, known));
                    }
                }
            }
            known[at] = Some(cost);
            cost
        }
        let mut random = Random(23);
        let mut encoder = OptimalLz4::new(4096, 128);
        for round in 0..300 {
            let size = 13 + random.below(80);
            let block = match round % 3 {
                0 => random.bytes(size, 2),
                1 => random.bytes(size, 3),
                _ => lifelike(&mut random, size),
            };
            let expected = smallest(&block, 0, &mut vec![None; size + 1]);
            assert_eq!(round_trip(&mut encoder, &block) as u32, expected);
        }
    }
}
