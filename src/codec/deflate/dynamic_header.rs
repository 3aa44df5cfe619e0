//! The header of a dynamic sub-block, which is a deflate block with its own Huffman codes. The
//! header lists the codeword lengths of the literal/length code and then those of the distance
//! code. Repeat symbols stand for several equal lengths in a row. All symbols of this list are
//! written with a third Huffman code, the code-length code.
//!
//! Real PSP hardware can decode a header only if it follows two rules. No repeat symbol stands for
//! lengths of both codes. The list of the distance code does not begin with a repeat symbol that
//! copies the last length of the literal/length code.

use super::bit_writer::BitWriter;
use super::huffman::{codewords, HuffmanTree};
use crate::codec::deflate_format::*;

/// Maximum number of rounds in the search for the smallest header. Each round chooses repeat
/// symbols, which stand for several equal codeword lengths. Then it builds a code-length code,
/// which is the Huffman code in which the header lists codeword lengths.
const ROUNDS: usize = 4;
/// Typical codeword lengths, in bits, of the code-length code, which is the Huffman code in which
/// the header lists codeword lengths. The index is the symbol. The search for the smallest header
/// starts with these lengths.
const TYPICAL: [u8; CODE_LENGTH_SYMBOLS] =
    [4, 7, 7, 6, 5, 4, 3, 3, 3, 4, 5, 6, 7, 7, 7, 7, 4, 5, 5];

/// The codeword lengths of the literal/length code and the distance code, in bits. Length 0 means
/// that the symbol has no codeword.
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

/// A way to write [`CodeLengths`] as a header. The header does not contain the `CodeLengths`, so
/// the caller of [`write`](DynamicHeader::write) must pass the same ones again.
#[derive(Clone)]
pub(crate) struct DynamicHeader {
    /// Size of the header in bits, without the 3 type bits of the deflate block.
    pub(crate) bits: u32,
    /// Codeword lengths, in bits, of the code-length code, which is the Huffman code in which the
    /// header is written. Length 0 means that the symbol has no codeword.
    code: [u8; CODE_LENGTH_SYMBOLS],
    /// The codeword lengths, in bits, that the code-length code was assumed to have when the repeat
    /// symbols were chosen. A repeat symbol stands for several equal lengths. The header uses the
    /// repeat symbols that are cheapest with the assumed lengths.
    chosen_by: [u8; CODE_LENGTH_SYMBOLS],
}

/// A run of equal codeword lengths. It consists of `count` lengths of `length` bits each.
#[derive(Clone, Copy)]
struct LengthRun {
    length: u8,
    count: u16,
}

/// All runs of equal codeword lengths in a header. The runs of the literal/length code come first,
/// and the runs of the distance code follow. Only the first `used` elements of `runs` are valid.
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

/// Returns the number of literal/length codeword lengths that the header lists. Zeros at the end
/// are left out, except that at least 257 lengths are listed. The header's field HLIT contains the
/// number minus 257.
fn literals_listed(lengths: &CodeLengths) -> usize {
    let used = lengths.literal[..USABLE_LITERALS]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(MIN_LITERALS_LISTED)
}

/// Returns the number of distance codeword lengths that the header lists. Zeros at the end are left
/// out, except that at least 1 length is listed. The header's field HDIST contains the number minus
/// 1.
fn distances_listed(lengths: &CodeLengths) -> usize {
    let used = lengths.distance[..USABLE_DISTANCES]
        .iter()
        .rposition(|&length| length != 0);
    used.map_or(0, |last| last + 1).max(MIN_DISTANCES_LISTED)
}

/// Returns the number of codeword lengths of the code-length code that the header lists. Zeros at
/// the end are left out, except that at least 4 lengths are listed. The header's field HCLEN
/// contains the number minus 4.
fn code_lengths_listed(code: &[u8; CODE_LENGTH_SYMBOLS]) -> usize {
    let used = CODE_LENGTH_ORDER
        .iter()
        .rposition(|&symbol| code[usize::from(symbol)] != 0);
    used.map_or(0, |last| last + 1).max(MIN_CODE_LENGTHS_LISTED)
}

