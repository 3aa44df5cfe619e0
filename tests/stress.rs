//! Reads one image from many threads: with seeks, sequential and large requests, cancelled tasks, a
//! source that fails or returns few bytes at random, damaged blocks, and closing while threads are
//! busy. All bytes must be right, and errors must be the same as those of a single reader.
#![cfg(feature = "std")]

mod support;

use cso::{Error, ErrorKind, Image, OpenOptions, PrecacheOptions, ReadAt, Result, VerifyOptions};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use support::ciso::{Ciso, Kind};
use support::dax::Dax;
use support::rng::Rng;
use support::{amount, disc, Sample};

const SECTOR: usize = disc::SECTOR;
const THREADS: u64 = 4;
const REQUESTS: usize = amount(400, 40);
const SECTORS: usize = amount(700, 250);

/// A source that fails in one of `1 << rarity` calls on average, and returns fewer bytes than
/// requested in many others. The
/// result of a call depends only on the seed and on the number of the call.
struct Flaky<'a> {
    bytes: &'a [u8],
    seed: u64,
    rarity: u32,
    calls: AtomicUsize,
}

impl ReadAt for Flaky<'_> {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed) as u64;
        let mut rng = Rng::new(self.seed ^ call.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        if self.rarity < 64 && rng.next() >> 7 & ((1 << self.rarity) - 1) == 0 {
            // The reader must not use bytes in the buffer after a failure.
            buf.fill(0xEE);
            return Err(Error::new(ErrorKind::Read));
        }
        let most = match pick(&mut rng, 4) {
            0 => buf.len(),
            1 => 1 + pick(&mut rng, buf.len()),
            _ => buf.len().min(3000),
        };
        self.bytes.read_at(offset, &mut buf[..most])
    }

    fn size(&self) -> Result<u64> {
        Ok(self.bytes.len() as u64)
    }
}

/// The result of reading each block from one thread, from a source that does not fail.
struct Expected {
    block_size: usize,
    size: usize,
    blocks: Vec<std::result::Result<Vec<u8>, Error>>,
}

impl Expected {
    fn of(file: &[u8]) -> Self {
        let image = Image::open(file).unwrap();
        let info = image.info();
        let block_size = info.block_size as usize;
        let read = |block: u32| {
            let offset = u64::from(block) * u64::from(info.block_size);
            let mut bytes = vec![0; block_size];
            let count = image.read_at(offset, &mut bytes)?;
            bytes.truncate(count);
            Ok(bytes)
        };
        Expected {
            block_size,
            size: info.size as usize,
            blocks: (0..info.blocks).map(read).collect(),
        }
    }

    /// Compares the result of a request with the expected one.
    fn check(&self, offset: usize, bytes: &[u8], given: Result<usize>, what: &str) {
        let end = (offset + bytes.len()).min(self.size);
        let blocks = offset / self.block_size..end.div_ceil(self.block_size);
        let damage = self.blocks[blocks.clone()]
            .iter()
            .find_map(|block| match block {
                Ok(_) => None,
                Err(e) => Some(*e),
            });
        match (given, damage) {
            (Ok(count), None) => {
                assert_eq!(count, end - offset, "{what}");
                let all = self.blocks[blocks.clone()].iter().flatten().flatten();
                let within = offset - blocks.start * self.block_size;
                assert!(all.skip(within).zip(bytes).all(|(a, b)| a == b), "{what}");
            }
            (Err(e), _) if e.kind() == ErrorKind::Read => assert!(e.block().is_some(), "{what}"),
            (Err(e), Some(damage)) => assert_eq!(
                (e.kind(), e.block(), e.offset()),
                (damage.kind(), damage.block(), damage.offset()),
                "{what}"
            ),
            (given, damage) => panic!("{what}: {given:?} instead of {damage:?}"),
        }
    }
}

fn pick(rng: &mut Rng, bound: usize) -> usize {
    rng.below(bound as u64) as usize
}

/// Reads sequentially with requests of one size, then seeks, again and again.
fn read(image: &Image<impl ReadAt>, expected: &Expected, seed: u64, what: &str) {
    let mut rng = Rng::new(seed);
    let mut buf = vec![0; 200 * SECTOR];
    let mut done = 0;
    while done < REQUESTS {
        let len = match pick(&mut rng, 4) {
            0 => SECTOR,
            1 => 1 + pick(&mut rng, 3 * SECTOR),
            2 => (1 + pick(&mut rng, 8)) * SECTOR,
            _ => (64 + pick(&mut rng, 136)) * SECTOR,
        };
        let mut offset = pick(&mut rng, expected.size);
        if pick(&mut rng, 3) != 0 {
            offset = offset / SECTOR * SECTOR;
        }
        for _ in 0..1 + pick(&mut rng, 24) {
            if offset >= expected.size {
                break;
            }
            let bytes = &mut buf[..len];
            bytes.fill(0xA5);
            let given = image.read_at(offset as u64, bytes);
            expected.check(offset, bytes, given, &format!("{what}: {len} at {offset}"));
            offset += len;
            done += 1;
        }
    }
}

