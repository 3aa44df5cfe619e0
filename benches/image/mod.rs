//! The image that the benchmarks compress and read.

// The benchmarks use a part of these modules.
#[allow(dead_code)]
#[path = "../../tests/support/disc.rs"]
mod disc;
#[path = "../../tests/support/rng.rs"]
mod rng;

/// Returns the image that `CSO_BENCH_IMAGE` names, or a generated one of 16 MiB.
pub fn plain() -> Vec<u8> {
    match std::env::var_os("CSO_BENCH_IMAGE") {
        Some(path) => {
            let mut plain =
                std::fs::read(path).expect("the image in CSO_BENCH_IMAGE cannot be read");
            // Truncated to full blocks of every size that is measured.
            plain.truncate(plain.len() / 16384 * 16384);
            plain
        }
        None => disc::image(16 << 20, 1),
    }
}
