//! The header of a dynamic sub-block, which is a deflate block with its own Huffman codes. The
//! header contains the codeword lengths of the literal/length code and of the distance code. These
//! lengths are run-length coded, and the resulting symbols are coded with a third Huffman code, the
//! code-length code.
//!
//! No repeat symbol covers both literal/length lengths and distance lengths, and the distance
//! lengths never begin with a copy of the last literal/length length. Real PSP hardware cannot
//! decode headers that break one of these two rules.

use super::bit_writer::BitWriter;
use super::huffman::{codewords, HuffmanTree};
use crate::codec::deflate_format::*;

/// Maximum number of rounds. Each round chooses repeat symbols and builds a code-length code for
/// them.
const ROUNDS: usize = 4;
/// Typical codeword lengths of the code-length code, in bits. The first round chooses the repeat
/// symbols that are cheapest with these lengths.
const TYPICAL: [u8; CODE_LENGTH_SYMBOLS] =
    [4, 7, 7, 6, 5, 4, 3, 3, 3, 4, 5, 6, 7, 7, 7, 7, 4, 5, 5];

/// The codeword lengths of the literal/length code and the distance code, in bits. A length of 0
/// means that the symbol has no codeword.
#[derive(Clone)]
pub(crate) struct CodeLengths {
    pub(crate) literal: [u8; LITERAL_SYMBOLS],
    pub(crate) distance: [u8; DISTANCE_SYMBOLS],
}

impl CodeLengths {
    pub(crate) const EMPTY: CodeLengths = CodeLengths {
        literal: [0; LITERAL_SYMBOLS],
        distance: [0; DISTANCE_SYMBOLS],
    };
}

/// A way to write [`CodeLengths`] as a header. The `CodeLengths` themselves are not part of it.
#[derive(Clone)]
pub(crate) struct DynamicHeader {
    /// Size of the header in bits, without the 3 type bits of the sub-block.
    pub(crate) bits: u32,
    /// Codeword lengths of the code-length code, in bits.
    code: [u8; CODE_LENGTH_SYMBOLS],
    /// Assumed codeword lengths of the code-length code, in bits. The repeat symbols that are
    /// cheapest with these lengths are used.
    chosen_by: [u8; CODE_LENGTH_SYMBOLS],
}

/// A sequence of equal codeword lengths. It consists of `count` lengths of `length` bits.
#[derive(Clone, Copy)]
struct LengthRun {
    length: u8,
    count: u16,
}

/// All runs of equal codeword lengths in a header. The runs of the literal/length code come first
/// and the runs of the distance code follow.
struct LengthRuns {
    runs: [LengthRun; USABLE_LITERALS + USABLE_DISTANCES],
    used: usize,
}

impl LengthRuns {
    fn of(lengths: &CodeLengths) -> LengthRuns {
        let run = LengthRun {
            length: 0,
            count: 0,
        };
        let mut runs = LengthRuns {
            runs: [run; USABLE_LITERALS + USABLE_DISTANCES],
            used: 0,
        };
        runs.append(&lengths.literal[..literals_listed(lengths)]);
        runs.append(&lengths.distance[..distances_listed(lengths)]);
        runs
    }

    fn append(&mut self, lengths: &[u8]) {
        for run in lengths.chunk_by(|a, b| a == b) {
            self.runs[self.used] = LengthRun {
                length: run[0],
                count: run.len() as u16,
            };
            self.used += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = LengthRun> + '_ {
        self.runs[..self.used].iter().copied()
    }
}

/// Returns the number of codeword lengths of the literal/length code that the header lists. This is
/// the value of the header's field HLIT plus 257.
fn literals_listed(lengths: &CodeLengths) -> usize {
    let used = lengths.literal[..USABLE_LITERALS]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(MIN_LITERALS_LISTED)
}

/// Returns the number of codeword lengths of the distance code that the header lists. This is the
/// value of the header's field HDIST plus 1.
fn distances_listed(lengths: &CodeLengths) -> usize {
    let used = lengths.distance[..USABLE_DISTANCES]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(MIN_DISTANCES_LISTED)
}

/// Returns the number of codeword lengths of the code-length code that the header lists. This is
/// the value of the header's field HCLEN plus 4.
fn code_lengths_listed(code: &[u8; CODE_LENGTH_SYMBOLS]) -> usize {
    let used = CODE_LENGTH_ORDER
        .iter()
        .rposition(|&symbol| code[usize::from(symbol)] != 0);
    used.map_or(0, |last| last + 1).max(MIN_CODE_LENGTHS_LISTED)
}

/// Returns `length`, or the longest possible codeword length if `length` is 0, which means that the
/// symbol has no codeword.
fn or_longest(length: u8) -> u8 {
    if length == 0 {
        MAX_CODE_LENGTH_CODE as u8
    } else {
        length
    }
}

impl DynamicHeader {
    pub(crate) const EMPTY: DynamicHeader = DynamicHeader {
        bits: 0,
        code: [0; CODE_LENGTH_SYMBOLS],
        chosen_by: [0; CODE_LENGTH_SYMBOLS],
    };

