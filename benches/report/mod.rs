//! Writes the results of a run as a Markdown table and as a plot, to the directory in
//! `CSO_BENCH_REPORT`.
//!
//! The functions of a group alternate many times, so that other load affects all of them equally.

pub mod svg;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use svg::Bar;

/// A comparison: the speed of one function relative to another.
struct Claim {
    text: &'static str,
    ours: &'static str,
    peer: &'static str,
}

const fn claim(text: &'static str, ours: &'static str, peer: &'static str) -> Claim {
    Claim { text, ours, peer }
}

/// The comparisons in the table. Each name consists of a group and a function in it.
const CLAIMS: &[Claim] = &[
    claim(
        "64 sectors at once, against a bare libdeflate loop",
        "CSO v1 2 KiB/sectors at once/64",
        "CSO v1 2 KiB/bare libdeflate loop",
    ),
    claim(
        "1 sector at once, against a bare libdeflate loop",
        "CSO v1 2 KiB/sectors at once/1",
        "CSO v1 2 KiB/bare libdeflate loop",
    ),
    claim(
        "64 sectors at once, blocks of 16 KiB, against a bare libdeflate loop",
        "CSO v1 16 KiB/sectors at once/64",
        "CSO v1 16 KiB/bare libdeflate loop",
    ),
    claim(
        "64 sectors at once, against C zlib with a read for each block",
        "CSO v1 2 KiB/sectors at once/64",
        "CSO v1 2 KiB/C zlib, a read for each block",
    ),
    claim(
        "64 sectors at once, against zlib-rs with a read for each block",
        "CSO v1 2 KiB/sectors at once/64",
        "CSO v1 2 KiB/zlib-rs, a read for each block",
    ),
    claim(
        "1 sector at once with decode-ahead, against without",
        "CSO v1 2 KiB/sectors at once, decode-ahead/1",
        "CSO v1 2 KiB/sectors at once/1",
    ),
    claim(
        "16 sectors at once with two threads, against one",
        "large/two threads/16",
        "large/one thread/16",
    ),
    claim(
        "64 sectors at once with two threads, against one",
        "large/two threads/64",
        "large/one thread/64",
    ),
    claim(
        "512 sectors at once with two threads, against one",
        "large/two threads/512",
        "large/one thread/512",
    ),
    claim(
        "512 sectors at once, divided between two threads of the caller, against one",
        "large/divided by the caller/512",
        "large/one thread/512",
    ),
    claim(
        "2048 sectors at once with two threads, against one",
        "large/two threads/2048",
        "large/one thread/2048",
    ),
    claim(
        "2048 sectors at once, divided between two threads of the caller, against one",
        "large/divided by the caller/2048",
        "large/one thread/2048",
    ),
    claim(
        "single sectors in random order, against pread and libdeflate",
        "random sectors/cso_read_sector",
        "random sectors/pread and libdeflate",
    ),
    claim(
        "single sectors in random order with decode-ahead, against without",
        "random sectors/with decode-ahead",
        "random sectors/cso_read_sector",
    ),
    claim(
        "two threads that read one handle, against one",
        "readers of one handle/2",
        "readers of one handle/1",
    ),
    claim(
        "whole image decoded with two threads, against one",
        "verify/decode, two threads",
        "verify/decode, one thread",
    ),
    claim(
        "all three digests with two threads, against MD5 of the uncompressed image",
        "verify/all digests, two threads",
        "verify/MD5 of the uncompressed image",
    ),
    claim(
        "ZSO, 64 sectors at once, against a bare C lz4 loop",
        "ZSO 2 KiB/sectors at once/64",
        "ZSO 2 KiB/bare C lz4 loop",
    ),
    claim(
        "ZSO in memory, 64 sectors at once, against a bare C lz4 loop",
        "ZSO 2 KiB/sectors at once, from memory/64",
        "ZSO 2 KiB/bare C lz4 loop",
    ),
    claim(
        "DAX, 64 sectors at once, against a bare libdeflate loop",
        "DAX/sectors at once/64",
        "DAX/bare libdeflate loop",
    ),
];

