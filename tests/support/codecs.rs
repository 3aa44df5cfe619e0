//! Encoders of single blocks, several for each codec, because each of them uses only a part of the
//! format.

use std::io::Write;

/// Returns a bare deflate stream (RFC 1951), written by encoder `turn` modulo 5.
pub fn deflate(block: &[u8], turn: usize) -> Vec<u8> {
    match turn % 5 {
        0 => flate2_raw(block, 6),
        1 => libdeflate_raw(block, 9),
        2 => flate2_raw(block, 1),
        3 => libdeflate_raw(block, 1),
        _ => stored_deflate(block),
    }
}

/// Returns a zlib stream (RFC 1950), with header `turn` modulo 3 and the encoder of [`deflate`].
pub fn zlib(block: &[u8], turn: usize) -> Vec<u8> {
    let mut out = match turn % 3 {
        0 => vec![0x78, 0x9C],
        1 => vec![0x78, 0xDA],
        // A window of 8 KiB, the size of a DAX frame.
        _ => vec![0x58, 0x85],
    };
    out.extend_from_slice(&deflate(block, turn));
    out.extend_from_slice(&adler32(block).to_be_bytes());
    out
}

pub fn adler32(data: &[u8]) -> u32 {
    libdeflater::adler32(data)
}

/// Returns an LZ4 block, written by encoder `turn` modulo 3.
pub fn lz4(block: &[u8], turn: usize) -> Vec<u8> {
    let mut out = Vec::new();
    match turn % 3 {
        0 => {
            lzzzz::lz4::compress_to_vec(block, &mut out, lzzzz::lz4::ACC_LEVEL_DEFAULT).unwrap();
        }
        1 => {
            lzzzz::lz4_hc::compress_to_vec(block, &mut out, 12).unwrap();
        }
        _ => out = lz4_flex::block::compress(block),
    }
    out
}

/// Returns an LZO1X block: with matches if `turn` is even, of literals only if it is odd.
pub fn lzo(block: &[u8], turn: usize) -> Vec<u8> {
    if turn % 2 == 0 {
        lzokay::compress::compress(block).unwrap()
    } else {
        literal_lzo(block)
    }
}

fn flate2_raw(block: &[u8], level: u32) -> Vec<u8> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
    encoder.write_all(block).unwrap();
    encoder.finish().unwrap()
}

fn libdeflate_raw(block: &[u8], level: i32) -> Vec<u8> {
    let level = libdeflater::CompressionLvl::new(level).unwrap();
    let mut encoder = libdeflater::Compressor::new(level);
    let mut out = vec![0; encoder.deflate_compress_bound(block.len())];
    let len = encoder.deflate_compress(block, &mut out).unwrap();
    out.truncate(len);
    out
}

/// Returns deflate without compression: stored deflate blocks of up to 65535 bytes.
fn stored_deflate(block: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let count = block.chunks(0xFFFF).count();
    for (i, part) in block.chunks(0xFFFF).enumerate() {
        let len = part.len() as u16;
        out.push(u8::from(i + 1 == count));
        out.extend_from_slice(&len.to_le_bytes());
        out.extend_from_slice(&(!len).to_le_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// Returns an LZO1X block that consists of one run of literals and the end marker.
fn literal_lzo(block: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if block.len() <= 238 {
        out.push(17 + block.len() as u8);
    } else {
        let mut rest = block.len() - 18;
        out.push(0);
        while rest > 255 {
            out.push(0);
            rest -= 255;
        }
        out.push(rest as u8);
    }
    out.extend_from_slice(block);
    out.extend_from_slice(&[0x11, 0, 0]);
    out
}
