//! A token: one literal (a single byte) or one match (a copy of earlier bytes), in 32
//! bits. The encoder describes data as a sequence of tokens.

use crate::codec::deflate_format::*;

/// A literal (a single byte) or a match (a copy of earlier bytes). Bits 20 to 31 hold the number of
/// bytes that the token stands for.
///
/// In a match, bits 15 to 19 hold the distance symbol, and bits 0 to 14 hold the distance in bytes
/// minus 1. In a literal, the number of bytes is 1, and bits 0 to 7 hold the byte. The value 0
/// means "no token".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Token(pub u32);

impl Token {
    pub(crate) const NONE: Token = Token(0);

    #[inline(always)]
    pub(crate) fn literal(byte: u8) -> Token {
        Token(1 << 20 | u32::from(byte))
    }

    /// Returns a match of `length` bytes, 3 to 258, at a distance of `distance` bytes, 1 to 32768.
    #[inline(always)]
    pub(crate) fn of_match(length: usize, distance: u32) -> Token {
        let less_one = distance - 1;
        Token((length as u32) << 20 | distance_symbol(less_one) << 15 | less_one)
    }

    /// Returns this match with its length changed to `length` bytes.
    #[inline(always)]
    pub(crate) fn with_length(self, length: u32) -> Token {
        Token(length << 20 | self.0 & 0xf_ffff)
    }

    /// Returns the number of bytes that the token stands for: 1 for a literal, 3 to 258 for a
    /// match.
    #[inline(always)]
    pub(crate) fn length(self) -> usize {
        (self.0 >> 20) as usize
    }

    #[inline(always)]
    pub(crate) fn is_literal(self) -> bool {
        self.0 >> 20 == 1
    }

    /// Returns the byte of a literal. The token must not be a match.
    #[inline(always)]
    pub(crate) fn byte(self) -> u8 {
        self.0 as u8
    }

    /// Returns the distance symbol of a match, 0 to 29. A distance symbol stands for a group of
    /// distances. In a deflate stream, extra bits after the symbol select one distance of the
    /// group.
    #[inline(always)]
    pub(crate) fn distance_symbol(self) -> usize {
        (self.0 >> 15 & 31) as usize
    }

    /// Returns the distance of a match in bytes minus 1, 0 to 32767.
    #[inline(always)]
    pub(crate) fn distance_less_one(self) -> u32 {
        self.0 & 0x7fff
    }

    /// Returns the literal/length symbol of the token, 0 to 285. It stands for the byte of a
    /// literal or for the length of a match.
    #[inline(always)]
    pub(crate) fn symbol(self) -> usize {
        if self.is_literal() {
            usize::from(self.byte())
        } else {
            FIRST_LENGTH + usize::from(LENGTH_INDEX[self.length().min(MAX_MATCH)])
        }
    }
}
