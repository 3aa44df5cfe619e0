//! Checks whether real PSP hardware can decode a deflate stream.
//!
//! A PSP fails on some valid streams that other decoders accept. A dynamic deflate block begins
//! with a header, which defines two Huffman codes. The first code is for literals (single bytes)
//! and match lengths. The second code is for the distances of matches. The header lists the
//! codeword lengths of the first code, and then those of the second code. The symbols 0 to 18 are
//! used for this list. A PSP fails if a header has one of these properties:
//!
//! 1. A repeat symbol extends from the list of the first code into the list of the second code. A
//!    repeat symbol (16, 17 or 18) stands for several equal lengths.
//! 2. The list of the second code begins with symbol 16, which copies the last length of the first
//!    code.
//! 3. A code is incomplete. In an incomplete code, some sequences of bits do not begin with a
//!    codeword. Deflate allows an incomplete code if the code has a single codeword, or if it is a
//!    distance code without codewords.
//!
//! A stream without such headers is called safe.
//!
//! A stream may have several deflate blocks. The end of a deflate block is found only by decoding
//! its symbols. Therefore the check is a complete decoder, except that it writes no output. It uses
//! about 5 KiB of stack, does not allocate, and shares no tables with the encoders whose streams it
//! checks.

mod bit_reader;
mod prefix_code;
#[cfg(test)]
mod tests;

use bit_reader::BitReader;
use prefix_code::PrefixCode;

/// Returns whether a PSP can decode `stream`, a deflate stream without a zlib header. Returns
/// `None` if it is not a valid stream. A stream is invalid if
///
/// * it is truncated,
/// * it has a deflate block of the reserved type 3,
/// * it contains a reserved symbol,
/// * the header of a deflate block lists more than 286 codeword lengths for literals and match
///   lengths, or more than 30 for distances,
/// * a code has more codewords than their lengths allow,
/// * a code has too few codewords, so that zlib rejects it,
/// * the symbol that ends a deflate block has no codeword,
/// * the length of a stored deflate block does not match the inverted length that follows it, or
/// * the distance of a match exceeds the number of bytes decoded so far.
///
/// Bytes after the last deflate block are ignored.
#[cfg(test)]
pub(crate) fn is_psp_safe(stream: &[u8]) -> Option<bool> {
    StreamCheck::new(stream, false).run()
}

/// Returns whether a PSP can decode `stream`, a valid deflate stream without a zlib header.
///
/// The function does not decode the symbols of the last deflate block, because no header follows
/// this block. This makes the check fast for small streams, which usually have a single deflate
/// block.
pub(crate) fn are_headers_psp_safe(stream: &[u8]) -> bool {
    StreamCheck::new(stream, true).run() == Some(true)
}

/// Number of symbols of deflate's fixed code for literals and match lengths.
const LITERAL_SYMBOLS: usize = 288;
/// Number of symbols of deflate's fixed code for distances.
const DISTANCE_SYMBOLS: usize = 32;
/// Maximum number of symbols for literals and match lengths in a dynamic deflate block, which
/// defines its own codes.
const MAX_DYNAMIC_LITERALS: usize = 286;
/// Maximum number of symbols for distances in a dynamic deflate block, which defines its own codes.
const MAX_DYNAMIC_DISTANCES: usize = 30;
/// Number of symbols of the code-length code. The header of a deflate block lists the codeword
/// lengths of the block's codes, and this list is compressed with the code-length code.
const CODE_LENGTH_SYMBOLS: usize = 19;
/// The symbol that ends a deflate block.
const END_OF_BLOCK: u16 = 256;

