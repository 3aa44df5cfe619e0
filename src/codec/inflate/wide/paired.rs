//! Paired decoding: one thread decodes two streams in turns. The jobs, which are the streams to
//! decode, are divided into two parts. A "lane" decodes the jobs of one part, one after the other.
//! The thread decodes a few symbols in the first lane, then a few symbols in the second lane, and
//! so on.

use super::code::Codes;
use super::stream::{BlockTables, Stream};
use crate::codec::inflate::job::{InflateError, InflateJob};

/// Decodes the stream of each job in `jobs` to its range of `out`. The jobs are divided between two
/// lanes, in which one thread decodes in turns. The first lane gets the first jobs, which are about
/// half of the work. The second lane gets the other jobs. `tables` has one element for each lane.
/// `fixed` has the codes of fixed deflate blocks.
///
/// # Errors
///
/// Returns the index of the first job that fails, and the reason. All jobs before the failed job
/// are decoded.
pub(super) fn decode(
    input: &[u8],
    jobs: &[InflateJob],
    out: &mut [u8],
    tables: &mut [BlockTables; 2],
    fixed: &Codes,
) -> Result<(), (usize, InflateError)> {
    let [tables_a, tables_b] = tables;
    let (jobs_a, jobs_b) = jobs.split_at(half(jobs));
    let middle = jobs_b
        .first()
        .map_or(out.len(), |job| job.output.start as usize)
        .min(out.len());
    let (out_a, out_b) = out.split_at_mut(middle);
    let mut a = Lane::new(input, jobs_a, 0, out_a, 0, tables_a, fixed);
    let mut b = Lane::new(input, jobs_b, jobs_a.len(), out_b, middle, tables_b, fixed);
    decode_lanes(&mut a, &mut b)
}

/// Estimated time for decoding the header of a stream. The unit is the time for decoding one byte
/// of input, so decoding the header takes as long as decoding this number of input bytes.
const HEADER_COST: u64 = 200;

/// Returns the number of jobs for the first of the two lanes, between which the jobs are divided.
/// The second lane gets the other jobs. The jobs are divided so that the two lanes have about the
/// same work. If one lane ends early, the other lane decodes alone, which is slower.
fn half(jobs: &[InflateJob]) -> usize {
    let cost =
        |job: &InflateJob| u64::from(job.input.end.saturating_sub(job.input.start)) + HEADER_COST;
    let all: u64 = jobs.iter().map(cost).sum();
    let mut twice = 0;
    jobs.iter()
        .take_while(|job| {
            // The first lane gets `job` if the middle of `job` is in the first half of the work of
            // all jobs. After the addition, `twice` is twice the work of all jobs up to and
            // including `job`. Therefore `twice - cost` is twice the work up to the middle of
            // `job`.
            let cost = cost(job);
            twice += 2 * cost;
            twice - cost <= all
        })
        .count()
}

/// Decodes the jobs of the two lanes, which are the two parts of the jobs. Fails with the index of
/// the failed job and the reason. If both lanes fail, returns the error of `a`, because the jobs of
/// `a` come before the jobs of `b`.
fn decode_lanes(a: &mut Lane, b: &mut Lane) -> Result<(), (usize, InflateError)> {
    let mut more_a = a.start()?;
    let mut more_b = b.start();
    while more_a && more_b == Ok(true) {
        match decode_both_fast(a, b) {
            Stopped::A => more_a = a.advance()?,
            Stopped::B => more_b = b.advance(),
        }
    }
    while more_a {
        a.decode_fast();
        more_a = a.advance()?;
    }
    while more_b? {
        b.decode_fast();
        more_b = b.advance();
    }
    Ok(())
}

/// The lane (`a` or `b`) at which the fast loop over the two lanes has stopped. The next symbol of
/// this lane requires checks that the fast loop omits.
enum Stopped {
    A,
    B,
}

/// Decodes symbols in both lanes in turns, with a fast loop that has few checks. Stops before a
/// symbol that requires more checks, and returns the lane of this symbol. Examples of such symbols
/// are the end of a deflate block, and a symbol near the end of the output.
#[inline(never)]
fn decode_both_fast(a: &mut Lane, b: &mut Lane) -> Stopped {
    let (input, out_a, codes_a, stream_a) = a.parts();
    let (_, out_b, codes_b, stream_b) = b.parts();
    let Some(out_a) = out_a.get_mut(..stream_a.limit) else {
        return Stopped::A;
    };
    let Some(out_b) = out_b.get_mut(..stream_b.limit) else {
        return Stopped::B;
    };
    let (mut fast_a, mut fast_b) = (stream_a.fast_state(), stream_b.fast_state());
    let (start_a, start_b) = (stream_a.start as u32, stream_b.start as u32);
    let stopped = loop {
        let Some(entry_a) = fast_a.begin_step::<2>(input, out_a, codes_a) else {
            break Stopped::A;
        };
        let Some(entry_b) = fast_b.begin_step::<2>(input, out_b, codes_b) else {
            break Stopped::B;
        };
        if !fast_a.finish_step(out_a, codes_a, entry_a, start_a) {
            break Stopped::A;
        }
        if !fast_b.finish_step(out_b, codes_b, entry_b, start_b) {
            break Stopped::B;
        }
    };
    stream_a.set_fast_state(fast_a);
    stream_b.set_fast_state(fast_b);
    stopped
}

