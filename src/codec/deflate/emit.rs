//! Writes a piece to a deflate stream. A piece is a part of a block (the unit of compression of the
//! image) and has up to 64 KiB. It is written as one or more sub-blocks, which are deflate blocks.

use super::bit_writer::BitWriter;
use super::huffman::codewords;
use super::piece_encoding::{PieceEncoding, SubBlock, SubBlockKind, TYPE_BITS};
use super::token::Token;
use crate::codec::deflate_format::*;

/// Writes the piece `data` as the sub-blocks (deflate blocks) that `encoding` describes. If `last`
/// is set, the last sub-block is marked as the end of the stream.
pub(crate) fn write_piece(encoding: &PieceEncoding, data: &[u8], last: bool, out: &mut BitWriter) {
    let mut start = (0, 0);
    for sub_block in &encoding.sub_blocks {
        let tokens = &encoding.tokens[start.0..sub_block.tokens_end];
        let bytes = &data[start.1..sub_block.end];
        let last = last && sub_block.end == data.len();
        write_sub_block(sub_block, tokens, bytes, last, out);
        start = (sub_block.tokens_end, sub_block.end);
    }
}

fn write_sub_block(
    sub_block: &SubBlock,
    tokens: &[Token],
    bytes: &[u8],
    last: bool,
    out: &mut BitWriter,
) {
    match sub_block.kind {
        SubBlockKind::Stored => write_stored(bytes, last, out),
        SubBlockKind::Fixed => {
            out.put(u32::from(last) | 1 << 1, TYPE_BITS);
            let distances = [FIXED_DISTANCE_LENGTH; DISTANCE_SYMBOLS];
            write_tokens(tokens, &FIXED_LITERAL_LENGTHS, &distances, out);
        }
        SubBlockKind::Dynamic => {
            out.put(u32::from(last) | 2 << 1, TYPE_BITS);
            let codes = &sub_block.codes;
            codes.header.write(&codes.lengths, out);
            write_tokens(tokens, &codes.lengths.literal, &codes.lengths.distance, out);
        }
    }
}

/// Writes `bytes` uncompressed, as stored deflate blocks of up to 65,535 bytes each. If there are
/// no bytes, writes one empty deflate block. If `last` is set, the last deflate block is marked as
/// the end of the stream.
pub(crate) fn write_stored(bytes: &[u8], last: bool, out: &mut BitWriter) {
    let mut rest = bytes;
    loop {
        let (chunk, following) = rest.split_at(rest.len().min(MAX_STORED));
        out.put(u32::from(last && following.is_empty()), TYPE_BITS);
        out.align_to_byte();
        let length = chunk.len() as u32;
        out.put(length | (length ^ 0xffff) << 16, 32);
        out.copy(chunk);
        rest = following;
        if rest.is_empty() {
            return;
        }
    }
}

/// Writes `tokens` and an end-of-block symbol. The symbols are written with two canonical Huffman
/// codes, whose codeword lengths in bits are `literal_lengths` and `distance_lengths`.
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
            let symbol = token.distance_symbol();
            out.add(
                u32::from(distances[symbol]),
                u32::from(distance_lengths[symbol]),
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
    let index = token.symbol() - FIRST_LENGTH;
    let extra = token.length() as u32 - u32::from(LENGTH_BASE[index]);
    out.add(extra, u32::from(LENGTH_EXTRA[index]));
}

fn add_distance_extra(token: Token, out: &mut BitWriter) {
    let bits = distance_extra(token.distance_symbol());
    out.add(token.distance_less_one() & ((1 << bits) - 1), bits);
}
