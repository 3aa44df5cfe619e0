//! Tests of decoding several streams with one call of `decode_many`. A job is one of these streams.

use std::vec;
use std::vec::Vec;

use crate::codec::zlib::Container;

use super::{libdeflate, narrow, wide, zlib, InflateError, InflateJob, Random};

/// Jobs for one call of `decode_many`, with their common input and the expected output.
struct Jobs {
    input: Vec<u8>,
    jobs: Vec<InflateJob>,
    /// The expected contents of the output. Bytes that no job writes are 0xEE.
    expected: Vec<u8>,
}

impl Jobs {
    /// Creates `count` jobs, whose streams decode to various sizes. If `gap` is 0, the output
    /// ranges of the jobs directly follow one another. Otherwise, 0 to 49 bytes that belong to no
    /// job precede the output range of each job whose number is a multiple of `gap`.
    fn new(count: usize, gap: usize, random: &mut Random) -> Self {
        let mut all = Self {
            input: vec![],
            jobs: vec![],
            expected: vec![],
        };
        for number in 0..count {
            if gap > 0 && number % gap == 0 {
                let size = random.below(50);
                all.expected.resize(all.expected.len() + size, 0xee);
            }
            let size = [2048, 2048, 700, 1, 0, 5000][random.below(6)];
            let data = random.mixed_data(size);
            let stream = if number % 2 == 0 {
                libdeflate(&data, 6)
            } else {
                zlib(&data, 9)
            };
            let input = all.input.len() as u32;
            let output = all.expected.len() as u32;
            all.jobs.push(InflateJob {
                input: input..input + stream.len() as u32,
                container: Container::None,
                output: output..output + data.len() as u32,
            });
            all.input.extend(stream);
            all.input.resize(all.input.len() + random.below(4), 0xcc);
            all.expected.extend(data);
        }
        all.expected.resize(all.expected.len() + gap, 0xee);
        all
    }

    /// Makes the output range of job `index` one byte larger, so that its stream does not fill the
    /// range. The output ranges of the later jobs begin and end one byte later.
    fn widen(&mut self, index: usize) {
        self.jobs[index].output.end += 1;
        for job in &mut self.jobs[index + 1..] {
            job.output.start += 1;
            job.output.end += 1;
        }
        self.expected.push(0);
    }

    /// Decodes all jobs with both decoders, which must return the same result. Returns this result
    /// and the output of the decoder for 64-bit machines.
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

