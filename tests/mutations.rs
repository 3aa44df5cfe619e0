//! Runs the body of the fuzz target of the reader over files of every format, each with many small
//! defects that are the same on every run.

mod support;

use support::amount;
use support::exercise::exercise;
use support::rng::Rng;
use support::samples;

/// Number of damaged copies of each file.
const COPIES: u64 = amount(40, 10) as u64;

/// Returns all samples and golden files.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = samples::all()
        .into_iter()
        .map(|sample| (sample.name, sample.file))
        .collect();
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut paths: Vec<_> = std::fs::read_dir(golden)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }
    files
}

#[test]
fn undamaged_files_can_be_read_to_the_end() {
    for sample in samples::all() {
        let count = exercise(&sample.file).unwrap_or_else(|e| panic!("{}: {e:?}", sample.name));
        assert!(count > sample.blocks.len(), "{}", sample.name);
    }
}

/// Numbers that are likely to cause overflows.
const EXTREME_NUMBERS: [u32; 12] = [
    0,
    1,
    0x17,
    0x18,
    0x800,
    0x8000,
    0x00FF_FFFF,
    0x0100_0000,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFF8,
    0xFFFF_FFFF,
];

#[test]
fn damaged_files_do_no_harm() {
    let mut rng = Rng::new(2048);
    for (name, file) in files() {
        if file.is_empty() {
            continue;
        }
        for copy in 0..COPIES {
            let mut file = file.clone();
            for _ in 0..=rng.below(4) {
                mutate(&mut file, &mut rng);
            }
            // Prints the name of the file if this panics.
            let _guard = Named(&name, copy);
            let _ = exercise(&file);
        }
    }
}

struct Named<'a>(&'a str, u64);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("copy {} of {}", self.1, self.0);
        }
    }
}

/// Makes one small change to a file, most often in the header and the tables.
fn mutate(file: &mut Vec<u8>, rng: &mut Rng) {
    let near = if rng.below(4) == 0 {
        file.len()
    } else {
        file.len().min(200)
    };
    let at = rng.below(near.max(1) as u64) as usize;
    match rng.below(7) {
        0 => file.truncate(at.max(1)),
        1 => file.extend_from_slice(&[0; 37]),
        2 => {
            file.drain(at..(at + 4).min(file.len()));
        }
        3 => {
            let copy = file[at..(at + 24).min(file.len())].to_vec();
            file.splice(at..at, copy);
        }
        4 => {
            let number = EXTREME_NUMBERS[rng.below(12) as usize].to_le_bytes();
            let at = at & !3;
            if let Some(place) = file.get_mut(at..at + 4) {
                place.copy_from_slice(&number);
            }
        }
        5 => {
            if let Some(byte) = file.get_mut(at) {
                *byte = rng.byte();
            }
        }
        _ => {
            if let Some(byte) = file.get_mut(at) {
                *byte ^= 1 << rng.below(8);
            }
        }
    }
}