    /// Returns the smallest header found for these lengths. In the first round, the repeat symbols
    /// are chosen for the code-length code of `similar`, which is the header of similar lengths, so
    /// that fewer rounds are needed. They are chosen for [`TYPICAL`] if `similar` is `None`.
    pub(crate) fn of(lengths: &CodeLengths, similar: Option<&DynamicHeader>) -> DynamicHeader {
        let runs = LengthRuns::of(lengths);
        let first = similar.map_or(&TYPICAL, |similar| &similar.code);
        let mut best = DynamicHeader::fitted(&runs, first);
        for _ in 1..ROUNDS {
            let next = DynamicHeader::fitted(&runs, &best.code);
            if next.bits >= best.bits {
                break;
            }
            best = next;
        }
        best
    }

    /// Chooses the repeat symbols that are cheapest if the code-length code has the codeword
    /// lengths `chosen_by`, and builds a new code-length code for the chosen symbols.
    fn fitted(runs: &LengthRuns, chosen_by: &[u8; CODE_LENGTH_SYMBOLS]) -> DynamicHeader {
        let chosen_by = chosen_by.map(or_longest);
        let mut counts = [0u32; CODE_LENGTH_SYMBOLS];
        for run in runs.iter() {
            let encoding = RunEncoding::of(run, &chosen_by);
            counts[usize::from(run.length)] += encoding.plain;
            counts[COPY] += encoding.copies;
            counts[ZEROS_SHORT] += encoding.short;
            counts[ZEROS_LONG] += encoding.long;
        }
        let mut code = [0; CODE_LENGTH_SYMBOLS];
        HuffmanTree::<CODE_LENGTH_SYMBOLS>::new(&counts)
            .write_lengths(MAX_CODE_LENGTH_CODE, &mut code);
        let symbols: u32 = counts
            .iter()
            .zip(&code)
            .map(|(count, &length)| count * u32::from(length))
            .sum();
        let extra: u32 = counts[COPY..]
            .iter()
            .zip(&REPEAT_EXTRA)
            .map(|(count, extra)| count * extra)
            .sum();
        DynamicHeader {
            bits: 5 + 5 + 4 + 3 * code_lengths_listed(&code) as u32 + symbols + extra,
            code,
            chosen_by,
        }
    }

    /// Returns the size in bits of each symbol of the code-length code, including its extra bits.
    /// If a symbol has no codeword, the longest possible codeword is assumed.
    pub(super) fn symbol_bits(&self) -> [u32; CODE_LENGTH_SYMBOLS] {
        let mut bits = self.code.map(|length| u32::from(or_longest(length)));
        for (bits, extra) in bits[COPY..].iter_mut().zip(REPEAT_EXTRA) {
            *bits += extra;
        }
        bits
    }

