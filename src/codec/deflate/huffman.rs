//! Huffman codes. Computes codeword lengths for given symbol counts, with or without a limit of the
//! lengths, and the codewords of a canonical code for given codeword lengths.

use crate::codec::deflate_format::MAX_CODE_LENGTH;

/// Smallest count of the symbols that are sorted by comparison. Symbols that occur less often are
/// sorted with a counting sort, which has one bucket for each smaller count.
const BUCKETS: usize = 64;

/// Largest depth for which leaves are counted separately. Deeper leaves are counted as leaves of
/// this depth. This does not change the codes, because the length limit of every code is smaller
/// than this depth, and codewords longer than the limit are shortened to it.
const MAX_DEPTH: usize = 48;

/// The properties of a Huffman tree from which a code with any limit of the codeword lengths can be
/// built. They are the symbols in the order of their counts and the number of leaves at each depth.
pub(crate) struct HuffmanTree<const SYMBOLS: usize> {
    /// The symbols that get codewords, ordered by rising count. Only the first `used` elements are
    /// valid.
    sorted: [u16; SYMBOLS],
    used: usize,
    /// Number of leaves at each depth. The index is the depth, which is the number of bits of a
    /// codeword if the codeword lengths are not limited.
    leaves: [u16; MAX_DEPTH + 1],
    depth: usize,
}

impl<const SYMBOLS: usize> HuffmanTree<SYMBOLS> {
    /// Builds the tree for symbols that occur `counts` times. Symbols with count 0 get no codeword.
    /// But if fewer than two symbols occur, symbols with count 0 are added until there are two. So
    /// every code is complete and has at least two codewords.
    pub(crate) fn new(counts: &[u32]) -> Self {
        let mut tree = HuffmanTree {
            sorted: [0; SYMBOLS],
            used: 0,
            leaves: [0; MAX_DEPTH + 1],
            depth: 0,
        };
        let mut weights = [0u32; SYMBOLS];
        tree.sort(counts, &mut weights);
        tree.build(&weights);
        tree
    }

    /// Writes the symbols that get codewords to `sorted`, ordered by rising count, and writes their
    /// counts to `weights` in the same order.
    fn sort(&mut self, counts: &[u32], weights: &mut [u32; SYMBOLS]) {
        let mut buckets = [0u16; BUCKETS + 1];
        for &count in counts {
            buckets[(count as usize).min(BUCKETS)] += 1;
        }
        let mut next = 0;
        for bucket in &mut buckets[1..] {
            next += core::mem::replace(bucket, next);
        }
        self.used = usize::from(next);
        let frequent = usize::from(buckets[BUCKETS]);
        for (symbol, &count) in counts.iter().enumerate() {
            if count != 0 {
                let next = &mut buckets[(count as usize).min(BUCKETS)];
                self.sorted[usize::from(*next)] = symbol as u16;
                *next += 1;
            }
        }
        let by_count = |symbol: &u16| (counts[usize::from(*symbol)], *symbol);
        self.sorted[frequent..self.used].sort_unstable_by_key(by_count);
        self.add_unused(counts);
        for (weight, &symbol) in weights.iter_mut().zip(&self.sorted[..self.used]) {
            *weight = counts[usize::from(symbol)];
        }
    }

    /// Appends symbols that do not occur to `sorted` until it has two symbols. These symbols are
    /// not in the order of their counts, but the order has no effect, because both codewords have 1
    /// bit.
    fn add_unused(&mut self, counts: &[u32]) {
        let unused = (0..counts.len()).filter(|&symbol| counts[symbol] == 0);
        for symbol in unused.take(2usize.saturating_sub(self.used)) {
            self.sorted[self.used] = symbol as u16;
            self.used += 1;
        }
    }

