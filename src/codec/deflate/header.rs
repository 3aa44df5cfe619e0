//! The header of a dynamic sub-block: the code lengths, run-length coded with a code of their own.
//!
//! Repeats never run from the literal/length lengths into the distance lengths, and none starts the distance lengths
//! by copying the last literal/length length: real PSP hardware fails on both.

use super::bits::BitWriter;
use super::huffman::{codewords, Tree};
use super::tables::*;

/// Symbols of the code-length code: 16 lengths and three repeats.
pub(super) const CODE_LENGTH_SYMBOLS: usize = 19;
const SYMBOLS: usize = CODE_LENGTH_SYMBOLS;
pub(super) const COPY: usize = 16;
pub(super) const ZEROS_SHORT: usize = 17;
pub(super) const ZEROS_LONG: usize = 18;
/// Fewest and most lengths that each repeat stands for.
pub(super) const REPEATS: [(usize, usize); 3] = [(3, 6), (3, 10), (11, 138)];
const EXTRA_BITS: [u32; 3] = [2, 3, 7];
const LIMIT: usize = 7;
const ORDER: [u8; SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];
/// Rounds of choosing repeats and fitting the code-length code to them.
const ROUNDS: usize = 4;
/// Codeword lengths to choose the first repeats by.
const TYPICAL: [u8; SYMBOLS] = [4, 7, 7, 6, 5, 4, 3, 3, 3, 4, 5, 6, 7, 7, 7, 7, 4, 5, 5];

/// The code lengths of a dynamic sub-block's two codes.
#[derive(Clone)]
pub(crate) struct Lengths {
    pub(crate) literal: [u8; LITERAL_SYMBOLS],
    pub(crate) distance: [u8; DISTANCE_SYMBOLS],
}

impl Lengths {
    pub(crate) const EMPTY: Lengths = Lengths {
        literal: [0; LITERAL_SYMBOLS],
        distance: [0; DISTANCE_SYMBOLS],
    };
}

/// How a pair of code lengths is written.
#[derive(Clone)]
pub(crate) struct Header {
    /// Size in bits, the three bits of the sub-block's type not included.
    pub(crate) bits: u32,
    /// The code-length code.
    code: [u8; SYMBOLS],
    /// What repeats are chosen by.
    chosen_by: [u8; SYMBOLS],
}

/// Equal lengths in a row.
#[derive(Clone, Copy)]
struct Run {
    length: u8,
    count: u16,
}

/// All runs of a header: the literal/length runs, then the distance runs.
struct Runs {
    runs: [Run; USABLE_LITERALS + USABLE_DISTANCES],
    used: usize,
}

impl Runs {
    fn of(lengths: &Lengths) -> Runs {
        let run = Run {
            length: 0,
            count: 0,
        };
        let mut runs = Runs {
            runs: [run; USABLE_LITERALS + USABLE_DISTANCES],
            used: 0,
        };
        runs.append(&lengths.literal[..literals_listed(lengths)]);
        runs.append(&lengths.distance[..distances_listed(lengths)]);
        runs
    }

    fn append(&mut self, lengths: &[u8]) {
        for run in lengths.chunk_by(|a, b| a == b) {
            self.runs[self.used] = Run {
                length: run[0],
                count: run.len() as u16,
            };
            self.used += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = Run> + '_ {
        self.runs[..self.used].iter().copied()
    }
}

fn literals_listed(lengths: &Lengths) -> usize {
    let used = lengths.literal[..USABLE_LITERALS]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(257)
}

fn distances_listed(lengths: &Lengths) -> usize {
    let used = lengths.distance[..USABLE_DISTANCES]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(1)
}

impl Header {
    pub(crate) const EMPTY: Header = Header {
        bits: 0,
        code: [0; SYMBOLS],
        chosen_by: [0; SYMBOLS],
    };

    /// The smallest header found for these lengths; it is found sooner if that of `similar` lengths is known.
    pub(crate) fn of(lengths: &Lengths, similar: Option<&Header>) -> Header {
        let runs = Runs::of(lengths);
        let mut best = Header::refined(&runs, similar.map_or(&TYPICAL, |similar| &similar.code));
        for _ in 1..ROUNDS {
            let next = Header::refined(&runs, &best.code);
            if next.bits >= best.bits {
                break;
            }
            best = next;
        }
        best
    }

    /// Chooses repeats by the given codeword lengths (0: as if it were the longest) and fits the code to them.
    fn refined(runs: &Runs, chosen_by: &[u8; SYMBOLS]) -> Header {
        let chosen_by = chosen_by.map(|length| if length == 0 { LIMIT as u8 } else { length });
        let mut counts = [0u32; SYMBOLS];
        for run in runs.iter() {
            let choice = Choice::of(run, &chosen_by);
            counts[usize::from(run.length)] += choice.plain;
            counts[COPY] += choice.copies;
            counts[ZEROS_SHORT] += choice.short;
            counts[ZEROS_LONG] += choice.long;
        }
        let mut code = [0; SYMBOLS];
        Tree::<SYMBOLS>::new(&counts).lengths(LIMIT, &mut code);
        let plain: u32 = counts
            .iter()
            .zip(&code)
            .map(|(count, &length)| count * u32::from(length))
            .sum();
        let extra: u32 = counts[COPY..]
            .iter()
            .zip(&EXTRA_BITS)
            .map(|(count, extra)| count * extra)
            .sum();
        Header {
            bits: 5 + 5 + 4 + 3 * listed(&code) as u32 + plain + extra,
            code,
            chosen_by,
        }
    }

