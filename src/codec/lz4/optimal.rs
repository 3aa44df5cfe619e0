//! The smallest LZ4 block that a sequence of literals and matches can be: an exact dynamic
//! programme over the block, from its end to its beginning.
//!
//! Every offset costs two bytes, so of all matches at a position only the longest one matters, and
//! any shorter length of it. The costs are whole bytes: a token and an offset for each sequence,
//! and further bytes where its literals reach 15, 270, ... or its match 19, 274, ...
//!
//! Only a block of more than 64 KiB is done in pieces, over whose borders no match goes.

use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

/// The shortest match.
const MIN_MATCH: usize = 4;

/// The last bytes of a block, which are always literals.
const LAST_LITERALS: usize = 5;

/// No match begins in so many last bytes of a block.
const LAST_MATCH: usize = 12;

/// The farthest that a match can be copied from.
const MAX_DISTANCE: usize = 65535;

/// Literals that a token counts by itself, and that each further byte counts.
const TOKEN_LITERALS: usize = 15;
const TOKEN_MATCH: usize = MIN_MATCH + 15;
const MORE: usize = 255;

/// How many bytes of its length a match that is cut short may save. That helps a little where
/// others begin better, but where a match is very long there is no end of places to cut it.
const MOST_LESS: usize = 16;

/// The most bytes that are parsed at once. Matches are looked for in as many before them.
const MAX_PIECE: usize = 1 << 16;

/// Positions that are searched between two looks at whether to stop.
const STRIDE: usize = 1 << 10;

/// A match of so many bytes is good enough to look for no other: in long runs all places are alike,
/// and to compare each with each would take for ever.
const LONG: usize = 256;

/// More than any block costs.
const NEVER: u32 = u32::MAX / 2;

/// An encoder, to be used for many blocks.
pub(crate) struct Optimal {
    /// How many earlier places are looked at for each match, at the most.
    depth: usize,
    /// The newest place with each hash, counted over all blocks so that none need be cleared.
    newest: Vec<u32>,
    hash_shift: u32,
    /// The places in that count of the block's first byte and of the next block's.
    base: u32,
    next_base: u32,
    /// For each position, modulo their number: the roots of the trees of earlier positions with
    /// the same hash whose bytes sort before its own and after them.
    tree: Vec<[u32; 2]>,
    /// For each position of the piece: the length of the longest match, or 0, and its distance.
    longest: Vec<u32>,
    distance: Vec<u16>,
    /// For each position: the fewest bytes for the rest of the piece if a sequence begins here.
    rest: Vec<u32>,
    /// For each position where a match may begin: the same from here, without the sequence's
    /// token, and as if every byte before were a literal that costs a byte.
    copy: Vec<u32>,
    /// Room for two [`Minima`].
    minima: [Vec<u32>; 2],
}

impl Optimal {
    pub(crate) fn new(depth: usize, max_block: usize) -> Self {
        let piece = max_block.min(MAX_PIECE);
        let ring = piece.next_power_of_two();
        let hash_bits = ring.ilog2() + 1;
        Optimal {
            depth,
            newest: vec![0; 1 << hash_bits],
            hash_shift: 32 - hash_bits,
            base: 1,
            next_base: 1,
            tree: vec![[0; 2]; ring],
            longest: vec![0; piece],
            distance: vec![0; piece],
            rest: vec![0; piece + 1],
            copy: vec![0; piece + 1],
            minima: [vec![0; piece], vec![0; piece]],
        }
    }