    /// Checks that job `index` is the first one that fails, and that its error is `error`. The
    /// output of the jobs before it must be right. The bytes of the output that belong to no job
    /// must still have their initial value 0xEE.
    fn assert_fails(&self, index: usize, error: InflateError) {
        let (result, out) = self.decode();
        assert_eq!(result, Err((index, error)));
        let decoded = self.jobs[index].output.start as usize;
        assert!(out[..decoded.min(out.len())] == self.expected[..decoded.min(out.len())]);
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
fn any_number_of_jobs_with_and_without_gaps_decodes() {
    let mut random = Random(21);
    for count in 0..40 {
        for gap in [0, 1, 3] {
            let all = Jobs::new(count, gap, &mut random);
            let (result, out) = all.decode();
            assert_eq!(result, Ok(()));
            assert!(out == all.expected);
        }
    }
}

#[test]
fn the_first_damaged_job_is_the_error() {
    let mut random = Random(22);
    for count in 1..12 {
        for index in 0..count {
            let gap = random.below(3);
            let all = Jobs::new(count, gap, &mut random);
            let mut broken = all;
            // The stream of job `index` begins with the byte 7. Its lowest 3 bits mean a last
            // deflate block of type 3, which is reserved.
            broken.input[broken.jobs[index].input.start as usize] = 7;
            broken.assert_fails(index, InflateError::Invalid);
            // If a later job is damaged too, the first error is still that of job `index`. `later`
            // may be `index` itself.
            let later = index + random.below(count - index);
            broken.input[broken.jobs[later].input.start as usize] = 7;
            broken.assert_fails(index, InflateError::Invalid);
        }
    }
}

#[test]
fn streams_that_do_not_fill_or_exceed_the_output_are_errors() {
    let mut random = Random(23);
    for count in 1..8 {
        for index in 0..count {
            let mut all = Jobs::new(count, 0, &mut random);
            all.widen(index);
            all.assert_fails(index, InflateError::Short);
            let mut all = Jobs::new(count, 0, &mut random);
            if !all.jobs[index].output.is_empty() {
                all.jobs[index].output.end -= 1;
                all.assert_fails(index, InflateError::OutputFull);
            }
        }
    }
}

#[test]
fn ranges_out_of_bounds_are_errors() {
    let mut random = Random(24);
    for count in 1..6 {
        let index = random.below(count);
        let all = Jobs::new(count, 0, &mut random);
        let with = |change: &dyn Fn(&mut InflateJob)| {
            let mut jobs = all.jobs.clone();
            change(&mut jobs[index]);
            Jobs {
                input: all.input.clone(),
                jobs,
                expected: all.expected.clone(),
            }
        };
        with(&|job| job.input = u32::MAX - 1..u32::MAX)
            .assert_fails(index, InflateError::Truncated);
        #[allow(clippy::reversed_empty_ranges)]
        with(&|job| job.input = 1..0).assert_fails(index, InflateError::Truncated);
        with(&|job| job.input.end = job.input.start).assert_fails(index, InflateError::Truncated);
        with(&|job| job.output.end = u32::MAX).assert_fails_up_to(index);
        #[allow(clippy::reversed_empty_ranges)]
        with(&|job| job.output = 5..4).assert_fails_up_to(index);
    }
}

impl Jobs {
    /// Checks that job `index` or a job before it fails. A job with a wrong output range can change
    /// which part of the output the jobs before it may use, so one of those jobs can fail.
    fn assert_fails_up_to(&self, index: usize) {
        let mut out = self.expected.clone();
        let result = wide::Decoder::new().decode_many(&self.input, &self.jobs, &mut out);
        assert!(result.is_err_and(|(failed, _)| failed <= index));
    }
}

impl Jobs {
    /// Returns the same jobs with `Container::Zlib`. Two of three streams get a zlib header and an
    /// Adler-32. The third stays a raw deflate stream, which a decoder must accept too.
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
            job.container = Container::Zlib;
            job.input = start..input.len() as u32;
        }
        Self {
            input,
            jobs,
            expected: self.expected.clone(),
        }
    }
}

/// Returns the Adler-32 of `block`. It is taken from the end of a zlib stream that miniz_oxide
/// creates.
fn adler32(block: &[u8]) -> u32 {
    let wrapped = miniz_oxide::deflate::compress_to_vec_zlib(block, 1);
    u32::from_be_bytes(*wrapped.last_chunk().unwrap())
}

#[test]
fn streams_with_and_without_wrapping_decode() {
    let mut random = Random(25);
    for count in 0..20 {
        let all = Jobs::new(count, 3, &mut random).wrapped();
        let (result, out) = all.decode();
        assert_eq!(result, Ok(()));
        assert!(out == all.expected);
    }
}

#[test]
fn a_wrong_or_missing_checksum_is_an_error() {
    let mut random = Random(26);
    for count in 1..9 {
        for index in (0..count).filter(|index| index % 3 != 2) {
            let mut all = Jobs::new(count, 0, &mut random).wrapped();
            let end = all.jobs[index].input.end;
            for missing in 1..5 {
                all.jobs[index].input.end = end - missing;
                all.assert_fails(index, InflateError::Checksum);
            }
            all.jobs[index].input.end = end;
            all.input[end as usize - 1 - random.below(4)] ^= 0x10;
            all.assert_fails(index, InflateError::Checksum);
        }
    }
}

/// Tests a job whose stream decodes to one byte less than its output range has. The error is
/// `Short` if the checksum of the decoded bytes is right. It is `Checksum` if the checksum is wrong
/// too.
#[test]
fn the_checksum_is_checked_before_the_length() {
    let mut random = Random(27);
    for count in 1..9 {
        for index in (0..count).filter(|index| index % 3 != 2) {
            let mut all = Jobs::new(count, 0, &mut random).wrapped();
            all.widen(index);
            all.assert_fails(index, InflateError::Short);
            all.input[all.jobs[index].input.end as usize - 1] ^= 1;
            all.assert_fails(index, InflateError::Checksum);
        }
    }
}
