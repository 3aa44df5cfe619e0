//! Builds files of unsupported formats that share their magic bytes with a supported one.

use super::ciso::{FLAG, HEADER};
use super::{codecs, put_u32, put_u64};

/// Returns a GameCube or Wii image. Its header has the block size, then one byte for each block: 1
/// if the file contains the block, otherwise 0. The image has `blocks` blocks, and the file lacks
/// every third one.
pub fn gamecube(block_size: u32, blocks: usize) -> Vec<u8> {
    let mut file = vec![0; 0x8000];
    file[..4].copy_from_slice(b"CISO");
    put_u32(&mut file, 4, block_size);
    for block in 0..blocks {
        file[8 + block] = u8::from(block % 3 != 1);
    }
    file.resize(0x8000 + 4096, 0x5A);
    file
}

/// Returns an Xbox image: CSO v2 with shift 2, in which each LZ4 block begins with its length.
pub fn xbox(image: &[u8]) -> Vec<u8> {
    ciso_like(b"CISO", 2, 2, image, |number, block| {
        let compressed = codecs::lz4(block, number);
        let mut with_length = (compressed.len() as u32).to_le_bytes().to_vec();
        with_length.extend_from_slice(&compressed);
        (with_length.len() < block.len()).then_some((with_length, FLAG))
    })
}

/// Returns a DreamShell (Dreamcast) image: ZSO with LZO1X blocks.
pub fn dreamshell(image: &[u8], shift: u8) -> Vec<u8> {
    ciso_like(b"ZISO", 1, shift, image, |number, block| {
        let compressed = codecs::lzo(block, 2 * number);
        (compressed.len() < block.len()).then_some((compressed, 0))
    })
}

fn ciso_like(
    magic: &[u8; 4],
    version: u8,
    shift: u8,
    image: &[u8],
    encode: impl Fn(usize, &[u8]) -> Option<(Vec<u8>, u32)>,
) -> Vec<u8> {
    let aligned = |len: usize| len.next_multiple_of(1 << shift);
    let count = image.len().div_ceil(2048);
    let mut file = vec![0; aligned(HEADER + 4 * (count + 1))];
    file[..4].copy_from_slice(magic);
    put_u32(&mut file, 4, HEADER as u32);
    put_u64(&mut file, 8, image.len() as u64);
    put_u32(&mut file, 16, 2048);
    file[20] = version;
    file[21] = shift;
    // In version 2 the flag marks LZ4 blocks. In other versions it marks stored blocks.
    let stored_flag = if version == 2 { 0 } else { FLAG };
    for (number, block) in image.chunks(2048).enumerate() {
        let (data, flag) = encode(number, block).unwrap_or_else(|| (block.to_vec(), stored_flag));
        let entry = (file.len() >> shift) as u32 | flag;
        put_u32(&mut file, HEADER + 4 * number, entry);
        file.extend_from_slice(&data);
        file.resize(aligned(file.len()), 0);
    }
    let end = (file.len() >> shift) as u32;
    put_u32(&mut file, HEADER + 4 * count, end);
    file
}
