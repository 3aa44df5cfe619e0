//! Which deflate streams real PSP hardware can read.
//!
//! A PSP rejects some streams that every other decoder accepts. Two traits of dynamic sub-block headers are to blame:
//!
//! 1. a code-length repeat (symbol 16, 17 or 18) that runs from the literal/length lengths into the distance lengths,
//!    or a repeat 16 that starts the distance lengths and so copies the last literal/length length;
//! 2. an incomplete code: no distance codeword at all, or a tree with a single codeword.
//!
//! To find the second header of a stream all symbols of the first sub-block have to be decoded, so [`is_psp_safe`] is a
//! whole decoder that only lacks the output. It works on the stack (about 5 KiB) and never allocates.

/// Tells whether `stream`, a raw deflate stream, is safe for real PSP hardware.
///
/// * `Some(true)`: well formed, and every dynamic header is safe.
/// * `Some(false)`: well formed, but at least one dynamic header has one of the two traits of the module's description.
/// * `None`: malformed. The stream is truncated, has a reserved sub-block type, symbol or count, an over-subscribed code,
///   an incomplete code other than the ones that zlib tolerates (those are `Some(false)`), no end-of-block codeword, a
///   stored length that disagrees with its complement, or a distance that reaches before the start of the output or
///   beyond the window of 32 KiB.
///
/// Bytes after the final sub-block are not looked at.
#[cfg(test)]
pub(crate) fn is_psp_safe(stream: &[u8]) -> Option<bool> {
    Walker::new(stream, false).walk()
}

/// The same for a stream that is known to be well formed: `true` if it is safe. The symbols of the final sub-block, which
/// no header follows, need no look then; a small stream has no other sub-block.
pub(crate) fn are_headers_psp_safe(stream: &[u8]) -> bool {
    Walker::new(stream, true).walk() == Some(true)
}

const MAX_CODE_LENGTH: usize = 15;
const LITERAL_SYMBOLS: usize = 288;
const DISTANCE_SYMBOLS: usize = 32;
const MAX_DYNAMIC_LITERALS: usize = 286;
const MAX_DYNAMIC_DISTANCES: usize = 30;
const CODE_LENGTH_SYMBOLS: usize = 19;
const END_OF_BLOCK: u16 = 256;

/// The order in which a header lists the lengths of the code-length code.
const CODE_LENGTH_ORDER: [u8; CODE_LENGTH_SYMBOLS] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Smallest match length of each length symbol, from symbol 257 on.
const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
/// Extra bits of each length symbol, from symbol 257 on.
const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/// Walks a stream sub-block by sub-block.
struct Walker<'a> {
    bits: BitReader<'a>,
    /// Bytes that a decoder would have written so far. It saturates: only distances are compared with it.
    produced: usize,
    /// No unsafe header was met so far.
    safe: bool,
    /// Stop at the final sub-block's symbols.
    only_headers: bool,
    literal: PrefixCode<1024, LITERAL_SYMBOLS>,
    distance: PrefixCode<256, DISTANCE_SYMBOLS>,
}

impl<'a> Walker<'a> {
    fn new(stream: &'a [u8], only_headers: bool) -> Self {
        Walker {
            bits: BitReader::new(stream),
            produced: 0,
            safe: true,
            only_headers,
            literal: PrefixCode::new(),
            distance: PrefixCode::new(),
        }
    }

    fn walk(mut self) -> Option<bool> {
        while !self.sub_block()? {}
        Some(self.safe)
    }

