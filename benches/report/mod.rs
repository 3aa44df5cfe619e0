//! The numbers of a run as a table in Markdown and as a plot, where `CSO_BENCH_REPORT` names a
//! directory for them.

pub mod svg;

use std::fs;
use std::path::{Path, PathBuf};
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

/// Names are those of the directories in which criterion leaves its numbers.
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

/// Writes `decode.md` and `decode.svg`.
pub fn write() {
    let Some(folder) = std::env::var_os("CSO_BENCH_REPORT").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&folder).expect("CSO_BENCH_REPORT can be written");
    let mut table = String::from("| reading | times as fast |\n|---|---|\n");
    let mut bars = Vec::new();
    for claim in CLAIMS {
        let (Some(ours), Some(peer)) = (median(claim.ours), median(claim.peer)) else {
            continue;
        };
        let ratio = peer / ours;
        table += &format!("| {} | {ratio:.2} |\n", claim.text);
        bars.push(Bar {
            label: claim.text.to_owned(),
            value: ratio,
        });
    }
    table += "\n| opening | time |\n|---|---|\n";
    for (text, name) in TIMES {
        if let Some(time) = median(name) {
            table += &format!("| {text} | {:.0} µs |\n", time / 1000.0);
        }
    }
    let title = "Reading: times as fast as the peer of the same run";
    fs::write(folder.join("decode.svg"), svg::bars(title, &bars, 1.0)).expect("a plot");
    fs::write(folder.join("decode.md"), &table).expect("a table");
    println!("{table}");
}

/// The median time of a benchmark in nanoseconds, if it was run.
fn median(name: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    let mut place = target.join("criterion");
    // The parts of a name are directories, in which criterion replaces what not every system allows.
    place.extend(name.split('/'));
    let text = fs::read_to_string(place.join("new/estimates.json")).ok()?;
    let (_, rest) = text.split_once("\"median\":")?;
    let (_, rest) = rest.split_once("\"point_estimate\":")?;
    rest.split([',', '}']).next()?.trim().parse().ok()
}
