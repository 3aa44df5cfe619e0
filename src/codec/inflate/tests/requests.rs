//! Requests of many blocks.

use std::vec;
use std::vec::Vec;

use super::{libdeflate, narrow, wide, zlib, InflateError, Job, Random, Wrapping};

/// A request: the input, its jobs and the output it must yield, where gaps are 0xee.
struct Request {
    input: Vec<u8>,
    jobs: Vec<Job>,
    expected: Vec<u8>,
}

impl Request {
    /// `count` blocks of sizes that vary, with a gap before every `gap`th.
    fn new(count: usize, gap: usize, random: &mut Random) -> Self {
        let mut request = Self {
            input: vec![],
            jobs: vec![],
            expected: vec![],
        };
        for number in 0..count {
            if gap > 0 && number % gap == 0 {
                let size = random.below(50);
                request.expected.resize(request.expected.len() + size, 0xee);
            }
            let size = [2048, 2048, 700, 1, 0, 5000][random.below(6)];
            let data = random.text(size);
            let stream = if number % 2 == 0 {
                libdeflate(&data, 6)
            } else {
                zlib(&data, 9)
            };
            let input = request.input.len() as u32;
            let output = request.expected.len() as u32;
            request.jobs.push(Job {
                input: input..input + stream.len() as u32,
                wrapping: Wrapping::Raw,
                output: output..output + data.len() as u32,
            });
            request.input.extend(stream);
            request
                .input
                .resize(request.input.len() + random.below(4), 0xcc);
            request.expected.extend(data);
        }
        request.expected.resize(request.expected.len() + gap, 0xee);
        request
    }

    /// Wants one byte more of a job than it has.
    fn widen(&mut self, index: usize) {
        self.jobs[index].output.end += 1;
        for job in &mut self.jobs[index + 1..] {
            job.output.start += 1;
            job.output.end += 1;
        }
        self.expected.push(0);
    }

    /// Decodes with both decoders and returns what they agree on.
    fn decode(&self) -> (Result<(), (usize, InflateError)>, Vec<u8>) {
        let mut out = vec![0xee; self.expected.len()];
        let result = wide::Decoder::new().decode_many(&self.input, &self.jobs, &mut out);
        let mut other = vec![0xee; self.expected.len()];
        assert_eq!(
            result,
            narrow::Decoder::new().decode_many(&self.input, &self.jobs, &mut other)
        );
        (result, out)
    }

    /// Job `index` fails for this reason, and what comes before it is there.
    fn fails(&self, index: usize, error: InflateError) {
        let (result, out) = self.decode();
        assert_eq!(result, Err((index, error)));
        let decoded = self.jobs[index].output.start as usize;
        assert!(out[..decoded.min(out.len())] == self.expected[..decoded.min(out.len())]);
        // Outputs end where they end, even after an error.
        let mut outside = vec![true; out.len()];
        for job in &self.jobs {
            if let Some(inside) =
                outside.get_mut(job.output.start as usize..job.output.end as usize)
            {
                inside.fill(false);
            }
        }
        assert!(out
            .iter()
            .zip(outside)
            .all(|(&byte, outside)| !outside || byte == 0xee));
    }
}

#[test]
fn odd_and_even_counts() {
    let mut random = Random(21);
    for count in 0..40 {
        for gap in [0, 1, 3] {
            let request = Request::new(count, gap, &mut random);
            let (result, out) = request.decode();
            assert_eq!(result, Ok(()));
            assert!(out == request.expected);
        }
    }
}

#[test]
fn errors_name_the_first_job() {
    let mut random = Random(22);
    for count in 1..12 {
        for index in 0..count {
            let gap = random.below(3);
            let request = Request::new(count, gap, &mut random);
            let mut broken = Request {
                jobs: request.jobs.clone(),
                ..request
            };
            // A reserved kind of sub-block.
            broken.input[broken.jobs[index].input.start as usize] = 7;
            broken.fails(index, InflateError::Invalid);
            // And another one behind it does not matter.
            let behind = index + random.below(count - index);
            broken.input[broken.jobs[behind].input.start as usize] = 7;
            broken.fails(index, InflateError::Invalid);
        }
    }
}

