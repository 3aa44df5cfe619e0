//! One block: encoded in the ways that the format has, and the best of them kept.

use super::options::CompressOptions;
use super::plan::Plan;
use crate::codec::deflater::{self, Deflater};
use crate::codec::{lz4, zlib};
use crate::error::{ErrorKind, Result};
use crate::fault::{strikes, Fault};
use crate::format::{Coding, Format};
use crate::image::decode::Decoder;
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
    lz4: Option<lz4::Encoder>,
    lz4_room: Vec<u8>,
    check: Option<(Decoder, Vec<u8>)>,
}

impl BlockEncoder {
    pub(super) fn new(plan: &Plan, options: &CompressOptions) -> Self {
        let block_size = plan.block_size as usize;
        let uses_deflate = plan.format != Format::Zso;
        let uses_lz4 = matches!(plan.format, Format::Zso | Format::CsoV2);
        BlockEncoder {
            plan: *plan,
            options: *options,
            deflate: uses_deflate.then(|| Deflater::new(options.level, block_size)),
            // The zlib wrapping and a stored sub-block may come on top.
            deflated: vec![0; if uses_deflate { block_size + 32 } else { 0 }],
            lz4: uses_lz4.then(|| lz4::Encoder::new(options.level, block_size)),
            lz4_room: vec![0; if uses_lz4 { lz4::bound(block_size) } else { 0 }],
            check: options
                .verify
                .then(|| (Decoder::new(), vec![0; block_size])),
        }
    }

    /// Forgets all blocks: what follows does not depend on what was encoded before.
    pub(super) fn reset(&mut self) {
        if let Some(deflate) = &mut self.deflate {
            deflate.reset();
        }
    }

    /// Encodes a whole block and appends it to `out`, with the padding up to the alignment.
    pub(super) fn encode(&mut self, block: &[u8], out: &mut Vec<u8>) -> Result<Packed> {
        let (coding, len) = match self.plan.format {
            Format::Dax => self.encode_frame(block),
            _ => self.encode_block(block),
        };
        let data = match coding {
            Coding::Stored => block,
            Coding::Lz4 => &self.lz4_room[..len],
            _ => &self.deflated[..len],
        };
        if let Some((decoder, back)) = &mut self.check {
            read_back(decoder, coding, data, back, block)?;
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
    fn encode_block(&mut self, block: &[u8]) -> (Coding, usize) {
        let deflated = self.deflate(block);
        let lz4 = self.lz4(block);
        let percent = |cost: u32| 100 + u64::from(cost);
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
                if block.len() as u64 * 100 > size(len) * percent(self.options.raw_cost) =>
            {
                (coding, len)
            }
            _ => (Coding::Stored, block.len()),
        }
    }

    /// DAX: zlib always, or raw where the caller wants areas and raw is not larger.
    fn encode_frame(&mut self, block: &[u8]) -> (Coding, usize) {
        let raw_cost = 100 + self.options.raw_cost as usize;
        let limit = self.deflated.len();
        if let Some(encoder) = &mut self.deflate {
            let wrapped = zlib::wrap(block, &mut self.deflated[..limit], |block, out| {
                encoder.encode(block, out)
            });
            match wrapped {
                Some(len) if self.plan.areas == 0 || len * raw_cost < block.len() * 100 => {
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

    fn deflate(&mut self, block: &[u8]) -> Option<usize> {
        let encoder = self.deflate.as_mut()?;
        // Deflate that is no smaller than the block is of no use.
        let room = block.len() - 1;
        encoder.encode(block, &mut self.deflated[..room])
    }

    fn lz4(&mut self, block: &[u8]) -> Option<usize> {
        let len = self.lz4.as_mut()?.encode(block, &mut self.lz4_room)?;
        (len < block.len()).then_some(len)
    }
}

/// Decodes `data` into `back` and compares that with the block that it was made from.
fn read_back(
    decoder: &mut Decoder,
    coding: Coding,
    data: &[u8],
    back: &mut [u8],
    block: &[u8],
) -> Result<()> {
    decoder
        .decode(coding, data, back, block.len())
        .map_err(|_| ErrorKind::Mismatch)?;
    match back == block && !strikes(Fault::Mismatch) {
        true => Ok(()),
        false => Err(ErrorKind::Mismatch.into()),
    }
}

/// A frame that holds its data as it is, inside the zlib wrapping.
pub(super) fn wrap_stored(block: &[u8], out: &mut [u8]) -> Option<usize> {
    zlib::wrap(block, out, deflater::store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_read_back_is_told() {
        let block: Vec<u8> = (0..2048u32).map(|i| (i * i / 61) as u8).collect();
        let mut out = vec![0; 4096];
        let len = Deflater::new(6, 2048).encode(&block, &mut out).unwrap();
        let mut decoder = Decoder::new();
        let mut back = vec![0; 2048];
        let mut check = |coding, data: &[u8], block: &[u8]| {
            read_back(&mut decoder, coding, data, &mut back, block).map_err(|e| e.kind())
        };
        assert_eq!(check(Coding::Deflate, &out[..len], &block), Ok(()));
        let mut other = block.clone();
        other[2047] ^= 1;
        let mismatch = Err(ErrorKind::Mismatch);
        assert_eq!(check(Coding::Deflate, &out[..len], &other), mismatch);
        assert_eq!(check(Coding::Deflate, &out[..len / 2], &block), mismatch);
        assert_eq!(check(Coding::Stored, &block[..2000], &block), mismatch);
    }
}