    /// Walks one sub-block; `true` after the final one.
    fn sub_block(&mut self) -> Option<bool> {
        let last = self.bits.take(1)? == 1;
        let walked = !(last && self.only_headers);
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 if walked => {
                self.fixed_codes()?;
                self.symbols()?;
            }
            1 => {}
            2 => {
                self.dynamic_codes(walked)?;
                if walked {
                    self.symbols()?;
                }
            }
            _ => return None,
        }
        Some(last)
    }

    fn stored(&mut self) -> Option<()> {
        self.bits.align_to_byte();
        let length = self.bits.take(16)?;
        if self.bits.take(16)? != length ^ 0xffff {
            return None;
        }
        self.produced = self.produced.saturating_add(length as usize);
        self.bits.skip_bytes(length as usize)
    }

    fn fixed_codes(&mut self) -> Option<()> {
        let mut lengths = [8u8; LITERAL_SYMBOLS];
        lengths[144..256].fill(9);
        lengths[256..280].fill(7);
        self.literal.build(&lengths)?;
        self.distance.build(&[5; DISTANCE_SYMBOLS])?;
        Some(())
    }

    /// Reads a dynamic header, judges it, and builds its two codes if they are `used`.
    fn dynamic_codes(&mut self, used: bool) -> Option<()> {
        let literals = self.bits.take(5)? as usize + 257;
        let distances = self.bits.take(5)? as usize + 1;
        if literals > MAX_DYNAMIC_LITERALS || distances > MAX_DYNAMIC_DISTANCES {
            return None;
        }
        let code_length_code = self.code_length_code()?;
        let mut lengths = [0u8; MAX_DYNAMIC_LITERALS + MAX_DYNAMIC_DISTANCES];
        let lengths = &mut lengths[..literals + distances];
        self.code_lengths(&code_length_code, lengths, literals)?;
        let (literal_lengths, distance_lengths) = lengths.split_at(literals);
        if literal_lengths[END_OF_BLOCK as usize] == 0 {
            return None;
        }
        let literals_complete = self.literal.count(literal_lengths)?;
        let distances_complete = self.distance.count(distance_lengths)?;
        self.safe &= literals_complete && distances_complete;
        if used {
            self.literal.index(literal_lengths);
            self.distance.index(distance_lengths);
        }
        Some(())
    }

    fn code_length_code(&mut self) -> Option<PrefixCode<128, CODE_LENGTH_SYMBOLS>> {
        let count = self.bits.take(4)? as usize + 4;
        let mut lengths = [0u8; CODE_LENGTH_SYMBOLS];
        for &symbol in &CODE_LENGTH_ORDER[..count] {
            lengths[symbol as usize] = self.bits.take(3)? as u8;
        }
        let mut code = PrefixCode::new();
        code.build(&lengths)?.then_some(code)
    }

    /// Reads all code lengths of a header, `boundary` of them for literals and match lengths, the others for distances.
    fn code_lengths(
        &mut self,
        code: &PrefixCode<128, CODE_LENGTH_SYMBOLS>,
        lengths: &mut [u8],
        boundary: usize,
    ) -> Option<()> {
        let mut at = 0;
        while at < lengths.len() {
            self.bits.refill();
            let symbol = code.decode(&mut self.bits)?;
            let (length, repeats) = match symbol {
                16 => (
                    *lengths.get(at.checked_sub(1)?)?,
                    3 + self.bits.take_refilled(2)?,
                ),
                17 => (0, 3 + self.bits.take_refilled(3)?),
                18 => (0, 11 + self.bits.take_refilled(7)?),
                plain => (plain as u8, 1),
            };
            let end = at + repeats as usize;
            lengths.get_mut(at..end)?.fill(length);
            let crosses = at < boundary && end > boundary;
            let copies = symbol == 16 && at == boundary;
            if crosses || copies {
                self.safe = false;
            }
            at = end;
        }
        Some(())
    }

    /// Walks the symbols of a compressed sub-block up to its end-of-block.
    fn symbols(&mut self) -> Option<()> {
        loop {
            // 48 bits hold the longest literal/length codeword, its extra bits, a distance codeword and its extra bits.
            self.bits.refill();
            let mut symbol = self.literal.decode(&mut self.bits)?;
            if symbol < END_OF_BLOCK {
                self.produced = self.produced.saturating_add(1);
                symbol = self.literal.decode(&mut self.bits)?;
                if symbol < END_OF_BLOCK {
                    self.produced = self.produced.saturating_add(1);
                    continue;
                }
                self.bits.refill();
            }
            if symbol == END_OF_BLOCK {
                return Some(());
            }
            self.rest_of_match(symbol as usize - 257)?;
        }
    }

    /// Walks what follows the length symbol of a match: `length_slot` is that symbol, counted from symbol 257.
    fn rest_of_match(&mut self, length_slot: usize) -> Option<()> {
        let extra = *LENGTH_EXTRA.get(length_slot)?;
        let length = u32::from(LENGTH_BASE[length_slot]) + self.bits.take_refilled(extra.into())?;
        let slot = u32::from(self.distance.decode(&mut self.bits)?);
        if slot >= MAX_DYNAMIC_DISTANCES as u32 {
            return None;
        }
        let distance = if slot < 4 {
            slot + 1
        } else {
            let extra = slot / 2 - 1;
            ((2 + (slot & 1)) << extra) + 1 + self.bits.take_refilled(extra)?
        };
        if distance as usize > self.produced {
            return None;
        }
        self.produced = self.produced.saturating_add(length as usize);
        Some(())
    }
}