    /// What each symbol of the code-length code takes, extra bits included; if it is not used, as if it had the longest
    /// codeword.
    pub(super) fn symbol_bits(&self) -> [u32; CODE_LENGTH_SYMBOLS] {
        let used = |length: u8| if length == 0 { LIMIT as u8 } else { length };
        let mut bits = self.code.map(|length| u32::from(used(length)));
        for (bits, extra) in bits[COPY..].iter_mut().zip(EXTRA_BITS) {
            *bits += extra;
        }
        bits
    }

    /// Writes the header of these lengths.
    pub(crate) fn write(&self, lengths: &Lengths, out: &mut BitWriter) {
        let literals = literals_listed(lengths) as u32;
        let distances = distances_listed(lengths) as u32;
        let listed = listed(&self.code);
        out.put(
            (literals - 257) | (distances - 1) << 5 | (listed as u32 - 4) << 10,
            14,
        );
        for &symbol in &ORDER[..listed] {
            out.put(u32::from(self.code[usize::from(symbol)]), 3);
        }
        let mut words = [0; SYMBOLS];
        codewords(&self.code, &mut words);
        let mut put = |symbol: usize, extra: u32, extra_bits: u32| {
            let length = u32::from(self.code[symbol]);
            out.put(
                u32::from(words[symbol]) | extra << length,
                length + extra_bits,
            );
        };
        for run in Runs::of(lengths).iter() {
            let choice = Choice::of(run, &self.chosen_by);
            choice.write(run, &mut put);
        }
    }
}

/// How many lengths of the code-length code the header lists.
fn listed(code: &[u8; SYMBOLS]) -> usize {
    let used = ORDER
        .iter()
        .rposition(|&symbol| code[usize::from(symbol)] != 0);
    used.map_or(0, |last| last + 1).max(4)
}

/// How a run is written: so many plain lengths, and so many of each repeat.
#[derive(Clone, Copy)]
struct Choice {
    plain: u32,
    copies: u32,
    short: u32,
    long: u32,
}

impl Choice {
    fn plain(count: u32) -> Choice {
        Choice {
            plain: count,
            copies: 0,
            short: 0,
            long: 0,
        }
    }

    /// The cheapest way with codewords of the given lengths.
    #[inline]
    fn of(run: Run, code: &[u8; SYMBOLS]) -> Choice {
        let count = u32::from(run.count);
        if count < 3 {
            Choice::plain(count)
        } else if run.length == 0 {
            Choice::of_zeros(count, code)
        } else {
            Choice::of_copies(
                count,
                u32::from(code[usize::from(run.length)]),
                u32::from(code[COPY]),
            )
        }
    }

    fn of_copies(count: u32, plain: u32, copy: u32) -> Choice {
        let copyable = count - 1;
        let choice = |copies: u32| Choice {
            plain: count - copyable.min(6 * copies),
            copies,
            short: 0,
            long: 0,
        };
        let bits = |choice: &Choice| choice.plain * plain + choice.copies * (copy + EXTRA_BITS[0]);
        // Fewer copies than these only pay where the last one would replace few plain lengths.
        let most = copyable.div_ceil(6).min(copyable / 3);
        let choices = (most.saturating_sub(1)..=most).chain([0]).map(choice);
        choices.min_by_key(bits).unwrap_or(Choice::plain(count))
    }

    fn of_zeros(count: u32, code: &[u8; SYMBOLS]) -> Choice {
        let [plain, short, long] =
            [0, ZEROS_SHORT, ZEROS_LONG].map(|symbol| u32::from(code[symbol]));
        let bits = |choice: &Choice| {
            choice.plain * plain
                + choice.short * (short + EXTRA_BITS[1])
                + choice.long * (long + EXTRA_BITS[2])
        };
        let mut best = Choice::plain(count);
        for longs in 0..=count.div_ceil(138) {
            for shorts in 0..=2 {
                if 11 * longs + 3 * shorts > count {
                    break;
                }
                let choice = Choice {
                    plain: count.saturating_sub(138 * longs + 10 * shorts),
                    copies: 0,
                    short: shorts,
                    long: longs,
                };
                if bits(&choice) < bits(&best) {
                    best = choice;
                }
            }
        }
        best
    }

    /// Passes each symbol of the run on with its extra bits and their number.
    fn write(mut self, run: Run, put: &mut impl FnMut(usize, u32, u32)) {
        let mut left = u32::from(run.count) - self.plain;
        if run.length != 0 && self.copies > 0 {
            put(usize::from(run.length), 0, 0);
            self.plain -= 1;
        }
        let repeats = [
            (ZEROS_LONG, self.long, 11, 138),
            (ZEROS_SHORT, self.short, 3, 10),
            (COPY, self.copies, 3, 6),
        ];
        let mut smallest: u32 = repeats
            .iter()
            .map(|&(_, count, least, _)| count * least)
            .sum();
        for (symbol, count, least, most) in repeats {
            for _ in 0..count {
                // Leave to those that follow what they need at least.
                smallest -= least;
                let repeat = (left - smallest).min(most);
                put(symbol, repeat - least, EXTRA_BITS[symbol - COPY]);
                left -= repeat;
            }
        }
        for _ in 0..self.plain {
            put(usize::from(run.length), 0, 0);
        }
    }
}
