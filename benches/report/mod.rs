//! The numbers of a run as a table in Markdown and as a plot, where `CSO_BENCH_REPORT` names a
//! directory for them.
//!
//! All of a group take turns, many times: what else the machine does then falls upon all alike.

pub mod svg;

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use svg::Bar;

/// A claim: how much more of the one is done in the time of the other.
struct Claim {
    text: &'static str,
    ours: &'static str,
    peer: &'static str,
}

const fn claim(text: &'static str, ours: &'static str, peer: &'static str) -> Claim {
    Claim { text, ours, peer }
}

/// Names are those of a group and of what is measured in it.
const CLAIMS: &[Claim] = &[
    claim(
        "64 sectors at once, against a bare libdeflate loop",
        "CSO v1 2 KiB/sectors at once/64",
        "CSO v1 2 KiB/bare libdeflate loop",
    ),
    claim(
        "sector after sector, against a bare libdeflate loop",
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
        "sector after sector, decoded ahead, against the same without",
        "CSO v1 2 KiB/sectors at once, read-ahead/1",
        "CSO v1 2 KiB/sectors at once/1",
    ),
    claim(
        "512 sectors at once with two threads, against 64 with one",
        "CSO v1 2 KiB/sectors at once, two threads/512",
        "CSO v1 2 KiB/sectors at once/64",
    ),
    claim(
        "single sectors in no order, against pread and libdeflate",
        "random sectors/cso_read_sector",
        "random sectors/pread and libdeflate",
    ),
    claim(
        "the same with read-ahead, against without",
        "random sectors/with read-ahead",
        "random sectors/cso_read_sector",
    ),
    claim(
        "two readers of one handle, against one",
        "readers of one handle/2",
        "readers of one handle/1",
    ),
    claim(
        "whole image decoded with two threads, against one",
        "verify/decode, two threads",
        "verify/decode, one thread",
    ),
    claim(
        "all three digests with two threads, against MD5 of the plain image",
        "verify/all digests, two threads",
        "verify/MD5 of the plain image alone",
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

/// What is told in microseconds.
const TIMES: &[(&str, &str)] = &[
    ("open an image of 41 MB", "open/as it is touched/20000"),
    ("open one of 4.3 GB", "open/as it is touched/2100000"),
    (
        "open one of 4.3 GB and read a sector",
        "open/and one sector/2100000",
    ),
    (
        "open one of 4.3 GB, all of the index checked",
        "open/whole, checked/2100000",
    ),
];

/// How many turns each of a group has.
const TURNS: usize = 41;

/// What takes less time is done more than once in a turn.
const SHORTEST_TURN: Duration = Duration::from_millis(2);

/// What is measured, and its name.
pub type Work<'a> = (String, Box<dyn FnMut() + 'a>);

/// The time that each turn took, by the names of the group and of the work.
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

    /// Measures all work of a group, in turn.
    pub fn take_turns(&mut self, group: &str, work: &mut [Work]) {
        println!("{group}");
        let repeats: Vec<u32> = work.iter_mut().map(|(_, work)| repeats(work)).collect();
        let count = work.len();
        for turn in 0..TURNS * count {
            // Who was second in one turn is first in the next.
            let i = (turn + turn / count) % count;
            let (name, work) = &mut work[i];
            let time = time(work, repeats[i]);
            let turns = self.turns.entry(format!("{group}/{name}")).or_default();
            turns.push(time.as_nanos() as f64 / f64::from(repeats[i]));
        }
    }

    /// The median of how many times as fast ours was, turn by turn.
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
        fs::create_dir_all(folder).expect("CSO_BENCH_REPORT can be written");
        let mut table = String::from("| reading | times as fast |\n|---|---|\n");
        let mut bars = Vec::new();
        for claim in CLAIMS {
            let value = self.ratio(claim).expect("both were measured");
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
        let title = "Reading: times as fast as the peer of the same run";
        fs::write(folder.join("decode.svg"), svg::bars(title, &bars, 1.0)).expect("a plot");
        fs::write(folder.join("decode.md"), &table).expect("a table");
        println!("{table}");
    }
}

/// How often to do the work in a turn.
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
