//! Decoder for 32-bit machines: a 32-bit bit buffer, tables that leave room in a small data cache, one stream at a time.

mod bits;
mod code;
mod header;
mod stream;

use super::{Decoded, InflateError, Job};
use code::Codes;
use stream::Stream;

/// The decoder. Its tables are indexed by 9 bits for literals and lengths and by 7 bits for distances.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    codes: Codes,
    /// Code lengths of the sub-block whose codes are being built, both alphabets one after the other.
    lengths: [u8; header::LENGTHS],
    /// Table of the code lengths' own code.
    table: [u8; header::TABLE_SIZE],
}

impl Decoder {
    pub(crate) const fn new() -> Self {
        Self {
            codes: Codes::new(),
            lengths: [0; header::LENGTHS],
            table: [0; header::TABLE_SIZE],
        }
    }

    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        let mut stream = Stream::new(input, out);
        stream.decode(self)?;
        Ok(Decoded {
            read: stream.read(),
            written: stream.written(),
        })
    }

    pub(crate) fn decode_many(
        &mut self,
        input: &[u8],
        jobs: &[Job],
        out: &mut [u8],
    ) -> Result<(), (usize, InflateError)> {
        for (index, job) in jobs.iter().enumerate() {
            self.decode_job(input, job, out)
                .map_err(|error| (index, error))?;
        }
        Ok(())
    }

    fn decode_job(&mut self, input: &[u8], job: &Job, out: &mut [u8]) -> Result<(), InflateError> {
        let (stream, wrapped) = job.stream(input)?;
        let input = input.get(stream).ok_or(InflateError::Truncated)?;
        let out = out
            .get_mut(job.output(0, out.len())?)
            .ok_or(InflateError::OutputFull)?;
        let done = self.decode(input, out)?;
        let rest = input.get(done.read..).unwrap_or_default();
        let given = out.get(..done.written).unwrap_or_default();
        job.check(given, wrapped, rest)
    }
}
