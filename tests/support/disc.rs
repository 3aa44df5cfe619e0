//! Generates disc images with the kinds of data that discs contain: text, code, tables, tiles,
//! sound, zeros and noise. Images that are large enough have an ISO 9660 volume descriptor.

use super::rng::Rng;

pub const SECTOR: usize = 2048;

/// Offset of the identifier of the volume descriptor, in bytes.
const MARK_OFFSET: usize = 0x8001;

/// Number of bytes that are copied from one kind of data at a time.
const PATCH: usize = 512;

/// Returns an image of `size` bytes. No two patches are equal, except those of zeros.
pub fn image(size: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::new(seed);
    let materials = materials(&mut rng);
    let mut image = Vec::with_capacity(size + SECTOR);
    while image.len() < size {
        // The same kind of data for several patches, as in a file.
        let material = &materials[rng.below(materials.len() as u64) as usize];
        for _ in 0..=rng.below(20) {
            let from = rng.below((material.len() - PATCH) as u64) as usize;
            let start = image.len();
            image.extend_from_slice(&material[from..from + PATCH]);
            if !std::ptr::eq(material, &materials[ZEROS]) {
                let stamp = (start as u32 / PATCH as u32).to_le_bytes();
                image[start + 3..start + 7].copy_from_slice(&stamp);
            }
        }
    }
    image.truncate(size);
    if let Some(descriptor) = image.get_mut(MARK_OFFSET - 1..MARK_OFFSET + 6) {
        descriptor.copy_from_slice(b"\x01CD001\x01");
    }
    image
}

const ZEROS: usize = 0;

/// Returns 16 KiB of each kind of data.
fn materials(rng: &mut Rng) -> [Vec<u8>; 7] {
    const LEN: usize = 16 << 10;
    let words = [
        "sector ",
        "block ",
        "the ",
        "disc ",
        "reads ",
        "index\r\n",
        "0x1F, ",
        "and ",
    ];
    let mut text = Vec::new();
    while text.len() < LEN {
        text.extend_from_slice(words[rng.below(8) as usize].as_bytes());
    }
    let code = (0..LEN / 4)
        .flat_map(|_| (0x2402_0000 | (rng.below(32) << 21) | rng.below(64)).to_le_bytes())
        .take(LEN)
        .collect();
    let table = (0..LEN as u32 / 4)
        .flat_map(|i| (0x1000 + i * 24).to_le_bytes())
        .collect();
    let tiles = (0..LEN)
        .map(|i| ((i / 8 % 16) ^ (i % 8)) as u8 & 0x0F)
        .collect();
    let mut level = 0i32;
    let sound = (0..LEN / 2)
        .flat_map(|_| {
            level = (level + rng.below(201) as i32 - 100).clamp(-30_000, 30_000);
            (level as i16).to_le_bytes()
        })
        .collect();
    let noise = (0..LEN).map(|_| rng.byte()).collect();
    [vec![0; LEN], text, code, table, tiles, sound, noise]
}

/// Returns one of the three images of the golden files: `mixed`, 21 sectors of text, tables, zeros
/// and noise; `noisy`, 20 sectors with 12 KiB of noise; or `sparse`, 18 sectors of mostly zeros.
pub fn golden(name: &str) -> Vec<u8> {
    let (size, rule): (usize, fn(usize, u32) -> u8) = match name {
        "mixed" => (21 * SECTOR, |at, noise| match at / 1024 % 6 {
            0 => b"The disc holds a table of what it holds.\n"[at % 41],
            1 => ((at / 16) >> (at % 4 * 8)) as u8,
            2 if at % 64 < 24 => (noise >> 24) as u8,
            3 if at % 6144 < 4096 => (noise >> 16) as u8,
            _ => 0,
        }),
        "noisy" => (20 * SECTOR, |at, noise| match at {
            8192..20480 => (noise >> 24) as u8,
            _ => (at / 2048) as u8,
        }),
        "sparse" => (18 * SECTOR, |at, _| match at % 2048 {
            0..64 => b"0123456789abcdef"[(at + at / 2048) % 16],
            _ => 0,
        }),
        _ => panic!("there is no golden image {name}"),
    };
    let mut noise = 1u32;
    let mut image: Vec<u8> = (0..size)
        .map(|at| {
            noise = noise.wrapping_mul(1_103_515_245).wrapping_add(12345);
            rule(at, noise)
        })
        .collect();
    image[MARK_OFFSET - 1..MARK_OFFSET + 6].copy_from_slice(b"\x01CD001\x01");
    image
}
