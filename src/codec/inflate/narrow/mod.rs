//! The decoder for 32-bit machines. It decodes one stream at a time and has a bit buffer of 32
//! bits. Its tables are so small that they fit in the data cache of a PSP together with the data.

mod bits;
mod code;
mod header;
mod stream;

use super::job::{Decoded, InflateError, InflateJob};
use stream::{BlockTables, Stream};

/// A decoder of less than 5 KiB. It can decode any number of streams.
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
    /// A constant, so that a new decoder is not built on the small stack of a PSP and then moved.
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
    /// `Truncated`, `Invalid` or `OutputFull`. The contents of `out` are then unspecified.
    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        let mut stream = Stream::new(input, out);
        stream.decode(&mut self.tables)?;
        Ok(Decoded {
            read: stream.read(),
            written: stream.written(),
        })
    }

    /// Decodes several streams of `input`, each to its own range of `out`, which it must fill. The
    /// output ranges ascend and do not overlap. Bytes between them do not change.
    ///
    /// # Errors
    ///
    /// The index of the first job that fails, and the reason. All jobs before it are decoded; the
    /// contents of the other outputs are unspecified. The reason is `Truncated` if the input range
    /// of the job exceeds `input`, and `OutputFull` if its output range exceeds `out`.
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
