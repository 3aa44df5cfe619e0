//! Decoder for 64-bit machines: a 64-bit bit buffer and large tables.
//!
//! Decoding a symbol is a table look-up that waits for the one before. That latency, not the number of instructions, bounds
//! the speed; so a request of several blocks is decoded by two lanes in turn, each on blocks of its own.

mod bits;
mod code;
mod copy;
mod header;
mod lane;
mod lockstep;
mod sort;
mod stream;

use super::{Decoded, InflateError, Job};
use header::Header;
use lane::Lane;
use stream::Stream;

/// Codes with tables of 10 bits for literals and lengths and 8 bits for distances: nearly no code of a small block is longer.
type Codes = code::Codes<1024, 256>;

/// The decoder: two sets of tables that follow the stream, one of the fixed codes.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    lanes: [Workspace; 2],
    fixed: Codes,
}

/// What a lane writes to while it decodes.
#[derive(Clone, Debug)]
struct Workspace {
    codes: Codes,
    header: Header,
}

impl Decoder {
    pub(crate) fn new() -> Self {
        let mut fixed = Codes::new();
        // The fixed codes are complete, so building them cannot fail.
        let _ = fixed.build_fixed();
        let lane = Workspace {
            codes: Codes::new(),
            header: Header::new(),
        };
        Self {
            lanes: [lane.clone(), lane],
            fixed,
        }
    }

    pub(crate) fn decode(&mut self, input: &[u8], out: &mut [u8]) -> Result<Decoded, InflateError> {
        let (input, out) = (capped(input), capped_mut(out));
        let [workspace, _] = &mut self.lanes;
        let mut stream = Stream::new(0..input.len(), 0..out.len(), out.len());
        while stream.open_sub_block(input, out, workspace)? {
            loop {
                stream.run(input, out, stream.codes(workspace, &self.fixed));
                if !stream.symbol(input, out, stream.codes(workspace, &self.fixed))? {
                    break;
                }
            }
        }
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
        let (input, out) = (capped(input), capped_mut(out));
        let [first, second] = &mut self.lanes;
        let (ahead, behind) = jobs.split_at(half(jobs));
        let middle = behind
            .first()
            .map_or(out.len(), |job| job.output.start as usize)
            .min(out.len());
        let (near, far) = out.split_at_mut(middle);
        let mut a = Lane::new(input, ahead, 0, near, 0, first, &self.fixed);
        let mut b = Lane::new(input, behind, ahead.len(), far, middle, second, &self.fixed);
        lockstep::run(&mut a, &mut b)
    }
}

/// What the header of a block costs beside its symbols, as bytes of input that take as long.
const HEADER_COST: u64 = 200;

/// How many jobs are half of the work: a lane that is done early leaves the other one alone, which is slower.
fn half(jobs: &[Job]) -> usize {
    let cost = |job: &Job| u64::from(job.input.end.saturating_sub(job.input.start)) + HEADER_COST;
    let all: u64 = jobs.iter().map(cost).sum();
    let mut twice = 0;
    jobs.iter()
        .take_while(|job| {
            // Up to the job whose middle is past the middle of all.
            let cost = cost(job);
            twice += 2 * cost;
            twice - cost <= all
        })
        .count()
}

/// Positions are kept in 32 bits, which saves the overflow checks of every access. This leaves room behind the last one.
const MAX_SIZE: usize = 1 << 31;

fn capped(input: &[u8]) -> &[u8] {
    &input[..input.len().min(MAX_SIZE)]
}

fn capped_mut(out: &mut [u8]) -> &mut [u8] {
    let size = out.len().min(MAX_SIZE);
    &mut out[..size]
}