/// A canonical prefix code of at most `SYMBOLS` symbols, with a look-up table of `ENTRIES` (a power of two) entries.
struct PrefixCode<const ENTRIES: usize, const SYMBOLS: usize> {
    /// By the next bits of the stream: `symbol << 4 | length`, or 0 where the codeword is longer than the table's index.
    table: [u16; ENTRIES],
    /// The symbols that have a codeword, in the order of their codewords.
    sorted: [u16; SYMBOLS],
    /// How many codewords there are of each length.
    count: [u16; MAX_CODE_LENGTH + 1],
}

impl<const ENTRIES: usize, const SYMBOLS: usize> PrefixCode<ENTRIES, SYMBOLS> {
    const INDEX_BITS: u32 = ENTRIES.trailing_zeros();

    fn new() -> Self {
        PrefixCode {
            table: [0; ENTRIES],
            sorted: [0; SYMBOLS],
            count: [0; MAX_CODE_LENGTH + 1],
        }
    }

    /// Makes this the code with the given codeword lengths. Tells whether it is complete; `None` if no decoder could use
    /// it: over-subscribed, or incomplete with more than one codeword or with one that is longer than a bit.
    fn build(&mut self, lengths: &[u8]) -> Option<bool> {
        let complete = self.count(lengths)?;
        self.index(lengths);
        Some(complete)
    }

    /// The part of [`build`](Self::build) that judges.
    fn count(&mut self, lengths: &[u8]) -> Option<bool> {
        self.count = [0; MAX_CODE_LENGTH + 1];
        for &length in lengths {
            self.count[usize::from(length)] += 1;
        }
        self.count[0] = 0;
        let mut room = 1i32;
        for &count in &self.count[1..] {
            room = room * 2 - i32::from(count);
            if room < 0 {
                return None;
            }
        }
        let codewords: u16 = self.count.iter().sum();
        let complete = room == 0;
        if !complete && (codewords > 1 || codewords != self.count[1]) {
            return None;
        }
        Some(complete)
    }

    /// The part of [`build`](Self::build) that prepares for decoding.
    fn index(&mut self, lengths: &[u8]) {
        self.sort(lengths);
        self.fill_table();
    }

    fn sort(&mut self, lengths: &[u8]) {
        let mut next = [0u16; MAX_CODE_LENGTH + 1];
        for length in 1..MAX_CODE_LENGTH {
            next[length + 1] = next[length] + self.count[length];
        }
        for (symbol, &length) in lengths.iter().enumerate() {
            if length != 0 {
                let place = &mut next[usize::from(length)];
                self.sorted[usize::from(*place)] = symbol as u16;
                *place += 1;
            }
        }
    }