#[test]
fn short_and_long_streams() {
    let mut random = Random(23);
    for count in 1..8 {
        for index in 0..count {
            let mut request = Request::new(count, 0, &mut random);
            request.widen(index);
            request.fails(index, InflateError::Short);
            let mut request = Request::new(count, 0, &mut random);
            if !request.jobs[index].output.is_empty() {
                request.jobs[index].output.end -= 1;
                request.fails(index, InflateError::OutputFull);
            }
        }
    }
}

#[test]
fn ranges_out_of_bounds() {
    let mut random = Random(24);
    for count in 1..6 {
        let index = random.below(count);
        let request = Request::new(count, 0, &mut random);
        let with = |change: &dyn Fn(&mut Job)| {
            let mut jobs = request.jobs.clone();
            change(&mut jobs[index]);
            Request {
                input: request.input.clone(),
                jobs,
                expected: request.expected.clone(),
            }
        };
        with(&|job| job.input = u32::MAX - 1..u32::MAX).fails(index, InflateError::Truncated);
        #[allow(clippy::reversed_empty_ranges)]
        with(&|job| job.input = 1..0).fails(index, InflateError::Truncated);
        with(&|job| job.input.end = job.input.start).fails(index, InflateError::Truncated);
        with(&|job| job.output.end = u32::MAX).decode_fails(index);
        #[allow(clippy::reversed_empty_ranges)]
        with(&|job| job.output = 5..4).decode_fails(index);
    }
}

impl Request {
    /// An error, whatever the job: outputs out of order may take another one's place.
    fn decode_fails(&self, index: usize) {
        let mut out = self.expected.clone();
        let result = wide::Decoder::new().decode_many(&self.input, &self.jobs, &mut out);
        assert!(result.is_err_and(|(failed, _)| failed <= index));
    }
}

impl Request {
    /// The same blocks, zlib-wrapped but for every third, from which somebody left the wrapping out.
    fn wrapped(&self) -> Self {
        let mut input = vec![];
        let mut jobs = self.jobs.clone();
        for (number, job) in jobs.iter_mut().enumerate() {
            let stream = &self.input[job.input.start as usize..job.input.end as usize];
            let block = &self.expected[job.output.start as usize..job.output.end as usize];
            let start = input.len() as u32;
            if number % 3 == 2 {
                input.extend_from_slice(stream);
            } else {
                input.extend_from_slice(&[0x78, 0xda]);
                input.extend_from_slice(stream);
                input.extend_from_slice(&adler32(block).to_be_bytes());
            }
            job.wrapping = Wrapping::Zlib;
            job.input = start..input.len() as u32;
        }
        Self {
            input,
            jobs,
            expected: self.expected.clone(),
        }
    }
}

/// The last four bytes of what another encoder makes of a block.
fn adler32(block: &[u8]) -> u32 {
    let wrapped = miniz_oxide::deflate::compress_to_vec_zlib(block, 1);
    u32::from_be_bytes(*wrapped.last_chunk().unwrap())
}

#[test]
fn wrapped_streams_and_some_that_are_not() {
    let mut random = Random(25);
    for count in 0..20 {
        let request = Request::new(count, 3, &mut random).wrapped();
        let (result, out) = request.decode();
        assert_eq!(result, Ok(()));
        assert!(out == request.expected);
    }
}

#[test]
fn a_wrong_or_missing_checksum_is_found() {
    let mut random = Random(26);
    for count in 1..9 {
        for index in (0..count).filter(|index| index % 3 != 2) {
            let mut request = Request::new(count, 0, &mut random).wrapped();
            let end = request.jobs[index].input.end;
            for missing in 1..5 {
                request.jobs[index].input.end = end - missing;
                request.fails(index, InflateError::Checksum);
            }
            request.jobs[index].input.end = end;
            request.input[end as usize - 1 - random.below(4)] ^= 0x10;
            request.fails(index, InflateError::Checksum);
        }
    }
}

/// As for a block alone, whose checksum is that of what it gives.
#[test]
fn of_a_short_block_the_checksum_is_looked_at_first() {
    let mut random = Random(27);
    for count in 1..9 {
        for index in (0..count).filter(|index| index % 3 != 2) {
            let mut request = Request::new(count, 0, &mut random).wrapped();
            request.widen(index);
            request.fails(index, InflateError::Short);
            request.input[request.jobs[index].input.end as usize - 1] ^= 1;
            request.fails(index, InflateError::Checksum);
        }
    }
}