    /// Builds the tree by joining the two lightest nodes until one node is left. The weight of a
    /// leaf is the count of its symbol, and the weight of a joined node is the sum of its two
    /// children.
    ///
    /// The leaves are sorted by weight, and joined nodes are created in the order of rising weight.
    /// So the lightest node without a parent is either the next leaf or the next joined node.
    fn build(&mut self, weights: &[u32; SYMBOLS]) {
        let leaves = self.used;
        let mut joined = [0u32; SYMBOLS];
        // For each joined node: the index of its parent, which is also a joined node. The loop over
        // `(0..root).rev()` replaces the index by the depth of the joined node.
        let mut parent = [0u16; SYMBOLS];
        let mut leaf_parent = [0u16; SYMBOLS];
        let (mut leaf, mut inner) = (0, 0);
        for node in 0..leaves - 1 {
            let mut weight = 0u32;
            for _ in 0..2 {
                if inner >= node || (leaf < leaves && weights[leaf] <= joined[inner]) {
                    weight = weight.saturating_add(weights[leaf]);
                    leaf_parent[leaf] = node as u16;
                    leaf += 1;
                } else {
                    weight = weight.saturating_add(joined[inner]);
                    parent[inner] = node as u16;
                    inner += 1;
                }
            }
            joined[node] = weight;
        }
        let root = leaves - 2;
        parent[root] = 0;
        for node in (0..root).rev() {
            parent[node] = parent[usize::from(parent[node])] + 1;
        }
        for &above in &leaf_parent[..leaves] {
            let depth = usize::from(parent[usize::from(above)]) + 1;
            self.leaves[depth.min(MAX_DEPTH)] += 1;
        }
        self.depth = (1..=MAX_DEPTH)
            .rev()
            .find(|&depth| self.leaves[depth] != 0)
            .unwrap_or(1);
    }

    /// Returns the depth of the tree. It is the number of bits of the longest codeword if the
    /// codeword lengths are not limited.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Writes the codeword length of each symbol to `lengths`, in bits. A symbol without a codeword
    /// gets length 0. No length is greater than `limit`, which must be at least
    /// [`smallest_limit`](HuffmanTree::smallest_limit).
    pub(crate) fn write_lengths(&self, limit: usize, lengths: &mut [u8]) {
        let limit = limit.min(self.depth);
        let mut of_length = [0u16; MAX_CODE_LENGTH + 1];
        for (depth, &count) in self.leaves.iter().enumerate() {
            of_length[depth.min(limit)] += count;
        }
        make_complete(&mut of_length, limit);
        lengths.fill(0);
        let mut next = 0;
        for length in (1..=limit).rev() {
            for _ in 0..of_length[length] {
                lengths[usize::from(self.sorted[next])] = length as u8;
                next += 1;
            }
        }
    }

    /// Returns the smallest possible limit of the codeword lengths, in bits. With a smaller limit,
    /// there would be fewer codewords than symbols that get one.
    pub(crate) fn smallest_limit(&self) -> usize {
        (self.used.next_power_of_two().ilog2() as usize).max(1)
    }
}

/// Corrects the number of codewords of each length after all longer codewords were shortened to
/// `limit` bits. After this, the codewords take more than the codeword space: the sum of 2^-length
/// over all codewords is greater than 1. `of_length` has the number of codewords of each length.
///
/// Each step takes the longest codeword that is shorter than `limit` bits, and replaces it by two
/// codewords that are one bit longer. One of the two is for the same symbol. The other one is for a
/// symbol whose codeword of `limit` bits is removed. So each step keeps the number of codewords,
/// and reduces the space that they take by the space of one codeword of `limit` bits.
fn make_complete(of_length: &mut [u16; MAX_CODE_LENGTH + 1], limit: usize) {
    // The unit of `available` and `taken` is the space of one codeword of `limit` bits.
    let available = 1u32 << limit;
    let taken: u32 = (1..=limit)
        .map(|length| u32::from(of_length[length]) << (limit - length))
        .sum();
    for _ in available..taken {
        let mut length = limit - 1;
        while of_length[length] == 0 {
            length -= 1;
        }
        of_length[length] -= 1;
        of_length[length + 1] += 2;
        of_length[limit] -= 1;
    }
}

/// Writes the codewords of the canonical Huffman code with the codeword lengths `lengths`, in bits,
/// to `codewords`. A symbol with length 0 has no codeword. The bits of each codeword are reversed,
/// because deflate writes a codeword from its highest bit on, but the bit writer begins with the
/// lowest bit.
pub(crate) fn codewords(lengths: &[u8], codewords: &mut [u16]) {
    // First, `next[l + 1]` is the number of codewords of `l` bits. The loop over the lengths then
    // replaces these numbers, so that `next[l]` is the first codeword of `l` bits.
    let mut next = [0u16; MAX_CODE_LENGTH + 2];
    for &length in lengths {
        next[usize::from(length) + 1] += 1;
    }
    next[1] = 0;
    for length in 1..MAX_CODE_LENGTH {
        next[length + 1] = (next[length + 1] + next[length]) << 1;
    }
    for (word, &length) in codewords.iter_mut().zip(lengths) {
        let next = &mut next[usize::from(length)];
        *word = next
            .reverse_bits()
            .checked_shr(16 - u32::from(length))
            .unwrap_or(0);
        *next = next.wrapping_add(u16::from(length != 0));
    }
}