    /// Encodes `block` into `out` and returns how many bytes that took, or `None` where it does
    /// not fit, or when `stop` says that nobody wants it any more.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        self.start_block(block.len());
        let mut writer = Writer { out, at: 0 };
        let mut written = 0;
        for start in (0..block.len()).step_by(MAX_PIECE) {
            let piece = Piece::new(block, start);
            self.find_matches(&piece, stop)?;
            self.count_bytes(&piece);
            written = self.emit(&piece, written, &mut writer)?;
        }
        writer.token(block.len() - written, 0)?;
        writer.bytes(&block[written..])?;
        Some(writer.at)
    }

    /// Forgets the block before; the next one has `n` bytes.
    fn start_block(&mut self, n: usize) {
        if (u32::MAX - self.next_base) as usize <= n {
            self.newest.fill(0);
            self.next_base = 1;
        }
        self.base = self.next_base;
        self.next_base += n as u32;
    }

    /// Finds the longest match at each position; `None` when told to stop.
    fn find_matches(&mut self, piece: &Piece, stop: &AtomicBool) -> Option<()> {
        let found = piece.searched();
        self.longest[found..piece.len()].fill(0);
        let mut before = (0, 0);
        for at in 0..found {
            if at % STRIDE == 0 && stop.load(Ordering::Relaxed) {
                return None;
            }
            before = self.find_match(piece, piece.start + at, before);
            let (length, distance) = before;
            let length = length.min(piece.len() - at);
            let usable = if length < MIN_MATCH { 0 } else { length };
            self.longest[at] = usable as u32;
            self.distance[at] = distance as u16;
        }
        Some(())
    }

    /// The longest match at `at`, unless one is long enough, by a walk down the tree of the
    /// positions with its hash, whose root it becomes. `before` is the match at the position
    /// before.
    #[inline]
    fn find_match(&mut self, piece: &Piece, at: usize, before: (usize, usize)) -> (usize, usize) {
        let block = piece.block;
        let base = self.base;
        let tree = &mut self.tree[..];
        let ring = tree.len() - 1;
        let most = block.len() - LAST_LITERALS - at;
        let long = most.min(LONG);
        let here = &block[at..at + most];
        let text = &here[..long];
        let hash = hash(here, self.hash_shift);
        let mut next = core::mem::replace(&mut self.newest[hash], base + at as u32);
        // Where what sorts before and after goes, and how much all of that has in common with
        // what is here.
        let mut slots = [(at & ring, 0), (at & ring, 1)];
        let mut shared = [0, 0];
        let (mut best, mut distance) = (0, 0);
        for _ in 0..self.depth {
            let from = next.wrapping_sub(base) as usize;
            if next < base || at - from > MAX_DISTANCE {
                break;
            }
            let there = &block[from..from + most];
            let known = shared[0].min(shared[1]);
            let length = common(&there[..long], text, known);
            if length > best {
                (best, distance) = (length, at - from);
            }
            if length == long {
                // The match before, one byte further on, need not be compared again.
                let known = if distance == before.1 {
                    before.0.max(1) - 1
                } else {
                    0
                };
                // What is beyond the piece is of no use.
                let far = most.min(long.max(piece.end - at));
                best = common(&there[..far], &here[..far], long.max(known).min(far));
                for (slot, child) in slots.iter().zip(tree[from & ring]) {
                    tree[slot.0][slot.1] = child;
                }
                return (best, distance);
            }
            let side = usize::from(there[length] > here[length]);
            let slot = slots[side];
            tree[slot.0][slot.1] = next;
            slots[side] = (from & ring, 1 - side);
            shared[side] = length;
            next = tree[from & ring][1 - side];
        }
        for slot in slots {
            tree[slot.0][slot.1] = 0;
        }
        (best, distance)
    }

    /// Fills `rest` and `copy`, from the end of the piece to its beginning.
    fn count_bytes(&mut self, piece: &Piece) {
        let n = piece.len();
        let starts = piece.starts();
        let rest = &mut self.rest[..=n];
        let copy = &mut self.copy[..=n];
        copy[starts..].fill(NEVER);
        for (at, cost) in rest.iter_mut().enumerate().skip(starts) {
            *cost = literals_cost(n - at);
        }
        let [ends, places] = &mut self.minima;
        let mut ends = Minima::new(ends, n);
        let mut places = Minima::new(places, n);
        for at in (starts + MIN_MATCH..=piece.copies_end()).rev() {
            ends.push(rest, at);
        }
        for at in (0..starts).rev() {
            ends.push(rest, at + MIN_MATCH);
            let longest = self.longest[at] as usize;
            if longest != 0 {
                copy[at] = at as u32 + copy_cost(rest, &ends, at, longest);
                places.push(copy, at);
            } else {
                copy[at] = NEVER;
            }
            rest[at] = literals_cost(n - at).min(sequence_cost(copy, &places, at));
        }
    }

    /// Writes the sequences that the costs tell. So much of the block was `written` before;
    /// returns how much is now.
    fn emit(&self, piece: &Piece, mut written: usize, writer: &mut Writer) -> Option<usize> {
        let mut at = 0;
        while let Some(literals) = self.literals_at(at, piece.len()) {
            let copy = at + literals;
            let length = self.length_at(copy);
            let literals = &piece.block[written..piece.start + copy];
            writer.token(literals.len(), length - MIN_MATCH)?;
            writer.bytes(literals)?;
            writer.bytes(&self.distance[copy].to_le_bytes())?;
            writer.more(length - MIN_MATCH)?;
            at = copy + length;
            written = piece.start + at;
        }
        Some(written)
    }

    /// How many literals the best sequence at `at` begins with; `None` for the last sequence.
    fn literals_at(&self, at: usize, n: usize) -> Option<usize> {
        let cost = self.rest[at];
        if cost == literals_cost(n - at) {
            return None;
        }
        (0..n - at).find(|literals| {
            let copy = self.copy[at + literals];
            copy != NEVER && literals_cost(*literals) + copy == cost + (at + literals) as u32
        })
    }

    /// How long the best match at `at` is.
    fn length_at(&self, at: usize) -> usize {
        let cost = self.copy[at] - at as u32;
        let longest = self.longest[at] as usize;
        (MIN_MATCH..=longest)
            .rev()
            .find(|length| 2 + match_more(*length) as u32 + self.rest[at + length] <= cost)
            .unwrap_or(longest)
    }
}