/// The symbols of the code-length code, in the order in which the header of a deflate block states
/// the lengths of their codewords (RFC 1951, 3.2.7).
const CODE_LENGTH_ORDER: [u8; CODE_LENGTH_SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Shortest match length, in bytes, for which each length symbol stands. The index is the length
/// symbol minus 257.
const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// Number of extra bits that follow each length symbol. The value of these bits is added to the
/// symbol's match length in `LENGTH_BASE`. The index is the length symbol minus 257.
const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

type LiteralCode = PrefixCode<1024, LITERAL_SYMBOLS>;
type DistanceCode = PrefixCode<256, DISTANCE_SYMBOLS>;
type CodeLengthCode = PrefixCode<128, CODE_LENGTH_SYMBOLS>;

/// The state of checking a deflate stream. All methods that return an `Option` return `None` if the
/// stream is not valid.
struct StreamCheck<'a> {
    /// The part of the stream that was not read yet.
    bits: BitReader<'a>,
    /// Number of bytes to which the part of the stream that was read so far decodes. If a `usize`
    /// cannot hold this number, the value is `usize::MAX`. This is sufficient, because the number
    /// is only compared with distances of matches, which are at most 32768 bytes.
    decoded: usize,
    /// Whether a PSP can decode the headers of all deflate blocks read so far.
    is_safe: bool,
    /// Whether the check ends after the header of the last deflate block, without decoding the
    /// symbols of this block.
    skips_last_symbols: bool,
    /// The code for literals and match lengths of the current deflate block.
    literal: LiteralCode,
    /// The code for distances of the current deflate block.
    distance: DistanceCode,
}

impl<'a> StreamCheck<'a> {
    fn new(stream: &'a [u8], skips_last_symbols: bool) -> Self {
        StreamCheck {
            bits: BitReader::new(stream),
            decoded: 0,
            is_safe: true,
            skips_last_symbols,
            literal: PrefixCode::new(),
            distance: PrefixCode::new(),
        }
    }

    fn run(mut self) -> Option<bool> {
        while !self.check_block()? {}
        Some(self.is_safe)
    }

    /// Checks the next deflate block of the stream. Returns whether it is the last one.
    fn check_block(&mut self) -> Option<bool> {
        let is_last = self.bits.take(1)? == 1;
        let has_symbols = !(is_last && self.skips_last_symbols);
        match self.bits.take(2)? {
            0 => self.skip_stored()?,
            1 if has_symbols => {
                self.set_fixed_codes()?;
                self.decode_symbols()?;
            }
            1 => {}
            2 => {
                self.check_dynamic_header(has_symbols)?;
                if has_symbols {
                    self.decode_symbols()?;
                }
            }
            _ => return None,
        }
        Some(is_last)
    }

    fn skip_stored(&mut self) -> Option<()> {
        self.bits.align_to_byte();
        let length = self.bits.take(16)?;
        if self.bits.take(16)? != length ^ 0xffff {
            return None;
        }
        self.decoded = self.decoded.saturating_add(length as usize);
        self.bits.skip_bytes(length as usize)
    }

    fn set_fixed_codes(&mut self) -> Option<()> {
        let mut lengths = [8u8; LITERAL_SYMBOLS];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        self.literal.build(&lengths)?;
        self.distance.build(&[5; DISTANCE_SYMBOLS])?;
        Some(())
    }

    /// Reads the header of a dynamic deflate block, and clears `is_safe` if a PSP cannot decode the
    /// header. If `has_symbols` is set, the function also prepares the two codes of the deflate
    /// block, with which the caller then decodes the symbols of the block.
    fn check_dynamic_header(&mut self, has_symbols: bool) -> Option<()> {
        let literals = self.bits.take(5)? as usize + 257;
        let distances = self.bits.take(5)? as usize + 1;
        if literals > MAX_DYNAMIC_LITERALS || distances > MAX_DYNAMIC_DISTANCES {
            return None;
        }
        let code = self.read_code_length_code()?;
        let mut lengths = [0u8; MAX_DYNAMIC_LITERALS + MAX_DYNAMIC_DISTANCES];
        let lengths = &mut lengths[..literals + distances];
        self.read_code_lengths(&code, lengths, literals)?;
        let (literal_lengths, distance_lengths) = lengths.split_at(literals);
        if literal_lengths[END_OF_BLOCK as usize] == 0 {
            return None;
        }
        let is_literal_complete = self.literal.set_counts(literal_lengths)?;
        let is_distance_complete = self.distance.set_counts(distance_lengths)?;
        self.is_safe &= is_literal_complete && is_distance_complete;
        if has_symbols {
            self.literal.set_codewords(literal_lengths);
            self.distance.set_codewords(distance_lengths);
        }
        Some(())
    }