/// Returns the number of bits that a symbol is assumed to take in the header. This is `length`, the
/// number of bits of its codeword. If `length` is 0, the symbol has no codeword, and the longest
/// possible codeword is assumed.
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

    /// Returns the smallest header found for the codeword lengths `lengths`. Headers are written in
    /// a Huffman code, the code-length code. The search starts from the code-length code of
    /// `similar`, the header of similar lengths, so that fewer rounds are needed. If `similar` is
    /// `None`, the search starts from [`TYPICAL`].
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

    /// Makes a header for the codeword lengths in `runs`. The header is written in a Huffman code,
    /// the code-length code. Chooses the repeat symbols that are cheapest if the code-length code
    /// has the codeword lengths `chosen_by`, in bits. Then builds a new code-length code from the
    /// number of times that each symbol is used.
    fn fitted(runs: &LengthRuns, chosen_by: &[u8; CODE_LENGTH_SYMBOLS]) -> DynamicHeader {
        let chosen_by = chosen_by.map(or_longest);
        let mut counts = [0u32; CODE_LENGTH_SYMBOLS];
        for run in runs.iter() {
            let encoding = RunEncoding::of(run, &chosen_by);
            counts[usize::from(run.length)] += encoding.plain;
            counts[REPEAT_LENGTH] += encoding.copies;
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
        let extra: u32 = counts[REPEAT_LENGTH..]
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

    /// Returns the size in bits of each symbol of the code-length code, including its extra bits. A
    /// symbol without a codeword counts as one with the longest possible codeword.
    pub(super) fn symbol_bits(&self) -> [u32; CODE_LENGTH_SYMBOLS] {
        let mut bits = self.code.map(|length| u32::from(or_longest(length)));
        for (bits, extra) in bits[REPEAT_LENGTH..].iter_mut().zip(REPEAT_EXTRA) {
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

/// The symbols with which the header writes one run of equal codeword lengths. `plain` is the
/// number of lengths that are written one by one. `copies`, `short` and `long` are the numbers of
/// the repeat symbols [`REPEAT_LENGTH`], [`ZEROS_SHORT`] and [`ZEROS_LONG`].
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

    /// Returns the symbols that write `run` in the fewest bits if the code-length code has the
    /// codeword lengths `code`, in bits.
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
                u32::from(code[REPEAT_LENGTH]),
            )
        }
    }

    /// Returns the symbols that write a run of `count` equal nonzero codeword lengths in the fewest
    /// bits. `plain` is the size in bits of the symbol for one such length. `copy` is the size in
    /// bits of the symbol [`REPEAT_LENGTH`] without its extra bits. The first length of the run
    /// is always written plain, because [`REPEAT_LENGTH`] repeats the length before it.
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
        // The cheapest number of copy symbols is `most`, one less than `most`, or 0. With one less,
        // a few more lengths are written plain. This is cheaper if a copy symbol takes more bits
        // than these lengths.
        let most = copyable.div_ceil(6).min(copyable / 3);
        let encodings = (most.saturating_sub(1)..=most).chain([0]).map(encoding);
        encodings
            .min_by_key(bits)
            .unwrap_or(RunEncoding::plain(count))
    }

    /// Returns the symbols that write a run of `count` codeword lengths of 0 in the fewest bits if
    /// the code-length code has the codeword lengths `code`, in bits.
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

    /// Calls `put` for each symbol with which the header writes `run`. The arguments of `put` are
    /// the symbol, the value of its extra bits, and the number of its extra bits.
    fn write(mut self, run: LengthRun, put: &mut impl FnMut(usize, u32, u32)) {
        let mut left = u32::from(run.count) - self.plain;
        if run.length != 0 && self.copies > 0 {
            put(usize::from(run.length), 0, 0);
            self.plain -= 1;
        }
        let repeats = [
            (ZEROS_LONG, self.long, 11, 138),
            (ZEROS_SHORT, self.short, 3, 10),
            (REPEAT_LENGTH, self.copies, 3, 6),
        ];
        let mut smallest: u32 = repeats
            .iter()
            .map(|&(_, count, least, _)| count * least)
            .sum();
        for (symbol, count, least, most) in repeats {
            for _ in 0..count {
                // `smallest` becomes the minimum number of lengths that the repeat symbols after
                // this one stand for. This repeat symbol stands for as many of the other lengths as
                // possible.
                smallest -= least;
                let repeat = (left - smallest).min(most);
                put(symbol, repeat - least, REPEAT_EXTRA[symbol - REPEAT_LENGTH]);
                left -= repeat;
            }
        }
        for _ in 0..self.plain {
            put(usize::from(run.length), 0, 0);
        }
    }
}
