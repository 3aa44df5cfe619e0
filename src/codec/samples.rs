//! Pseudo-random test data for the compressors and decompressors. The data is the same in every
//! run.

use std::vec;
use std::vec::Vec;

/// Returns `emulated` on MIPS and s390x, and `usual` on other processors. Both parameters are an
/// amount of test data, such as a number of rounds. Tests on MIPS and s390x run in an emulator at
/// about a thirtieth of the usual speed, so they use less data.
pub(crate) const fn amount(usual: usize, emulated: usize) -> usize {
    if cfg!(any(target_arch = "mips", target_arch = "s390x")) {
        emulated
    } else {
        usual
    }
}

/// A generator of pseudo-random numbers (splitmix64). `Random(seed)` creates a generator. The field
/// is its state.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns a pseudo-random number of 64 bits.
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a pseudo-random number less than `limit`, or 0 if `limit` is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit.max(1) as u64) as usize
    }

    /// Returns `size` pseudo-random bytes. Each of them is less than `symbols`, which is at most
    /// 256.
    pub(crate) fn bytes(&mut self, size: usize, symbols: usize) -> Vec<u8> {
        (0..size).map(|_| self.below(symbols) as u8).collect()
    }
}

/// Returns `size` pseudo-random bytes that resemble a real file. They are a mixture of
///
/// * random bytes, of which low values are the most frequent,
/// * copies of earlier bytes, at small and large distances, and
/// * sequences of up to 39 equal bytes.
pub(crate) fn lifelike(random: &mut Random, size: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(size + 300);
    let alphabet = 1 + random.below(255);
    while data.len() < size {
        match random.below(8) {
            0..=2 => {
                for _ in 0..random.below(12) {
                    let skewed = random.below(alphabet).min(random.below(alphabet));
                    data.push(skewed as u8);
                }
            }
            3 => {
                let (byte, run) = (random.number() as u8, random.below(40));
                data.resize(data.len() + run, byte);
            }
            _ if data.is_empty() => {}
            _ => {
                let near = if random.below(2) == 0 { 64 } else { 40_000 };
                let distance = 1 + random.below(data.len().min(near));
                let limit = if random.below(16) == 0 { 300 } else { 12 };
                for _ in 0..3 + random.below(limit) {
                    data.push(data[data.len() - distance]);
                }
            }
        }
    }
    data.truncate(size);
    data
}

/// Returns ten blocks of `size` bytes each. The blocks have different kinds of data, from all zeros
/// to incompressible bytes. They include every kind of data that once revealed a defect in an
/// encoder.
pub(crate) fn blocks(random: &mut Random, size: usize) -> Vec<Vec<u8>> {
    let mut sparse = vec![0; size];
    for _ in 0..size / 50 {
        sparse[random.below(size)] = random.number() as u8;
    }
    let period = 1 + random.below(400);
    let pattern = random.bytes(period, 256);
    let mut half = random.bytes(size / 2, 256);
    half.extend(lifelike(random, size - size / 2));
    vec![
        lifelike(random, size),
        lifelike(random, size),
        half,
        sparse,
        vec![0; size],
        random.bytes(size, 2),
        random.bytes(size, 4),
        random.bytes(size, 256),
        pattern.iter().copied().cycle().take(size).collect(),
        (0..size).map(|at| (at * 3 + (at >> 8)) as u8).collect(),
    ]
}
