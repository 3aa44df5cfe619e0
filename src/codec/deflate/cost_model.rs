//! The cost model of the optimal parse: the estimated size of each symbol in the stream.
//!
//! A cost is in units of 1/16 bit. It is stored shifted left by [`SHIFT`] bits, so the low byte of
//! a stored cost is free for other data. In the stored cost of a match length, the low byte
//! identifies the length. The parse adds stored costs as plain integers and takes the minimum of
//! several sums. So this minimum contains the lowest cost and also the length that has this cost.

use super::dynamic_header::CodeLengths;
use super::histogram::Histogram;
use crate::codec::deflate_format::*;

/// Number of cost units in one bit.
const BIT: u32 = 16;
/// Number of bits by which a stored cost is shifted left. The low bits are not part of the cost. In
/// the cost of a match length, they identify the length.
pub(crate) const SHIFT: u32 = 8;
/// Highest cost of a symbol without its extra bits, in units of 1/16 bit. With this limit, the sum
/// of the stored costs of 65,536 literals fits into 32 bits.
const MAX_COST: u32 = 15 * BIT;
/// Lowest cost of a symbol without its extra bits, in units of 1/16 bit.
const MIN_COST: u32 = BIT / 2;

/// The costs of all symbols, in units of 1/16 bit. Each is stored shifted left by [`SHIFT`] bits.
#[derive(Clone)]
pub(crate) struct CostModel {
    /// Cost of each literal. The index is the byte for which the literal stands.
    pub(crate) literal: [u32; 256],
    /// Cost of each match length, including its extra bits. The index is the length in bytes. The
    /// low byte of each element is not part of the cost. It holds 258 minus the length.
    pub(crate) length: [u32; MAX_MATCH + 1],
    /// Cost of each distance symbol, including its extra bits. The index is the symbol.
    pub(crate) distance: [u32; DISTANCE_SYMBOLS],
    /// Cost of the end-of-block symbol.
    pub(crate) end: u32,
}

/// Estimated size, in units of 1/8 bit, that each used symbol adds to the header of a deflate
/// block. The header describes the Huffman codes. The cost model divides this size by the number of
/// occurrences of the symbol and adds the quotient to the cost of the symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HeaderShare(pub u32);

impl CostModel {
    /// Returns the costs of symbols that are written with deflate's fixed Huffman codes.
    pub(crate) fn fixed() -> CostModel {
        CostModel::new(
            |symbol| u32::from(FIXED_LITERAL_LENGTHS[symbol]) * BIT,
            |_| u32::from(FIXED_DISTANCE_LENGTH) * BIT,
        )
    }

    /// Computes the costs from the symbol counts in `histogram`. The cost of a symbol is its ideal
    /// codeword length, plus `share` divided by the number of its occurrences. If a symbol occurs
    /// `count` times among `total` symbols, its ideal length is log2(`total` / `count`) bits.
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
            |symbol| cost(distances, histogram.distance[symbol]),
        )
    }

    /// Returns the costs of symbols that are written with Huffman codes of the codeword lengths
    /// `lengths`. A symbol without a codeword costs two bits more than the longest codeword of its
    /// code. No symbol costs more than 15 bits, without its extra bits.
    pub(crate) fn of_lengths(lengths: &CodeLengths) -> CostModel {
        let cost = |length: u8, longest: u8| {
            let bits = if length == 0 { longest + 2 } else { length };
            (u32::from(bits) * BIT).min(MAX_COST)
        };
        let literal = lengths.literal.iter().copied().max().unwrap_or(0);
        let distance = lengths.distance.iter().copied().max().unwrap_or(0);
        CostModel::new(
            |symbol| cost(lengths.literal[symbol], literal),
            |symbol| cost(lengths.distance[symbol], distance),
        )
    }

    /// Builds the tables of stored costs. `literal` returns the cost of a literal/length symbol,
    /// and `distance` returns the cost of a distance symbol. The costs that they return are in
    /// units of 1/16 bit, are not shifted, and do not include extra bits.
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
        for (index, &extra) in LENGTH_EXTRA.iter().enumerate() {
            let cost = literal(FIRST_LENGTH + index) + u32::from(extra) * BIT;
            let next = LENGTH_BASE
                .get(index + 1)
                .map_or(MAX_MATCH + 1, |&base| usize::from(base));
            for (length, entry) in (length..next).zip(&mut costs.length[length..next]) {
                *entry = cost << SHIFT | (MAX_MATCH - length) as u32;
            }
            length = next;
        }
        for (symbol, cost) in costs.distance.iter_mut().enumerate().take(USABLE_DISTANCES) {
            *cost = (distance(symbol) + distance_extra(symbol) * BIT) << SHIFT;
        }
        costs
    }
}

/// Factor by which the logarithms that [`log2`] returns are multiplied. For example, `log2(2)` is
/// 256.
pub(crate) const LOG_UNIT: u32 = 256;

/// Number of bits that [`log2`] uses after the highest 1 bit of a value.
const FRACTION_BITS: u32 = 8;

/// Fractional parts of binary logarithms. Element `i` is 256 * log2(1 + i / 256), rounded to the
/// nearest integer.
const FRACTIONS: [u16; 1 << FRACTION_BITS] = {
    const ONE: u64 = 1 << 30;
    let mut table = [0; 1 << FRACTION_BITS];
    let mut i = 0;
    while i < table.len() {
        // `x` is a number from 1 to less than 2, with 30 bits after the binary point. This loop
        // computes nine binary digits of its logarithm. Squaring `x` doubles the logarithm, so the
        // next digit is 1 if the square is 2 or more. If so, the square is halved. The ninth digit
        // is used for rounding.
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

/// Returns the binary logarithm of `value`, multiplied by [`LOG_UNIT`]. Only the highest 1 bit of
/// `value` and the 8 bits after it are used. Returns 0 if `value` is 0.
#[inline(always)]
pub(crate) fn log2(value: u32) -> u32 {
    let value = value.max(1);
    let whole = value.ilog2();
    let mantissa = (value << (31 - whole)) >> (31 - FRACTION_BITS);
    whole * LOG_UNIT + u32::from(FRACTIONS[mantissa as usize & ((1 << FRACTION_BITS) - 1)])
}
