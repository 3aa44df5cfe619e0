//! One block: encoded in the ways that the format has, and the best of them kept.

use super::check::Check;
use super::options::CompressOptions;
use super::pipeline::Stop;
use super::plan::Plan;
use crate::codec::deflate::{self, Deflater};
use crate::codec::{lz4, zlib};
use crate::error::Result;
use crate::format::{Coding, Format};
use alloc::vec;
use alloc::vec::Vec;

/// How a block was stored, and its bytes in the file, padding among them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    pub(super) len: usize,
    pub(super) coding: Coding,
}

/// What a worker keeps from block to block.
pub(super) struct BlockEncoder {
    plan: Plan,
    options: CompressOptions,
    deflate: Option<Deflater>,
    deflated: Vec<u8>,
    lz4: Option<lz4::Lz4Encoder>,
    lz4_room: Vec<u8>,
    check: Option<Check>,
}

impl BlockEncoder {
    pub(super) fn new(plan: &Plan, options: &CompressOptions) -> Self {
        let block_size = plan.block_size as usize;
        let uses_deflate = plan.format != Format::Zso;
        let uses_lz4 = matches!(plan.format, Format::Zso | Format::CsoV2);
        let deflate = uses_deflate.then(|| Deflater::new(options.level, block_size));
        let own = deflate.as_ref().is_some_and(Deflater::is_own);
        BlockEncoder {
            plan: *plan,
            options: *options,
            deflate,
            // The zlib wrapping and a stored sub-block may come on top.
            deflated: vec![0; if uses_deflate { block_size + 32 } else { 0 }],
            lz4: uses_lz4.then(|| lz4::Lz4Encoder::new(options.level, block_size)),
            lz4_room: vec![
                0;
                if uses_lz4 {
                    lz4::compress_bound(block_size)
                } else {
                    0
                }
            ],
            check: (options.verify == Some(true)).then(|| Check::new(block_size, own)),
        }
    }

    /// Forgets all blocks: what follows does not depend on what was encoded before.
    pub(super) fn reset(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            deflate.reset();
        }
    }

    /// Encodes a whole block and appends it to `out`, with the padding up to the alignment. Fails
    /// soon when told to stop.
    pub(super) fn encode(
        &mut self,
        block: &[u8],
        out: &mut Vec<u8>,
        stop: &Stop,
    ) -> Result<Packed> {
        let (coding, len) = match self.plan.format {
            Format::Dax => self.encode_frame(block, stop),
            _ => self.encode_block(block, stop),
        };
        stop.check()?;
        let data = match coding {
            Coding::Stored => block,
            Coding::Lz4 => &self.lz4_room[..len],
            _ => &self.deflated[..len],
        };
        if let Some(check) = &mut self.check {
            check.check(coding, data, block)?;
        }
        let start = out.len();
        out.extend_from_slice(data);
        out.resize(start + self.plan.aligned(len), 0);
        Ok(Packed {
            len: out.len() - start,
            coding,
        })
    }

    /// CSO and ZSO: whatever is smallest, by the caller's costs.
    fn encode_block(&mut self, block: &[u8], stop: &Stop) -> (Coding, usize) {
        let deflated = self.deflate(block, stop);
        let percent = |cost: u32| 100 + u64::from(cost);
        // Nobody needs an LZ4 block that cannot win.
        let target = deflated.map_or(block.len() as u64, |d| {
            self.plan.aligned(d) as u64 * percent(self.options.lz4_cost) / 100
        });
        let lz4 = self.lz4(block, target as usize, stop);
        let size = |len: usize| self.plan.aligned(len) as u64;
        let best = match (deflated, lz4) {
            (Some(d), Some(l)) if size(l) * 100 <= size(d) * percent(self.options.lz4_cost) => {
                Some((Coding::Lz4, l))
            }
            (Some(d), _) => Some((Coding::Deflate, d)),
            (None, Some(l)) => Some((Coding::Lz4, l)),
            (None, None) => None,
        };
        match best {
            Some((coding, len))
                if block.len() as u64 * 100 > size(len) * percent(self.options.stored_cost) =>
            {
                (coding, len)
            }
            _ => (Coding::Stored, block.len()),
        }
    }

    /// DAX: zlib always, or raw where the caller wants areas and raw is not larger.
    fn encode_frame(&mut self, block: &[u8], stop: &Stop) -> (Coding, usize) {
        let stored_cost = 100 + self.options.stored_cost as usize;
        let limit = self.deflated.len();
        if let Some(encoder) = &mut self.deflate {
            let wrapped = zlib::wrap(block, &mut self.deflated[..limit], |block, out| {
                encoder.encode(block, out, stop.flag())
            });
            match wrapped {
                Some(len) if self.plan.areas == 0 || len * stored_cost < block.len() * 100 => {
                    return (Coding::Zlib, len);
                }
                None if self.plan.areas == 0 => {
                    if let Some(len) = wrap_stored(block, &mut self.deflated) {
                        return (Coding::Zlib, len);
                    }
                }
                _ => {}
            }
        }
        (Coding::Stored, block.len())
    }

    fn deflate(&mut self, block: &[u8], stop: &Stop) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        // Deflate that is no smaller than the block is of no use.
        let room = block.len() - 1;
        encoder.encode(block, &mut self.deflated[..room], stop.flag())
    }

    fn lz4(&mut self, block: &[u8], target: usize, stop: &Stop) -> Option<usize> {
        let encoder = self.lz4.as_mut()?;
        let len = encoder.encode(block, &mut self.lz4_room, target, stop.flag())?;
        (len < block.len()).then_some(len)
    }
}

/// A frame that holds its data as it is, inside the zlib wrapping.
pub(super) fn wrap_stored(block: &[u8], out: &mut [u8]) -> Option<usize> {
    zlib::wrap(block, out, deflate::encode_stored)
}
