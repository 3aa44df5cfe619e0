//! A token of the LZ77 parse: one literal or one match, packed into 32 bits.

use crate::codec::deflate_format::*;

/// A literal or a match. The bits from bit 20 on hold the length in bytes. In a match, bits 15 to
/// 19 hold the distance symbol, and bits 0 to 14 hold the distance minus 1. In a literal, the
/// length is 1, and bits 0 to 7 hold the byte. The value 0 stands for "no token".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Token(pub u32);

impl Token {
    pub(crate) const NONE: Token = Token(0);

    #[inline(always)]
    pub(crate) fn literal(byte: u8) -> Token {
        Token(1 << 20 | u32::from(byte))
    }

    /// Returns a match of 3 to 258 bytes at a distance of 1 to 32768 bytes.
    #[inline(always)]
    pub(crate) fn of_match(length: usize, distance: u32) -> Token {
        let less_one = distance - 1;
        Token((length as u32) << 20 | distance_slot(less_one) << 15 | less_one)
    }

    /// Returns a match with the same distance and a length of `length` bytes.
    #[inline(always)]
    pub(crate) fn with_length(self, length: u32) -> Token {
        Token(length << 20 | self.0 & 0xf_ffff)
    }

    /// Returns the number of bytes of the piece that the token encodes.
    #[inline(always)]
    pub(crate) fn length(self) -> usize {
        (self.0 >> 20) as usize
    }

    #[inline(always)]
    pub(crate) fn is_literal(self) -> bool {
        self.0 >> 20 == 1
    }

    /// Returns the byte of a literal.
    #[inline(always)]
    pub(crate) fn byte(self) -> u8 {
        self.0 as u8
    }

    /// Returns the distance symbol of a match, 0 to 29.
    #[inline(always)]
    pub(crate) fn distance_slot(self) -> usize {
        (self.0 >> 15 & 31) as usize
    }

    /// Returns the distance of a match minus one, 0 to 32767.
    #[inline(always)]
    pub(crate) fn distance_less_one(self) -> u32 {
        self.0 & 0x7fff
    }

    /// Returns the literal/length symbol of the token.
    #[inline(always)]
    pub(crate) fn symbol(self) -> usize {
        if self.is_literal() {
            usize::from(self.byte())
        } else {
            FIRST_LENGTH + usize::from(LENGTH_SLOT[self.length().min(MAX_MATCH)])
        }
    }
}
