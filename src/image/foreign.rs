//! Namesakes: formats with the same magic whose headers look right and whose blocks are others.

use super::scratch::Scratch;
use super::{block_room, Image};
use crate::codec::lzo;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, Format};
use crate::io::ReadAt;

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

    /// What to say of a file that is `short` of what its index announces. Xbox images are split into
    /// parts, and the first part is short too.
    pub(super) fn named_if_foreign(&self, short: Error) -> Error {
        match self.refuse_foreign() {
            Err(e) if [ErrorKind::ForeignXbox, ErrorKind::ForeignLzoZiso].contains(&e.kind()) => e,
            _ => short,
        }
    }

    /// The first compressed block decodes as LZO1X and not as LZ4.
    fn has_lzo_blocks(&self) -> Result<bool> {
        self.with_scratch(|scratch| {
            let Some(block) = self.load_first_lz4(scratch)? else {
                return Ok(false);
            };
            let span = self.locate(&mut scratch.window, block)?;
            let (least, most) = block_room(&self.header, block, &span);
            scratch.cached = None;
            scratch.block.at_least(most)?;
            let input = &scratch.packed[..span.len as usize];
            let out = &mut scratch.block[..most];
            let lz4 = scratch.decoder.decode(Coding::Lz4, input, out, least);
            Ok(lz4.is_err() && lzo::decode(input, out).is_ok_and(|given| given >= least))
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
        self.with_scratch(|scratch| match self.load_first_lz4(scratch)? {
            Some(block) => {
                let span = self.locate(&mut scratch.window, block)?;
                Ok(begins_with_its_length(&scratch.packed[..span.len as usize]))
            }
            None => Ok(false),
        })
    }

    /// Reads the first of the leading blocks that claims to be LZ4, and tells which that is.
    fn load_first_lz4(&self, scratch: &mut Scratch) -> Result<Option<u32>> {
        for block in 0..self.header.blocks.min(LOOK) {
            let span = self.locate(&mut scratch.window, block)?;
            if span.coding == Coding::Lz4 {
                scratch.ahead.forget();
                scratch.packed.at_least(span.len as usize)?;
                self.source
                    .read_exact_at(span.offset, &mut scratch.packed[..span.len as usize])
                    .map_err(|e| e.in_block(block))?;
                return Ok(Some(block));
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