    /// Writes the header to `out`. `lengths` must be the codeword lengths for which the header was
    /// made.
    pub(crate) fn write(&self, lengths: &CodeLengths, out: &mut BitWriter) {
        let literals = literals_listed(lengths);
        let distances = distances_listed(lengths);
        let listed = code_lengths_listed(&self.code);
        out.put(
            (literals - MIN_LITERALS_LISTED) as u32
                | ((distances - MIN_DISTANCES_LISTED) as u32) << 5
                | ((listed - MIN_CODE_LENGTHS_LISTED) as u32) << 10,
            14,
        );
        for &symbol in &CODE_LENGTH_ORDER[..listed] {
            out.put(u32::from(self.code[usize::from(symbol)]), 3);
        }
        let mut words = [0; CODE_LENGTH_SYMBOLS];
        codewords(&self.code, &mut words);
        let mut put = |symbol: usize, extra: u32, extra_bits: u32| {
            let length = u32::from(self.code[symbol]);
            out.put(
                u32::from(words[symbol]) | extra << length,
                length + extra_bits,
            );
        };
        for run in LengthRuns::of(lengths).iter() {
            let encoding = RunEncoding::of(run, &self.chosen_by);
            encoding.write(run, &mut put);
        }
    }
}

/// The symbols that write one run of equal lengths. `plain` is the number of lengths that are
/// written one by one. `copies`, `short` and `long` are the numbers of the repeat symbols [`COPY`],
/// [`ZEROS_SHORT`] and [`ZEROS_LONG`].
#[derive(Clone, Copy)]
struct RunEncoding {
    plain: u32,
    copies: u32,
    short: u32,
    long: u32,
}

impl RunEncoding {
    fn plain(count: u32) -> RunEncoding {
        RunEncoding {
            plain: count,
            copies: 0,
            short: 0,
            long: 0,
        }
    }

    /// Returns the cheapest encoding of `run` if the code-length code has the codeword lengths
    /// `code`.
    #[inline]
    fn of(run: LengthRun, code: &[u8; CODE_LENGTH_SYMBOLS]) -> RunEncoding {
        let count = u32::from(run.count);
        if count < 3 {
            RunEncoding::plain(count)
        } else if run.length == 0 {
            RunEncoding::of_zeros(count, code)
        } else {
            RunEncoding::of_copies(
                count,
                u32::from(code[usize::from(run.length)]),
                u32::from(code[COPY]),
            )
        }
    }

    /// Returns the cheapest encoding of a run of `count` equal nonzero lengths. `plain` is the size
    /// in bits of the symbol for one such length, and `copy` is the size of the symbol [`COPY`]
    /// without its extra bits.
    fn of_copies(count: u32, plain: u32, copy: u32) -> RunEncoding {
        let copyable = count - 1;
        let encoding = |copies: u32| RunEncoding {
            plain: count - copyable.min(6 * copies),
            copies,
            short: 0,
            long: 0,
        };
        let bits = |encoding: &RunEncoding| {
            encoding.plain * plain + encoding.copies * (copy + REPEAT_EXTRA[0])
        };
        // The cheapest number of copy symbols is the maximum, one less than the maximum, or 0. One
        // less is cheaper if the last copy symbol would replace only a few plain lengths.
        let most = copyable.div_ceil(6).min(copyable / 3);
        let encodings = (most.saturating_sub(1)..=most).chain([0]).map(encoding);
        encodings
            .min_by_key(bits)
            .unwrap_or(RunEncoding::plain(count))
    }

    /// Returns the cheapest encoding of a run of `count` zeros if the code-length code has the
    /// codeword lengths `code`.
    fn of_zeros(count: u32, code: &[u8; CODE_LENGTH_SYMBOLS]) -> RunEncoding {
        let [plain, short, long] =
            [0, ZEROS_SHORT, ZEROS_LONG].map(|symbol| u32::from(code[symbol]));
        let bits = |encoding: &RunEncoding| {
            encoding.plain * plain
                + encoding.short * (short + REPEAT_EXTRA[1])
                + encoding.long * (long + REPEAT_EXTRA[2])
        };
        let mut best = RunEncoding::plain(count);
        for longs in 0..=count.div_ceil(138) {
            for shorts in 0..=2 {
                if 11 * longs + 3 * shorts > count {
                    break;
                }
                let encoding = RunEncoding {
                    plain: count.saturating_sub(138 * longs + 10 * shorts),
                    copies: 0,
                    short: shorts,
                    long: longs,
                };
                if bits(&encoding) < bits(&best) {
                    best = encoding;
                }
            }
        }
        best
    }

    /// Calls `put` for each symbol that writes the run. The arguments of `put` are the symbol, the
    /// value of its extra bits and the number of its extra bits.
    fn write(mut self, run: LengthRun, put: &mut impl FnMut(usize, u32, u32)) {
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
                // Each repeat symbol covers as many lengths as possible, but leaves the minimum
                // that the repeat symbols after it must cover.
                smallest -= least;
                let repeat = (left - smallest).min(most);
                put(symbol, repeat - least, REPEAT_EXTRA[symbol - COPY]);
                left -= repeat;
            }
        }
        for _ in 0..self.plain {
            put(usize::from(run.length), 0, 0);
        }
    }
}
