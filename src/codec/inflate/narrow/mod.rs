//! The deflate decoder for 32-bit machines. It decodes one stream at a time and reads the stream
//! through a bit buffer of 32 bits. Its tables are small enough to fit in the data cache of a PSP
//! together with the decoded block.

mod bits;
mod code;
mod header;
mod stream;

use super::job::{Decoded, InflateError, InflateJob};
use stream::{BlockTables, Stream};

/// A deflate decoder for 32-bit machines, which can decode any number of streams. It takes at most
/// 5 KiB of memory.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    tables: BlockTables,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A new decoder. It is a constant, which the compiler can copy directly to its destination. If
    /// the decoder were built at run time, it would be built on the stack and then moved. The stack
    /// is small on a PSP.
    const NEW: Decoder = Decoder {
        tables: BlockTables::new(),
    };

    #[inline]
    pub(crate) fn new() -> Self {
        Self::NEW
    }

    /// Decodes the raw deflate stream at the start of `input` to the start of `out`. Bytes of
    /// `input` after the stream are ignored.
    ///
    /// # Errors
    ///
    /// Fails with `Truncated`, `Invalid` or `OutputFull`. The contents of `out` are then
    /// unspecified.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        let mut stream = Stream::new(input, out);
        stream.decode(&mut self.tables)?;
        Ok(Decoded {
            read: stream.bytes_read(),
            written: stream.written(),
        })
    }

    /// Decodes the stream of each job in `jobs`. A job has a byte range of `input` and a byte range
    /// of `out`, and its stream must decode to exactly as many bytes as its range of `out` has. The
    /// ranges of `out` must be in ascending order and must not overlap. The bytes of `out` that
    /// are in no job's range do not change.
    ///
    /// # Errors
    ///
    /// Returns the index of the first job that fails, and the reason. All jobs before the failed
    /// job are decoded. The contents of the other output ranges, including the range of the failed
    /// job, are unspecified. The reason is
    /// `Truncated` if the input range of the job is not inside `input`. It is `OutputFull` if the
    /// output range of the job is not inside `out`.
    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[InflateJob],
        out: &mut [u8],
    ) -> Result<(), (usize, InflateError)> {
        for (index, job) in jobs.iter().enumerate() {
            self.decode_job(input, job, out)
                .map_err(|error| (index, error))?;
        }
        Ok(())
    }

    fn decode_job(
        &mut self,
        input: &[u8],
        job: &InflateJob,
        out: &mut [u8],
    ) -> Result<(), InflateError> {
        let (stream, wrapped) = job.stream(input)?;
        let input = input.get(stream).ok_or(InflateError::Truncated)?;
        let out = out
            .get_mut(job.output(0, out.len())?)
            .ok_or(InflateError::OutputFull)?;
        let done = self.decode(input, out)?;
        let rest = input.get(done.read..).unwrap_or_default();
        let decoded = out.get(..done.written).unwrap_or_default();
        job.check(decoded, wrapped, rest)
    }
}