/// A part of a block that is parsed at once.
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

    /// Matches are looked for at so many positions.
    fn searched(&self) -> usize {
        let starts = self.block.len().saturating_sub(LAST_MATCH - 1);
        self.end.min(starts).saturating_sub(self.start)
    }

    /// Matches may begin at so many positions.
    fn starts(&self) -> usize {
        self.searched()
            .min((self.copies_end() + 1).saturating_sub(MIN_MATCH))
    }

    /// Matches may go as far as here.
    fn copies_end(&self) -> usize {
        let copies = self.block.len().saturating_sub(LAST_LITERALS);
        self.end.min(copies).saturating_sub(self.start)
    }
}

/// The fewest bytes from `at` on if a match of up to `longest` bytes begins there, but for the
/// token.
#[inline]
fn copy_cost(rest: &[u32], minima: &Minima, at: usize, longest: usize) -> u32 {
    let short = longest.min(TOKEN_MATCH - 1);
    let mut best = NEVER;
    for cost in &rest[at + MIN_MATCH..=at + short] {
        best = best.min(*cost);
    }
    if longest >= TOKEN_MATCH {
        let most = match_more(longest);
        let mut more = most.saturating_sub(MOST_LESS).max(1);
        while more <= most {
            let end = TOKEN_MATCH + MORE * more - 1;
            best = best.min(minima.up_to(rest, at + longest.min(end)) + more as u32);
            more += 1;
        }
    }
    2 + best
}

/// The fewest bytes from `at` on with one match at least.
#[inline]
fn sequence_cost(copy: &[u32], places: &Minima, at: usize) -> u32 {
    let mut best = NEVER;
    // The farthest place is the cheapest. A nearer one may still win: fewer bytes tell how many
    // literals come first.
    for place in &places.stack[..places.count] {
        let place = *place as usize;
        let cost = copy[place] - at as u32;
        if cost >= best {
            break;
        }
        let literals = place - at;
        best = best.min(cost + literals_cost(literals) - literals as u32);
    }
    best
}

/// Positions to the right where something costs less than anywhere between, the nearest on top.
struct Minima<'a> {
    stack: &'a mut [u32],
    count: usize,
}

impl<'a> Minima<'a> {
    fn new(stack: &'a mut [u32], n: usize) -> Self {
        Minima {
            stack: &mut stack[..n],
            count: 0,
        }
    }

    #[inline]
    fn push(&mut self, costs: &[u32], at: usize) {
        let cost = costs[at];
        while self.count > 0 && costs[self.stack[self.count - 1] as usize] >= cost {
            self.count -= 1;
        }
        self.stack[self.count] = at as u32;
        self.count += 1;
    }

    /// The least of the costs at the positions up to `reach`.
    fn up_to(&self, costs: &[u32], reach: usize) -> u32 {
        let stack = &self.stack[..self.count];
        let beyond = stack.partition_point(|at| *at as usize > reach);
        stack.get(beyond).map_or(NEVER, |at| costs[*at as usize])
    }
}

/// A token and `count` literals.
fn literals_cost(count: usize) -> u32 {
    let more = match count {
        0..TOKEN_LITERALS => 0,
        _ => 1 + (count - TOKEN_LITERALS) / MORE,
    };
    (1 + more + count) as u32
}

/// Bytes that a match's length takes beyond the token.
fn match_more(length: usize) -> usize {
    match length {
        0..TOKEN_MATCH => 0,
        _ => 1 + (length - TOKEN_MATCH) / MORE,
    }
}

