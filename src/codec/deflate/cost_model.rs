//! The cost model of the optimal parse: the estimated size of each symbol in the stream.
//!
//! A cost is in units of 1/16 bit and is stored shifted left by [`SHIFT`] bits. The low byte of a
//! stored cost of a match length identifies that length. So when the parse takes the minimum of
//! several sums of costs as plain integers, the result contains both the lowest cost and the length
//! that has it.

use super::dynamic_header::CodeLengths;
use super::histogram::Histogram;
use crate::codec::deflate_format::*;

/// Number of cost units in one bit.
const BIT: u32 = 16;
/// Number of low bits of a stored cost, or of a sum of stored costs, that are not part of the cost.
pub(crate) const SHIFT: u32 = 8;
/// Highest cost of a symbol without extra bits, in units of 1/16 bit. It keeps the sum of 64 KiB of
/// literals within 32 bits.
const MAX_COST: u32 = 15 * BIT;
const MIN_COST: u32 = BIT / 2;

/// The costs of all symbols, in units of 1/16 bit. Each is stored shifted left by [`SHIFT`] bits.
#[derive(Clone)]
pub(crate) struct CostModel {
    /// Cost of each literal.
    pub(crate) literal: [u32; 256],
    /// Cost of each match length, including its extra bits. The index is the length in bytes. The
    /// low byte of each element holds 258 minus the length.
    pub(crate) length: [u32; MAX_MATCH + 1],
    /// Cost of each distance symbol, including its extra bits.
    pub(crate) distance: [u32; DISTANCE_SYMBOLS],
    /// Cost of the end-of-block symbol.
    pub(crate) end: u32,
}

/// Estimated number of bits that the use of a symbol adds to the header of a deflate block, in
/// units of 1/8 bit. The cost model divides this number by the number of occurrences of the symbol
/// and adds the quotient to the cost of the symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderShare(pub u32);

impl CostModel {
    /// Returns the costs of symbols that are coded with deflate's fixed codes.
    pub(crate) fn fixed() -> CostModel {
        CostModel::new(
            |symbol| u32::from(FIXED_LITERAL_LENGTHS[symbol]) * BIT,
            |_| u32::from(FIXED_DISTANCE_LENGTH) * BIT,
        )
    }

    /// Returns costs from the frequencies of the symbols: the ideal code length of each symbol,
    /// plus its `share` of the header's cost divided by its number of occurrences.
    pub(crate) fn of_histogram(histogram: &Histogram, share: HeaderShare) -> CostModel {
        let literals = log2(histogram.literal.iter().sum());
        let distances = log2(histogram.distance.iter().sum());
        let cost = |total: u32, count: u32| {
            let ideal = total.saturating_sub(log2(count)).div_ceil(LOG_UNIT / BIT);
            let header = share.0 * BIT / 8 / count.max(1);
            (ideal + header).clamp(MIN_COST, MAX_COST)
        };
        CostModel::new(
            |symbol| cost(literals, histogram.literal[symbol]),
            |slot| cost(distances, histogram.distance[slot]),
        )
    }

    /// Returns the costs of symbols that are coded with Huffman codes of these codeword lengths. A
    /// symbol without a codeword costs two bits more than the longest codeword of its code. No
    /// symbol costs more than 15 bits, without extra bits.
    pub(crate) fn of_lengths(lengths: &CodeLengths) -> CostModel {
        let cost = |length: u8, longest: u8| {
            let bits = if length == 0 { longest + 2 } else { length };
            (u32::from(bits) * BIT).min(MAX_COST)
        };
        let literal = lengths.literal.iter().copied().max().unwrap_or(0);
        let distance = lengths.distance.iter().copied().max().unwrap_or(0);
        CostModel::new(
            |symbol| cost(lengths.literal[symbol], literal),
            |slot| cost(lengths.distance[slot], distance),
        )
    }

    /// Builds the tables. `literal` returns the cost of a literal/length symbol, and `distance`
    /// returns the cost of a distance symbol. Both costs are in units of 1/16 bit and do not
    /// include extra bits.
    fn new(literal: impl Fn(usize) -> u32, distance: impl Fn(usize) -> u32) -> CostModel {
        let mut costs = CostModel {
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
            for (length, entry) in (length..next).zip(&mut costs.length[length..next]) {
                *entry = cost << SHIFT | (MAX_MATCH - length) as u32;
            }
            length = next;
        }
        for (slot, cost) in costs.distance.iter_mut().enumerate().take(USABLE_DISTANCES) {
            *cost = (distance(slot) + distance_extra(slot) * BIT) << SHIFT;
        }
        costs
    }
}

/// Number by which [`log2`] multiplies the logarithms that it returns.
pub(crate) const LOG_UNIT: u32 = 256;

const FRACTION_BITS: u32 = 8;

/// The fractional parts of logarithms. Entry `i` is 256 * log2(1 + i / 256), rounded to the nearest
/// integer.
const FRACTIONS: [u16; 1 << FRACTION_BITS] = {
    const ONE: u64 = 1 << 30;
    let mut table = [0; 1 << FRACTION_BITS];
    let mut i = 0;
    while i < table.len() {
        // This loop computes the binary digits of the logarithm of `x`. Squaring `x` doubles its
        // logarithm, so the next digit is 1 if the square is 2 or more.
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

/// Returns the binary logarithm of `value` in units of 1 / [`LOG_UNIT`]. Only the 9 highest bits of
/// `value` from its first nonzero bit on are used. Returns 0 if `value` is 0.
#[inline(always)]
pub(crate) fn log2(value: u32) -> u32 {
    let value = value.max(1);
    let whole = value.ilog2();
    let mantissa = (value << (31 - whole)) >> (31 - FRACTION_BITS);
    whole * LOG_UNIT + u32::from(FRACTIONS[mantissa as usize & ((1 << FRACTION_BITS) - 1)])
}
