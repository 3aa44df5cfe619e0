//! Chance: counts disturbed at random, so that a parse may leave a local optimum.

use super::tables::*;
use super::token::Histogram;

/// A small generator of pseudo-random numbers (xorshift).
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new() -> Random {
        Random(0x2545_f491)
    }

    pub(crate) fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// A number below `limit`, which must not be 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }
}

/// Gives some symbols the count of another symbol, a near one or any.
pub(crate) fn disturb(histogram: &mut Histogram, random: &mut Random) {
    let rarity = 3 << random.below(4);
    disturb_counts(&mut histogram.literal[..USABLE_LITERALS], rarity, random);
    disturb_counts(&mut histogram.distance[..USABLE_DISTANCES], rarity, random);
    histogram.literal[END_OF_BLOCK] = 1;
}

/// Disturbs one in `rarity` counts.
fn disturb_counts(counts: &mut [u32], rarity: u32, random: &mut Random) {
    let size = counts.len();
    for symbol in 0..size {
        if random.below(rarity) == 0 {
            let other = if random.below(2) == 0 {
                (symbol + 1 + random.below(4) as usize) % size
            } else {
                random.below(size as u32) as usize
            };
            counts[symbol] = counts[other];
        }
    }
}