/// One of the two halves of paired decoding, in which one thread decodes two streams in turns. A
/// lane has a part of the jobs, which are decoded one after the other, and the state of the current
/// job.
struct Lane<'a> {
    input: &'a [u8],
    /// The part of the whole output that contains the output ranges of all jobs of this lane.
    out: &'a mut [u8],
    stream: Stream,
    /// Whether the current stream has a zlib header. If this is true, the Adler-32 (a checksum) of
    /// the decoded bytes follows the stream.
    wrapped: bool,
    tables: &'a mut BlockTables,
    fixed: &'a Codes,
    /// The jobs of this lane that are not finished. The first of these jobs is the current job.
    jobs: &'a [InflateJob],
    /// Index of the current job among the jobs of both lanes.
    index: usize,
    /// Position of the first byte of `out` in the whole output, in bytes.
    base: usize,
}

impl<'a> Lane<'a> {
    /// Creates a lane that decodes `jobs`. A lane is one of the two halves of paired decoding.
    /// `index` is the index of the first job of `jobs` among the jobs of both lanes. `out` is the
    /// part of the whole output that begins at byte `base`.
    fn new(
        input: &'a [u8],
        jobs: &'a [InflateJob],
        index: usize,
        out: &'a mut [u8],
        base: usize,
        tables: &'a mut BlockTables,
        fixed: &'a Codes,
    ) -> Self {
        let stream = Stream::new(0..0, 0..0, 0);
        Self {
            input,
            out,
            stream,
            wrapped: false,
            tables,
            fixed,
            jobs,
            index,
            base,
        }
    }

    /// Opens the first job of this lane, and reads the header of the first deflate block that has
    /// symbols. Stored deflate blocks have no symbols. The stored deflate blocks before that header
    /// are copied to the output. If all deflate blocks of a job are stored, continues with the next
    /// job. Returns false if all jobs are finished.
    fn start(&mut self) -> Result<bool, (usize, InflateError)> {
        let opened = self.open_job();
        let ready = match opened {
            Ok(true) => self.open_symbols(),
            other => other,
        };
        ready.map_err(|error| (self.index, error))
    }

    /// Decodes at least one symbol with all checks. Stops once the output has enough space for the
    /// fast loop, which has few checks. At the end of a deflate block, continues with the next
    /// deflate block or the next job. Returns false if all jobs are finished.
    fn advance(&mut self) -> Result<bool, (usize, InflateError)> {
        self.advance_to_fast().map_err(|error| (self.index, error))
    }

    /// Decodes symbols in this lane only, with the fast loop, which has few checks. Stops before a
    /// symbol that requires more checks.
    fn decode_fast(&mut self) {
        let codes = self.stream.codes(self.tables, self.fixed);
        self.stream.decode_fast(self.input, self.out, codes);
    }

    /// Returns the input, the output, the codes of the current deflate block, and the state of the
    /// current stream.
    #[inline(always)]
    fn parts(&mut self) -> (&[u8], &mut [u8], &Codes, &mut Stream) {
        (
            self.input,
            self.out,
            self.stream.codes(self.tables, self.fixed),
            &mut self.stream,
        )
    }

    fn advance_to_fast(&mut self) -> Result<bool, InflateError> {
        loop {
            let codes = self.stream.codes(self.tables, self.fixed);
            let more = self.stream.decode_symbol(self.input, self.out, codes)?;
            if !more && !self.open_symbols()? {
                return Ok(false);
            }
            if self.stream.is_fast() {
                return Ok(true);
            }
        }
    }

    /// Reads the header of the next deflate block that has symbols. Stored deflate blocks have no
    /// symbols. The stored deflate blocks before that header are copied to the output. At the end
    /// of a stream, continues with the next job. Returns false if all jobs are finished.
    fn open_symbols(&mut self) -> Result<bool, InflateError> {
        while !self
            .stream
            .open_deflate_block(self.input, self.out, self.tables)?
        {
            self.check_job()?;
            self.jobs = self.jobs.split_first().map_or(&[], |(_, rest)| rest);
            self.index += 1;
            if !self.open_job()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn open_job(&mut self) -> Result<bool, InflateError> {
        let Some(job) = self.jobs.first() else {
            return Ok(false);
        };
        let (input, wrapped) = job.stream(self.input)?;
        let output = job.output(self.base, self.out.len())?;
        // `limit` is the position up to which the decoder of this job may write. If the output
        // range of the next job begins where the output range of this job ends, `limit` is the end
        // of the output range of the next job. The next job is decoded later and overwrites its
        // whole output range. If there is no such next job, `limit` is the end of the output range
        // of this job.
        let limit = match self.jobs.get(1) {
            Some(next) if next.output.start == job.output.end => next
                .output(self.base, self.out.len())
                .map_or(output.end, |next| next.end),
            _ => output.end,
        };
        self.stream = Stream::new(input, output, limit);
        self.wrapped = wrapped;
        Ok(true)
    }

    /// Checks that the stream of the current job has filled its output range. If the stream has a
    /// zlib header, also checks the Adler-32 (a checksum) that follows the stream.
    fn check_job(&self) -> Result<(), InflateError> {
        let decoded = self.out.get(self.stream.start..self.stream.at);
        let rest = self.input.get(self.stream.rest());
        self.jobs.first().map_or(Ok(()), |job| {
            job.check(
                decoded.unwrap_or_default(),
                self.wrapped,
                rest.unwrap_or_default(),
            )
        })
    }
}