    /// Writes the entries in codeword order. The table is doubled for each further bit of the index, as a longer index
    /// repeats the entries of a shorter one: each codeword is written once, and what none covers stays 0.
    fn fill_table(&mut self) {
        self.table[0] = 0;
        let mut filled = 1;
        let mut codeword = 0u32;
        let mut place = 0;
        for length in 1..=Self::INDEX_BITS {
            self.table.copy_within(..filled, filled);
            filled *= 2;
            codeword *= 2;
            for _ in 0..self.count[length as usize] {
                let reversed = (codeword.reverse_bits() >> (32 - length)) as usize;
                self.table[reversed] = self.sorted[place] << 4 | length as u16;
                place += 1;
                codeword += 1;
            }
        }
    }

    /// Takes one codeword from refilled bits; its symbol, or `None` if the input ends or no codeword fits.
    #[inline(always)]
    fn decode(&self, bits: &mut BitReader) -> Option<u16> {
        let entry = self.table[bits.buffer as usize & (ENTRIES - 1)];
        if entry == 0 {
            return self.decode_long(bits);
        }
        bits.drop_bits(u32::from(entry & 15))?;
        Some(entry >> 4)
    }

    /// Decodes bit by bit: the codewords of each length are consecutive numbers.
    #[cold]
    fn decode_long(&self, bits: &mut BitReader) -> Option<u16> {
        let mut codeword = 0u32;
        let mut first = 0u32;
        let mut place = 0u32;
        for length in 1..=MAX_CODE_LENGTH {
            codeword = codeword << 1 | (bits.buffer >> (length - 1)) as u32 & 1;
            let count = u32::from(self.count[length]);
            if codeword - first < count {
                bits.drop_bits(length as u32)?;
                return self
                    .sorted
                    .get((place + codeword - first) as usize)
                    .copied();
            }
            place += count;
            first = (first + count) << 1;
        }
        None
    }
}

/// Bits of a stream, the lowest of each byte first.
struct BitReader<'a> {
    input: &'a [u8],
    /// The next bits, lowest first; zeros above `count` where the input has ended.
    buffer: u64,
    /// How many bits of `buffer` may be taken.
    count: u32,
}

impl<'a> BitReader<'a> {
    fn new(input: &'a [u8]) -> Self {
        BitReader {
            input,
            buffer: 0,
            count: 0,
        }
    }

    /// Brings the buffer to at least 56 bits, or to all that is left of the input.
    #[inline(always)]
    fn refill(&mut self) {
        if let Some((word, _)) = self.input.split_first_chunk::<8>() {
            let bytes = (63 - self.count) / 8;
            self.buffer |= u64::from_le_bytes(*word) << self.count;
            self.input = &self.input[bytes as usize..];
            self.count += bytes * 8;
        } else {
            self.refill_at_end();
        }
    }

    #[cold]
    fn refill_at_end(&mut self) {
        // The word-wise refill leaves bits of the next byte above `count`.
        self.buffer &= (1 << self.count) - 1;
        while self.count < 56 {
            let Some((&byte, rest)) = self.input.split_first() else {
                return;
            };
            self.buffer |= u64::from(byte) << self.count;
            self.count += 8;
            self.input = rest;
        }
    }

    #[inline(always)]
    fn drop_bits(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.buffer >>= count;
        Some(())
    }

    /// Takes up to 16 bits; `None` if the input has fewer.
    fn take(&mut self, count: u32) -> Option<u32> {
        self.refill();
        self.take_refilled(count)
    }

    /// Takes up to 16 bits of those that the last refill brought.
    #[inline(always)]
    fn take_refilled(&mut self, count: u32) -> Option<u32> {
        let value = self.buffer as u32 & ((1 << count) - 1);
        self.drop_bits(count)?;
        Some(value)
    }

    fn align_to_byte(&mut self) {
        let partial = self.count % 8;
        self.buffer >>= partial;
        self.count -= partial;
    }

    /// Skips whole bytes; the reader must stand at the start of one.
    fn skip_bytes(&mut self, bytes: usize) -> Option<()> {
        let buffered = (self.count / 8) as usize;
        let from_buffer = bytes.min(buffered);
        self.buffer >>= from_buffer * 8;
        self.count -= from_buffer as u32 * 8;
        self.input = self.input.get(bytes - from_buffer..)?;
        if bytes > buffered {
            self.buffer = 0;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
