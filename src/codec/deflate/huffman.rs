//! Code lengths of minimum-redundancy codes, and their codewords.

use super::tables::MAX_CODE_LENGTH;

/// Symbols with a count below this are sorted by counting.
const BUCKETS: usize = 64;

/// The used symbols of an alphabet, rarest first, and the shape of their best code: what all limits of the codeword
/// length have in common.
pub(crate) struct Tree<const SYMBOLS: usize> {
    /// Used symbols by rising count.
    sorted: [u16; SYMBOLS],
    used: usize,
    /// How many codewords there are of each length; the tree of an alphabet of 288 may be deeper than any limit.
    shape: [u16; DEEPEST + 1],
    deepest: usize,
}

const DEEPEST: usize = 48;

impl<const SYMBOLS: usize> Tree<SYMBOLS> {
    /// The best tree for these counts. If fewer than two symbols are used, the first unused ones join them, so every
    /// code is complete and has two codewords.
    pub(crate) fn new(counts: &[u32]) -> Self {
        let mut tree = Tree {
            sorted: [0; SYMBOLS],
            used: 0,
            shape: [0; DEEPEST + 1],
            deepest: 0,
        };
        let mut weights = [0u32; SYMBOLS];
        tree.sort(counts, &mut weights);
        tree.grow(&weights);
        tree
    }

    fn sort(&mut self, counts: &[u32], weights: &mut [u32; SYMBOLS]) {
        let mut buckets = [0u16; BUCKETS + 1];
        for &count in counts {
            buckets[(count as usize).min(BUCKETS)] += 1;
        }
        let mut place = 0;
        for bucket in &mut buckets[1..] {
            place += core::mem::replace(bucket, place);
        }
        self.used = usize::from(place);
        let frequent = usize::from(buckets[BUCKETS]);
        for (symbol, &count) in counts.iter().enumerate() {
            if count != 0 {
                let place = &mut buckets[(count as usize).min(BUCKETS)];
                self.sorted[usize::from(*place)] = symbol as u16;
                *place += 1;
            }
        }
        let by_count = |symbol: &u16| (counts[usize::from(*symbol)], *symbol);
        self.sorted[frequent..self.used].sort_unstable_by_key(by_count);
        self.join_unused(counts);
        for (weight, &symbol) in weights.iter_mut().zip(&self.sorted[..self.used]) {
            *weight = counts[usize::from(symbol)];
        }
    }

    fn join_unused(&mut self, counts: &[u32]) {
        let unused = (0..counts.len()).filter(|&symbol| counts[symbol] == 0);
        for symbol in unused.take(2usize.saturating_sub(self.used)) {
            self.sorted[self.used] = symbol as u16;
            self.used += 1;
        }
    }

    /// Joins the two lightest nodes until one is left. Nodes made by joining come in rising weight by themselves, so
    /// the lightest is always the next leaf or the next joined node.
    fn grow(&mut self, weights: &[u32; SYMBOLS]) {
        let leaves = self.used;
        let mut joined = [0u32; SYMBOLS];
        // By joined node: its parent first, its depth later.
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
            self.shape[depth.min(DEEPEST)] += 1;
        }
        self.deepest = (1..=DEEPEST)
            .rev()
            .find(|&depth| self.shape[depth] != 0)
            .unwrap_or(1);
    }

    /// Length of the longest codeword if nothing limits it.
    pub(crate) fn deepest(&self) -> usize {
        self.deepest
    }

    /// Writes the length of each symbol's codeword, none longer than `limit`, which must leave room for all symbols.
    pub(crate) fn lengths(&self, limit: usize, lengths: &mut [u8]) {
        let limit = limit.min(self.deepest);
        let mut shape = [0u16; MAX_CODE_LENGTH + 1];
        for (depth, &count) in self.shape.iter().enumerate() {
            shape[depth.min(limit)] += count;
        }
        repair(&mut shape, limit);
        lengths.fill(0);
        let mut place = 0;
        for length in (1..=limit).rev() {
            for _ in 0..shape[length] {
                lengths[usize::from(self.sorted[place])] = length as u8;
                place += 1;
            }
        }
    }

    /// The smallest limit that leaves room for all symbols.
    pub(crate) fn smallest_limit(&self) -> usize {
        (self.used.next_power_of_two().ilog2() as usize).max(1)
    }
}

/// Makes a code complete again whose codewords longer than `limit` were cut to it: each step hangs a codeword of the
/// limit below the longest shorter one, which frees one place.
fn repair(shape: &mut [u16; MAX_CODE_LENGTH + 1], limit: usize) {
    let room = 1u32 << limit;
    let taken: u32 = (1..=limit)
        .map(|length| u32::from(shape[length]) << (limit - length))
        .sum();
    for _ in room..taken {
        let mut length = limit - 1;
        while shape[length] == 0 {
            length -= 1;
        }
        shape[length] -= 1;
        shape[length + 1] += 2;
        shape[limit] -= 1;
    }
}

/// The codewords of a canonical code, bit-reversed as the stream wants them.
pub(crate) fn codewords(lengths: &[u8], codewords: &mut [u16]) {
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
