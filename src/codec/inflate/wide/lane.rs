//! One lane of a request: jobs that are decoded one after the other.

use super::super::{InflateError, Job};
use super::stream::Stream;
use super::{Codes, Workspace};

/// A queue of jobs and the stream of the current one.
pub(super) struct Lane<'a> {
    input: &'a [u8],
    /// The lane's share of the caller's output.
    out: &'a mut [u8],
    stream: Stream,
    /// A zlib trailer follows the stream.
    wrapped: bool,
    workspace: &'a mut Workspace,
    fixed: &'a Codes,
    jobs: &'a [Job],
    /// Index of the first of `jobs` that is not yet finished, in the request.
    index: usize,
    /// Where `out` begins in the caller's output.
    base: usize,
}

impl<'a> Lane<'a> {
    /// A lane for `jobs`, the first of which is number `index` of the request, into `out`, which begins at `base`.
    pub(crate) fn new(
        input: &'a [u8],
        jobs: &'a [Job],
        index: usize,
        out: &'a mut [u8],
        base: usize,
        workspace: &'a mut Workspace,
        fixed: &'a Codes,
    ) -> Self {
        let stream = Stream::new(0..0, 0..0, 0);
        Self {
            input,
            out,
            stream,
            wrapped: false,
            workspace,
            fixed,
            jobs,
            index,
            base,
        }
    }

    /// Opens the first job; false when there is none.
    pub(crate) fn start(&mut self) -> Result<bool, (usize, InflateError)> {
        let opened = self.open_job();
        let ready = match opened {
            Ok(true) => self.open_symbols(),
            other => other,
        };
        ready.map_err(|error| (self.index, error))
    }

    /// Decodes what the fast loop left, up to where it can go on; false when all jobs are done.
    pub(crate) fn advance(&mut self) -> Result<bool, (usize, InflateError)> {
        self.careful().map_err(|error| (self.index, error))
    }

    /// Decodes fast for as long as that works; [`Lane::advance`] is next.
    pub(crate) fn run(&mut self) {
        let codes = self.stream.codes(self.workspace, self.fixed);
        self.stream.run(self.input, self.out, codes);
    }

    /// The input, the output, the codes of the open sub-block, and the stream.
    #[inline(always)]
    pub(crate) fn parts(&mut self) -> (&[u8], &mut [u8], &Codes, &mut Stream) {
        (
            self.input,
            self.out,
            self.stream.codes(self.workspace, self.fixed),
            &mut self.stream,
        )
    }

    fn careful(&mut self) -> Result<bool, InflateError> {
        loop {
            let codes = self.stream.codes(self.workspace, self.fixed);
            if !self.stream.symbol(self.input, self.out, codes)? && !self.open_symbols()? {
                return Ok(false);
            }
            if self.stream.is_fast() {
                return Ok(true);
            }
        }
    }

    /// Goes on to the next sub-block with symbols, in this job or a later one.
    fn open_symbols(&mut self) -> Result<bool, InflateError> {
        while !self
            .stream
            .open_sub_block(self.input, self.out, self.workspace)?
        {
            self.close_job()?;
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
        // What follows directly will be overwritten when its turn comes.
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

    /// Checks the block that the current job has given.
    fn close_job(&self) -> Result<(), InflateError> {
        let given = self.out.get(self.stream.start..self.stream.at);
        let rest = self.input.get(self.stream.trailer());
        self.jobs.first().map_or(Ok(()), |job| {
            job.check(
                given.unwrap_or_default(),
                self.wrapped,
                rest.unwrap_or_default(),
            )
        })
    }
}
