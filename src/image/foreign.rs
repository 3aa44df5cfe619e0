//! Namesakes: formats with the same magic whose headers look right and whose blocks are others.

use super::index::reset;
use super::scratch::Scratch;
use super::{block_room, Image};
use crate::codec::lzo;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, Format, Span};
use crate::io::ReadAt;
use alloc::vec::Vec;

/// How many blocks are looked at, at the most, for one that is compressed.
const LOOK: u32 = 512;

/// Where an Xbox image has its volume descriptor, and what that begins with.
const XBOX_MARK_OFFSET: u64 = 0x10000;
const XBOX_MARK: &[u8] = b"MICROSOFT*XBOX*MEDIA";

impl<S: ReadAt> Image<S> {
    /// Refuses the namesakes of CSO v2 and ZSO by name.
    pub(super) fn refuse_foreign(&self) -> Result<()> {
        let foreign = match self.header.format {
            Format::Zso => self.has_lzo_blocks()?.then_some(ErrorKind::ForeignLzoZiso),
            // Xbox images always have this shift.
            Format::CsoV2 if self.header.index_shift == 2 => {
                self.is_xbox()?.then_some(ErrorKind::ForeignXbox)
            }
            _ => None,
        };
        foreign.map_or(Ok(()), |kind| Err(Error::new(kind)))
    }

    /// The first compressed block decodes as LZO1X and not as LZ4.
    fn has_lzo_blocks(&self) -> Result<bool> {
        self.with_scratch(|scratch| {
            let Some((block, input)) = self.first_lz4(scratch)? else {
                return Ok(false);
            };
            let span = self.locate(&mut scratch.window, block)?;
            let (least, most) = block_room(&self.header, block, &span);
            let mut out = Vec::new();
            reset(&mut out, most)?;
            let lz4 = scratch.decoder.decode(Coding::Lz4, &input, &mut out, least);
            Ok(lz4.is_err() && lzo::decode(&input, &mut out).is_ok_and(|given| given >= least))
        })
    }

    /// The first LZ4 block begins with its own length, or the volume descriptor is an Xbox disc's.
    fn is_xbox(&self) -> Result<bool> {
        let mut mark = [0; XBOX_MARK.len()];
        if let Ok(count) = self.read_at(XBOX_MARK_OFFSET, &mut mark) {
            if &mark[..count] == XBOX_MARK {
                return Ok(true);
            }
        }
        self.with_scratch(|scratch| match self.first_lz4(scratch)? {
            Some((_, input)) => Ok(begins_with_its_length(&input)),
            None => Ok(false),
        })
    }

    /// The first of the leading blocks that claims to be LZ4, and its bytes.
    fn first_lz4(&self, scratch: &mut Scratch) -> Result<Option<(u32, Vec<u8>)>> {
        for block in 0..self.header.blocks.min(LOOK) {
            let Span {
                offset,
                len,
                coding,
            } = self.locate(&mut scratch.window, block)?;
            if coding == Coding::Lz4 {
                let mut input = Vec::new();
                reset(&mut input, len as usize)?;
                self.source
                    .read_exact_at(offset, &mut input)
                    .map_err(|e| e.in_block(block))?;
                return Ok(Some((block, input)));
            }
        }
        Ok(None)
    }
}

/// A u32 that is the length of what follows, up to padding to a multiple of four bytes.
fn begins_with_its_length(input: &[u8]) -> bool {
    let Some((length, rest)) = input.split_first_chunk() else {
        return false;
    };
    let length = u64::from(u32::from_le_bytes(*length));
    let rest = rest.len() as u64;
    length != 0 && length <= rest && rest - length < 4
}