    fn read_code_length_code(&mut self) -> Option<CodeLengthCode> {
        let count = self.bits.take(4)? as usize + 4;
        let mut lengths = [0u8; CODE_LENGTH_SYMBOLS];
        for &symbol in &CODE_LENGTH_ORDER[..count] {
            lengths[symbol as usize] = self.bits.take(3)? as u8;
        }
        let mut code = PrefixCode::new();
        code.build(&lengths)?.then_some(code)
    }

    /// Reads the code lengths that the header of a deflate block lists, and writes them to
    /// `lengths`. The first `literals` elements belong to the code for literals and match lengths.
    /// The other elements belong to the code for distances. `code` is the Huffman code with which
    /// the list is compressed. Clears `is_safe` if a PSP cannot decode the list.
    fn read_code_lengths(
        &mut self,
        code: &CodeLengthCode,
        lengths: &mut [u8],
        literals: usize,
    ) -> Option<()> {
        let mut at = 0;
        while at < lengths.len() {
            self.bits.refill();
            let symbol = code.decode(&mut self.bits)?;
            let (length, count) = match symbol {
                16 => (
                    *lengths.get(at.checked_sub(1)?)?,
                    3 + self.bits.take_refilled(2)?,
                ),
                17 => (0, 3 + self.bits.take_refilled(3)?),
                18 => (0, 11 + self.bits.take_refilled(7)?),
                length => (length as u8, 1),
            };
            let end = at + count as usize;
            lengths.get_mut(at..end)?.fill(length);
            let covers_both = at < literals && end > literals;
            let copies_literal_length = symbol == 16 && at == literals;
            if covers_both || copies_literal_length {
                self.is_safe = false;
            }
            at = end;
        }
        Some(())
    }

    /// Decodes the symbols of a deflate block up to and including its end-of-block symbol.
    fn decode_symbols(&mut self) -> Option<()> {
        loop {
            // A refill provides at least 56 bits. A literal has up to 15 bits, so one refill is
            // enough for two literals. A match has up to 48 bits, so one refill is also enough for
            // a match. The length of the match takes up to 15 bits and 5 extra bits, and the
            // distance takes up to 15 bits and 13 extra bits. A literal and a match together may
            // have 63 bits, so a match after a literal requires a second refill.
            self.bits.refill();
            let mut symbol = self.literal.decode(&mut self.bits)?;
            if symbol < END_OF_BLOCK {
                self.decoded = self.decoded.saturating_add(1);
                symbol = self.literal.decode(&mut self.bits)?;
                if symbol < END_OF_BLOCK {
                    self.decoded = self.decoded.saturating_add(1);
                    continue;
                }
                self.bits.refill();
            }
            if symbol == END_OF_BLOCK {
                return Some(());
            }
            self.decode_match(symbol as usize - 257)?;
        }
    }

    /// Decodes the rest of a match after the length symbol. The length symbol was 257 +
    /// `length_index`. Adds the length of the match in bytes to `decoded`. The rest of the match
    /// has up to 33 bits. So the bit reader's buffer must contain at least 33 bits, or all bits of
    /// the stream that are left.
    fn decode_match(&mut self, length_index: usize) -> Option<()> {
        let extra = *LENGTH_EXTRA.get(length_index)?;
        let length =
            u32::from(LENGTH_BASE[length_index]) + self.bits.take_refilled(extra.into())?;
        let symbol = u32::from(self.distance.decode(&mut self.bits)?);
        if symbol >= MAX_DYNAMIC_DISTANCES as u32 {
            return None;
        }
        let distance = if symbol < 4 {
            symbol + 1
        } else {
            let extra = symbol / 2 - 1;
            ((2 + (symbol & 1)) << extra) + 1 + self.bits.take_refilled(extra)?
        };
        if distance as usize > self.decoded {
            return None;
        }
        self.decoded = self.decoded.saturating_add(length as usize);
        Some(())
    }
}
