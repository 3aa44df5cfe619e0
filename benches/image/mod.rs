//! The image that the benchmarks work on.

// The tests make more of it than the benchmarks do.
#[allow(dead_code)]
#[path = "../../tests/support/disc.rs"]
mod disc;
#[path = "../../tests/support/rng.rs"]
mod rng;

/// The plain image that `CSO_BENCH_IMAGE` names, or a made one of 16 MiB.
pub fn plain() -> Vec<u8> {
    match std::env::var_os("CSO_BENCH_IMAGE") {
        Some(path) => {
            let mut plain = std::fs::read(path).expect("CSO_BENCH_IMAGE names an image");
            // Whole blocks of every size that is measured.
            plain.truncate(plain.len() / 16384 * 16384);
            plain
        }
        None => disc::image(16 << 20, 1),
    }
}
