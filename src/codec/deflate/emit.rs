//! Writing sub-blocks.

use super::bits::BitWriter;
use super::huffman::codewords;
use super::solution::{Kind, Part, Solution, TYPE_BITS};
use super::tables::*;
use super::token::Token;

/// Writes a solution of the piece `data`; `last` if the stream ends with it.
pub(crate) fn write_solution(solution: &Solution, data: &[u8], last: bool, out: &mut BitWriter) {
    let mut start = (0, 0);
    for part in &solution.parts {
        let tokens = &solution.tokens[start.0..part.tokens_end];
        let bytes = &data[start.1..part.end];
        write_part(part, tokens, bytes, last && part.end == data.len(), out);
        start = (part.tokens_end, part.end);
    }
}

fn write_part(part: &Part, tokens: &[Token], bytes: &[u8], last: bool, out: &mut BitWriter) {
    match part.kind {
        Kind::Stored => write_stored(bytes, last, out),
        Kind::Fixed => {
            out.put(u32::from(last) | 1 << 1, TYPE_BITS);
            let distances = [FIXED_DISTANCE_LENGTH; DISTANCE_SYMBOLS];
            write_tokens(tokens, &FIXED_LITERAL_LENGTHS, &distances, out);
        }
        Kind::Dynamic => {
            out.put(u32::from(last) | 2 << 1, TYPE_BITS);
            let codes = &part.codes;
            codes.header.write(&codes.lengths, out);
            write_tokens(tokens, &codes.lengths.literal, &codes.lengths.distance, out);
        }
    }
}

/// Writes bytes as they are, in as many sub-blocks as that takes; at least one.
pub(crate) fn write_stored(bytes: &[u8], last: bool, out: &mut BitWriter) {
    let mut rest = bytes;
    loop {
        let (chunk, behind) = rest.split_at(rest.len().min(MAX_STORED));
        out.put(u32::from(last && behind.is_empty()), TYPE_BITS);
        out.align_to_byte();
        let length = chunk.len() as u32;
        out.put(length | (length ^ 0xffff) << 16, 32);
        out.copy(chunk);
        rest = behind;
        if rest.is_empty() {
            return;
        }
    }
}

fn write_tokens(
    tokens: &[Token],
    literal_lengths: &[u8; LITERAL_SYMBOLS],
    distance_lengths: &[u8; DISTANCE_SYMBOLS],
    out: &mut BitWriter,
) {
    let mut literals = [0; LITERAL_SYMBOLS];
    let mut distances = [0; DISTANCE_SYMBOLS];
    codewords(literal_lengths, &mut literals);
    codewords(distance_lengths, &mut distances);
    for &token in tokens {
        let symbol = token.symbol();
        out.add(
            u32::from(literals[symbol]),
            u32::from(literal_lengths[symbol]),
        );
        if !token.is_literal() {
            add_length_extra(token, out);
            let slot = token.distance_slot();
            out.add(
                u32::from(distances[slot]),
                u32::from(distance_lengths[slot]),
            );
            add_distance_extra(token, out);
        }
        out.flush();
    }
    out.put(
        u32::from(literals[END_OF_BLOCK]),
        u32::from(literal_lengths[END_OF_BLOCK]),
    );
}

fn add_length_extra(token: Token, out: &mut BitWriter) {
    let slot = token.symbol() - FIRST_LENGTH;
    let extra = token.length() as u32 - u32::from(LENGTH_BASE[slot]);
    out.add(extra, u32::from(LENGTH_EXTRA[slot]));
}

fn add_distance_extra(token: Token, out: &mut BitWriter) {
    let bits = distance_extra(token.distance_slot());
    out.add(token.distance_less_one() & ((1 << bits) - 1), bits);
}