/// Runs long tasks while others read, and cancels most of them.
fn work(image: &Image<impl ReadAt + Sync>, expected: &Expected, seed: u64, precache: bool) {
    let is_whole = expected.blocks.iter().all(std::result::Result::is_ok);
    let mut rng = Rng::new(seed);
    for round in 0..6 {
        let mut patience = pick(&mut rng, 6);
        let mut stop = |_| match patience {
            0 => ControlFlow::Break(()),
            _ => {
                patience -= 1;
                ControlFlow::Continue(())
            }
        };
        let given = match precache && round >= 2 {
            true => {
                let mut options = PrecacheOptions::default();
                options.decoded = round % 2 == 0;
                cso::precache(image, &options, &mut stop)
            }
            false => cso::verify(image, &VerifyOptions::default(), &mut stop).map(|_| ()),
        };
        if let Err(e) = given {
            let fits = matches!(e.kind(), ErrorKind::Cancelled | ErrorKind::Read) || !is_whole;
            assert!(fits, "{e:?}");
        }
    }
}

fn stress(name: &str, file: &[u8], options: &OpenOptions, rarity: u32, precache: bool, seed: u64) {
    let expected = Expected::of(file);
    let source = Flaky {
        bytes: file,
        seed,
        rarity,
        calls: AtomicUsize::new(0),
    };
    let what = format!("{name}, {options:?}, one of 2^{rarity} calls fails, seed {seed}");
    let image = loop {
        match Image::open_with(&source, options) {
            Ok(image) => break image,
            Err(e) => assert_eq!(e.kind(), ErrorKind::Read, "{what}"),
        }
    };
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (image, expected, what) = (&image, &expected, &what);
            scope.spawn(move || read(image, expected, seed ^ thread, what));
        }
        scope.spawn(|| work(&image, &expected, seed, precache));
    });
    // Closes the image while its threads may still decode ahead.
    let mut sector = [0; SECTOR];
    for number in 0..8 {
        let _ = image.read_sectors(number, &mut sector);
    }
    drop(image);
}

fn ways() -> Vec<OpenOptions> {
    let new = OpenOptions::new;
    vec![
        new(),
        new().index_page_blocks(5),
        new().low_memory(true).index_page_blocks(9),
        new().threads(3),
        new().decode_ahead(128 << 10),
        new()
            .threads(2)
            .decode_ahead(64 << 10)
            .index_page_blocks(50),
    ]
}

/// Returns a file in which some blocks do not decode.
fn damaged(sample: &Sample) -> Vec<u8> {
    let mut file = sample.file.clone();
    for range in sample.blocks.iter().skip(11).step_by(40) {
        let middle = range.start + range.len() / 3;
        file[middle..range.end].fill(0xFF);
    }
    file
}

fn samples() -> Vec<Sample> {
    let image = disc::image(SECTORS * SECTOR - 333, 21);
    vec![
        Ciso::new(Kind::V1, 2048).build("CSO v1", &image),
        Ciso::new(Kind::V2, 4096).build("CSO v2", &image),
        Ciso::new(Kind::Zso, 16384).build("ZSO", &image),
        Dax::new(1).build("DAX", &image),
    ]
}

/// Runs `stress` on the file that `file` returns for each sample, opened in each way.
fn stress_all(rarity: u32, precache: bool, seed: u64, file: impl Fn(&Sample) -> Vec<u8>) {
    for (seed, sample) in (seed..).zip(samples()) {
        let file = file(&sample);
        for options in ways() {
            stress(&sample.name, &file, &options, rarity, precache, seed);
        }
    }
}

fn whole(sample: &Sample) -> Vec<u8> {
    sample.file.clone()
}

#[test]
fn whole_files() {
    stress_all(64, false, 0, whole);
}

#[test]
fn sources_that_fail() {
    stress_all(4, false, 7, whole);
}

#[test]
fn damaged_files_from_sources_that_fail() {
    stress_all(6, false, 70, damaged);
}

#[test]
fn images_that_are_precached_while_being_read() {
    stress_all(9, true, 700, whole);
}
