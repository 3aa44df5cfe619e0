//! What a parse believes each symbol to cost.
//!
//! A cost is in 1/16 bit. In sums along a parse it stands 8 bits higher, so that the minimum over match lengths can carry
//! the length in its low byte.

use super::header::Lengths;
use super::tables::*;
use super::token::Histogram;

/// 1/16 bits in a bit.
const BIT: u32 = 16;
/// Where a cost stands in a sum.
pub(crate) const SHIFT: u32 = 8;
/// No symbol costs more than this, so 64 KiB of literals do not overflow a sum.
const DEAREST: u32 = 15 * BIT;
const CHEAPEST: u32 = BIT / 2;

/// The costs of all symbols, each shifted by [`SHIFT`].
#[derive(Clone)]
pub(crate) struct Costs {
    pub(crate) literal: [u32; 256],
    /// By match length, extra bits included; the low byte holds 258 - length.
    pub(crate) length: [u32; MAX_MATCH + 1],
    /// By distance slot, extra bits included.
    pub(crate) distance: [u32; DISTANCE_SYMBOLS],
    /// Of the end of the sub-block.
    pub(crate) end: u32,
}

/// What the only use of a symbol pays for the header, in 1/8 bit. Of `n` uses each pays the `n`-th part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderShare(pub u32);

impl Costs {
    /// The fixed codes.
    pub(crate) fn fixed() -> Costs {
        Costs::of(
            |symbol| u32::from(FIXED_LITERAL_LENGTHS[symbol]) * BIT,
            |_| u32::from(FIXED_DISTANCE_LENGTH) * BIT,
        )
    }

    /// What ideal codes for these counts would cost, with a share of the header on each use of a rare symbol.
    pub(crate) fn of_histogram(histogram: &Histogram, share: HeaderShare) -> Costs {
        let literals = log2(histogram.literal.iter().sum());
        let distances = log2(histogram.distance.iter().sum());
        let cost = |total: u32, count: u32| {
            let ideal = total.saturating_sub(log2(count)).div_ceil(LOG_UNIT / BIT);
            let header = share.0 * BIT / 8 / count.max(1);
            (ideal + header).clamp(CHEAPEST, DEAREST)
        };
        Costs::of(
            |symbol| cost(literals, histogram.literal[symbol]),
            |slot| cost(distances, histogram.distance[slot]),
        )
    }

    /// The codes themselves; a symbol without a codeword costs two bits more than the longest one.
    pub(crate) fn of_lengths(lengths: &Lengths) -> Costs {
        let cost = |length: u8, longest: u8| {
            let bits = if length == 0 { longest + 2 } else { length };
            (u32::from(bits) * BIT).min(DEAREST)
        };
        let literal = lengths.literal.iter().copied().max().unwrap_or(0);
        let distance = lengths.distance.iter().copied().max().unwrap_or(0);
        Costs::of(
            |symbol| cost(lengths.literal[symbol], literal),
            |slot| cost(lengths.distance[slot], distance),
        )
    }

    fn of(literal: impl Fn(usize) -> u32, distance: impl Fn(usize) -> u32) -> Costs {
        let mut costs = Costs {
            literal: [0; 256],
            length: [0; MAX_MATCH + 1],
            distance: [0; DISTANCE_SYMBOLS],
            end: literal(END_OF_BLOCK) << SHIFT,
        };
        for (byte, cost) in costs.literal.iter_mut().enumerate() {
            *cost = literal(byte) << SHIFT;
        }
        let mut length = MIN_MATCH;
        for (slot, &extra) in LENGTH_EXTRA.iter().enumerate() {
            let cost = literal(FIRST_LENGTH + slot) + u32::from(extra) * BIT;
            let next = LENGTH_BASE
                .get(slot + 1)
                .map_or(MAX_MATCH + 1, |&base| usize::from(base));
            for (length, place) in (length..next).zip(&mut costs.length[length..next]) {
                *place = cost << SHIFT | (MAX_MATCH - length) as u32;
            }
            length = next;
        }
        for (slot, cost) in costs.distance.iter_mut().enumerate().take(USABLE_DISTANCES) {
            *cost = (distance(slot) + distance_extra(slot) * BIT) << SHIFT;
        }
        costs
    }
}

/// What [`log2`] gives for one bit.
pub(crate) const LOG_UNIT: u32 = 256;

const FRACTION_BITS: u32 = 8;

/// 256 * log2(1 + i / 256).
const FRACTIONS: [u16; 1 << FRACTION_BITS] = {
    const ONE: u64 = 1 << 30;
    let mut table = [0; 1 << FRACTION_BITS];
    let mut i = 0;
    while i < table.len() {
        // Each squaring moves one more binary digit of the logarithm before the point.
        let mut x = ONE + ((i as u64) << (30 - FRACTION_BITS));
        let mut digit = 0;
        while digit < 9 {
            x = (x * x) >> 30;
            let one = x >= 2 * ONE;
            table[i] = table[i] * 2 + one as u16;
            if one {
                x >>= 1;
            }
            digit += 1;
        }
        table[i] = table[i].div_ceil(2);
        i += 1;
    }
    table
};

/// The binary logarithm in units of 1 / [`LOG_UNIT`]; 0 for 0.
#[inline(always)]
pub(crate) fn log2(value: u32) -> u32 {
    let value = value.max(1);
    let whole = value.ilog2();
    let mantissa = (value << (31 - whole)) >> (31 - FRACTION_BITS);
    whole * LOG_UNIT + u32::from(FRACTIONS[mantissa as usize & ((1 << FRACTION_BITS) - 1)])
}