/// The measured times in the table.
const TIMES: &[(&str, &str)] = &[
    (
        "open an image of 41 MB",
        "open/index loaded on demand/20000",
    ),
    (
        "open an image of 4.3 GB",
        "open/index loaded on demand/2100000",
    ),
    (
        "open an image of 4.3 GB and read a sector",
        "open/index loaded on demand, one sector/2100000",
    ),
    (
        "open an image of 4.3 GB and check the whole index",
        "open/whole index checked/2100000",
    ),
];

/// Number of turns of each function in a group.
const TURNS: usize = 41;

/// Shortest time of a turn. A function that takes less time runs several times in each turn.
const SHORTEST_TURN: Duration = Duration::from_millis(2);

/// The name of a function to measure, and the function.
pub type Work<'a> = (String, Box<dyn FnMut() + 'a>);

/// The times of all turns in nanoseconds, by the names of the group and the function.
pub struct Report {
    folder: Option<PathBuf>,
    turns: HashMap<String, Vec<f64>>,
}

impl Report {
    pub fn new() -> Self {
        Report {
            folder: std::env::var_os("CSO_BENCH_REPORT").map(PathBuf::from),
            turns: HashMap::new(),
        }
    }

    pub fn is_wanted(&self) -> bool {
        self.folder.is_some()
    }

    /// Measures all functions of a group in turns.
    pub fn take_turns(&mut self, group: &str, work: &mut [Work]) {
        println!("{group}");
        let repeats: Vec<u32> = work.iter_mut().map(|(_, work)| repeats(work)).collect();
        let count = work.len();
        for turn in 0..TURNS * count {
            // Rotates the order, so that a function does not always run after the same other one.
            let i = (turn + turn / count) % count;
            let (name, work) = &mut work[i];
            let time = time(work, repeats[i]);
            let turns = self.turns.entry(format!("{group}/{name}")).or_default();
            turns.push(time.as_nanos() as f64 / f64::from(repeats[i]));
        }
    }

    /// Returns the median, over all turns, of the speed of `ours` divided by the speed of `peer`.
    fn ratio(&self, claim: &Claim) -> Option<f64> {
        let (ours, peer) = (self.turns.get(claim.ours)?, self.turns.get(claim.peer)?);
        let ratios = peer.iter().zip(ours).map(|(peer, ours)| peer / ours);
        Some(median(ratios.collect()))
    }

    /// Writes `decode.md` and `decode.svg`.
    pub fn write(&self) {
        let Some(folder) = &self.folder else {
            return;
        };
        fs::create_dir_all(folder).expect("the folder in CSO_BENCH_REPORT cannot be created");
        let mut table = String::from("| reading | relative speed |\n|---|---|\n");
        let mut bars = Vec::new();
        for claim in CLAIMS {
            let value = self
                .ratio(claim)
                .expect("a function of the comparison was not measured");
            table += &format!("| {} | {value:.2} |\n", claim.text);
            bars.push(Bar {
                label: claim.text.to_owned(),
                value,
            });
        }
        table += "\n| opening | time |\n|---|---|\n";
        for (text, name) in TIMES {
            let time = median(self.turns[*name].clone());
            table += &format!("| {text} | {:.0} µs |\n", time / 1000.0);
        }
        let title = "Reading: speed relative to the other decoder or option (higher is better)";
        fs::write(folder.join("decode.svg"), svg::bars(title, &bars, 1.0))
            .expect("the plot cannot be written");
        fs::write(folder.join("decode.md"), &table).expect("the table cannot be written");
        println!("{table}");
    }
}

/// Returns how many times to run a function in each turn.
fn repeats(work: &mut impl FnMut()) -> u32 {
    work();
    let once = time(work, 1).max(Duration::from_nanos(100));
    SHORTEST_TURN.div_duration_f64(once).ceil() as u32
}

fn time(work: &mut impl FnMut(), repeats: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..repeats {
        work();
    }
    start.elapsed()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