#[inline]
fn hash(bytes: &[u8], shift: u32) -> usize {
    let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    (word.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

/// How many leading bytes of two texts of one length are the same, the first `known` among them.
#[inline]
fn common(a: &[u8], b: &[u8], known: usize) -> usize {
    let mut length = known;
    while let (Some(x), Some(y)) = (word(a, length), word(b, length)) {
        if x != y {
            return length + ((x ^ y).trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    while length < a.len() && length < b.len() && a[length] == b[length] {
        length += 1;
    }
    length
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

struct Writer<'a> {
    out: &'a mut [u8],
    at: usize,
}

/// Everything it writes has to fit.
impl Writer<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.at + bytes.len();
        self.out.get_mut(self.at..end)?.copy_from_slice(bytes);
        self.at = end;
        Some(())
    }

    /// The token, and what the literals' length takes beyond it.
    fn token(&mut self, literals: usize, copy: usize) -> Option<()> {
        self.bytes(&[(literals.min(15) << 4 | copy.min(15)) as u8])?;
        self.more(literals)
    }

    /// What a length takes beyond its four bits in the token.
    fn more(&mut self, length: usize) -> Option<()> {
        let Some(mut rest) = length.checked_sub(15) else {
            return Some(());
        };
        while rest >= MORE {
            self.bytes(&[255])?;
            rest -= MORE;
        }
        self.bytes(&[rest as u8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::samples::{amount, lifelike, Random};

    static GO_ON: AtomicBool = AtomicBool::new(false);

    /// Encodes with ample room and with just enough, and reads it back with two decoders.
    fn round_trip(encoder: &mut Optimal, block: &[u8]) -> usize {
        let mut out = vec![0; lz4_flex::block::get_maximum_output_size(block.len())];
        let len = encoder.encode(block, &mut out, &GO_ON).unwrap();
        let mut back = vec![0xAA; block.len()];
        let given = lz4_flex::block::decompress_into(&out[..len], &mut back).unwrap();
        assert_eq!((given, &back[..]), (block.len(), block));
        if !block.is_empty() {
            back.fill(0x55);
            let given = lzzzz::lz4::decompress(&out[..len], &mut back).unwrap();
            assert_eq!((given, &back[..]), (block.len(), block));
        }
        let mut exact = vec![0; len];
        assert_eq!(encoder.encode(block, &mut exact, &GO_ON), Some(len));
        assert_eq!(exact, out[..len]);
        assert_eq!(encoder.encode(block, &mut exact[..len - 1], &GO_ON), None);
        len
    }

    fn blocks(random: &mut Random, size: usize) -> Vec<Vec<u8>> {
        let mut sparse = vec![0; size];
        for _ in 0..size / 60 {
            sparse[random.below(size)] = random.number() as u8;
        }
        let period = 1 + random.below(300);
        let pattern = random.bytes(period, 256);
        let mut rare = random.bytes(size, 256);
        // Two matches far apart, with more literals between them than two bytes can tell.
        if size > 1500 {
            rare.copy_within(0..40, 700);
            rare.copy_within(5..15, 1450);
        }
        vec![
            lifelike(random, size),
            sparse,
            rare,
            vec![0; size],
            random.bytes(size, 2),
            random.bytes(size, 4),
            pattern.iter().copied().cycle().take(size).collect(),
        ]
    }

    #[test]
    fn blocks_of_all_sizes_and_kinds() {
        let mut random = Random(21);
        let mut encoder = Optimal::new(1024, 300_000);
        // Up to a piece, several, and a little more.
        let several = amount(300_000, 140_000);
        let sizes = [255, 300, 2047, 2048, 5000, 65_537, several, 65_536, 65_548];
        for size in (0..40).chain(sizes.into_iter().take(amount(9, 7))) {
            for block in blocks(&mut random, size) {
                round_trip(&mut encoder, &block);
            }
        }
    }

    #[test]
    fn no_encoder_makes_less() {
        let mut random = Random(22);
        let mut encoder = Optimal::new(4096, 2048);
        let mut other = vec![0; 4096];
        for _ in 0..amount(60, 20) {
            for block in blocks(&mut random, 2048) {
                let ours = round_trip(&mut encoder, &block);
                let theirs = lzzzz::lz4_hc::compress(&block, &mut other, 12).unwrap();
                assert!(ours <= theirs, "{ours} {theirs}");
            }
        }
    }

    /// All ways to encode a short block, tried one by one.
    #[test]
    fn short_blocks_are_as_small_as_they_can_be() {
        fn best(block: &[u8], at: usize, known: &mut [Option<u32>]) -> u32 {
            if let Some(cost) = known[at] {
                return cost;
            }
            let n = block.len();
            let mut cost = literals_cost(n - at);
            for place in at..n.saturating_sub(LAST_MATCH - 1) {
                for from in 0..place {
                    for length in MIN_MATCH..=n - LAST_LITERALS - place {
                        if (0..length).any(|i| block[from + i] != block[place + i]) {
                            break;
                        }
                        let here = literals_cost(place - at) + 2 + match_more(length) as u32;
                        cost = cost.min(here + best(block, place + length, known));
                    }
                }
            }
            known[at] = Some(cost);
            cost
        }
        let mut random = Random(23);
        let mut encoder = Optimal::new(4096, 128);
        for round in 0..300 {
            let size = 13 + random.below(80);
            let block = match round % 3 {
                0 => random.bytes(size, 2),
                1 => random.bytes(size, 3),
                _ => lifelike(&mut random, size),
            };
            let expected = best(&block, 0, &mut vec![None; size + 1]);
            assert_eq!(round_trip(&mut encoder, &block) as u32, expected);
        }
    }
}
