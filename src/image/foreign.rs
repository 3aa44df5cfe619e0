//! Detects files of foreign formats, which this crate does not read. Their magic and header are
//! those of CSO v2 or ZSO, but their blocks are compressed in another way.

use super::image_file::ImageFile;
use super::reader::{Reader, ReaderState};
use crate::codec::lzo;
use crate::error::{Error, ErrorKind, Result};
use crate::format::{Coding, Format, Span};
use crate::io::ReadAt;

/// Largest number of blocks at the start of an image that are searched for a compressed block.
const MAX_EXAMINED: u32 = 512;

/// Offset of the volume descriptor in a decoded Xbox image, in bytes. The volume descriptor is the
/// structure that describes the disc.
const XBOX_IDENTIFIER_OFFSET: u64 = 0x10000;

/// First bytes of the volume descriptor of an Xbox image. They identify the file system of Xbox
/// discs.
const XBOX_IDENTIFIER: &[u8] = b"MICROSOFT*XBOX*MEDIA";

/// Fails if the file has a foreign format, which resembles CSO v2 or ZSO and is not supported. The
/// kind of the error names the format. Uses the buffers and the decoder of `state`.
pub(super) fn refuse_foreign<S: ReadAt>(
    file: &ImageFile<S>,
    state: &mut ReaderState,
) -> Result<()> {
    let foreign = match file.header.format {
        Format::Zso => has_lzo_blocks(file, state)?.then_some(ErrorKind::ForeignLzoZiso),
        // Compressed Xbox images always have an index shift of 2, so other images need no check.
        Format::CsoV2 if file.header.index_shift == 2 => {
            is_xbox(file, state)?.then_some(ErrorKind::ForeignXbox)
        }
        _ => None,
    };
    foreign.map_or(Ok(()), |kind| Err(Error::new(kind)))
}

/// Returns whether the first compressed block can be decoded as LZO1X but not as LZ4.
fn has_lzo_blocks<S: ReadAt>(file: &ImageFile<S>, state: &mut ReaderState) -> Result<bool> {
    let Some((block, span)) = load_first_lz4(file, state)? else {
        return Ok(false);
    };
    let min_len = file.header.block_len(block) as usize;
    let max_len = span
        .max_decoded_len()
        .min(u64::from(file.header.block_size)) as usize;
    state.cached_block = None;
    state.cached_bytes.grow_to(max_len)?;
    let input = &state.compressed[..span.len as usize];
    let out = &mut state.cached_bytes[..max_len];
    let lz4 = state.decoder.decode(Coding::Lz4, input, out, min_len);
    Ok(lz4.is_err() && lzo::decode(input, out).is_ok_and(|len| len >= min_len))
}

/// Returns whether the image has the volume descriptor of an Xbox disc. Also returns `true` if the
/// first LZ4 block begins with a field that has the block's length, as blocks in Xbox images do.
fn is_xbox<S: ReadAt>(file: &ImageFile<S>, state: &mut ReaderState) -> Result<bool> {
    let mut identifier = [0; XBOX_IDENTIFIER.len()];
    if file.header.size >= XBOX_IDENTIFIER_OFFSET + identifier.len() as u64 {
        let mut reader = Reader::single(file, state);
        let read = reader.read(XBOX_IDENTIFIER_OFFSET, &mut identifier);
        if read.is_ok() && identifier == XBOX_IDENTIFIER {
            return Ok(true);
        }
    }
    Ok(match load_first_lz4(file, state)? {
        Some((_, span)) => begins_with_its_length(&state.compressed[..span.len as usize]),
        None => false,
    })
}

/// Finds the first block whose coding is LZ4 according to the index, and reads its compressed bytes
/// to `state.compressed`. Returns the block's number and its position in the file. Returns `None`
/// if none of the first [`MAX_EXAMINED`] blocks has this coding.
fn load_first_lz4<S: ReadAt>(
    file: &ImageFile<S>,
    state: &mut ReaderState,
) -> Result<Option<(u32, Span)>> {
    for block in 0..file.header.blocks.min(MAX_EXAMINED) {
        let span = file.locate(&mut state.page, block)?;
        if span.coding == Coding::Lz4 {
            let len = span.len as usize;
            state.compressed.grow_to(len)?;
            let input = &mut state.compressed[..len];
            let read = file.source.read_exact_at(span.offset, input);
            read.map_err(|e| e.in_block(block))?;
            return Ok(Some((block, span)));
        }
    }
    Ok(None)
}

/// Returns whether `input` begins with the length of its data, as a 32-bit number in little-endian
/// order. The data follows the number, is not empty, and may be followed by up to three bytes of
/// padding. Lengths are in bytes.
fn begins_with_its_length(input: &[u8]) -> bool {
    let Some((length, rest)) = input.split_first_chunk() else {
        return false;
    };
    let length = u64::from(u32::from_le_bytes(*length));
    let rest = rest.len() as u64;
    length != 0 && length <= rest && rest - length < 4
}
