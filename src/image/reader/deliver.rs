//! A reader, and the delivery of blocks of which only a part is wanted.

use super::request::Request;
use super::state::ReaderState;
use crate::error::{Error, Result};
use crate::format::{ImageHeader, Span};
use crate::image::block_decoder::BlockDecoder;
use crate::image::image_file::ImageFile;
use crate::image::storage::Buffer;

/// One reader of an image: the file, which it shares with others, and a state of its own.
pub(in crate::image) struct Reader<'a, S> {
    pub(super) file: &'a ImageFile<S>,
    pub(super) state: &'a mut ReaderState,
    /// Whether the image's threads may help.
    pub(super) with_threads: bool,
}

impl<'a, S> Reader<'a, S> {
    /// Returns a reader that other threads help, if the image has any.
    pub(in crate::image) fn new(file: &'a ImageFile<S>, state: &'a mut ReaderState) -> Self {
        Reader {
            file,
            state,
            with_threads: true,
        }
    }

    /// Returns a reader that only the calling thread works for.
    pub(in crate::image) fn single(file: &'a ImageFile<S>, state: &'a mut ReaderState) -> Self {
        Reader {
            file,
            state,
            with_threads: false,
        }
    }

    /// Copies the wanted part of the current block, which is the cached one.
    pub(super) fn deliver_cached(&mut self, request: &mut Request) {
        let (start, end) = request.part_of(request.block);
        let part = &self.state.block[start..end];
        request.rest()[..part.len()].copy_from_slice(part);
        request.advance_within(part.len());
    }
}

/// Decodes block `block` into `cache`. `input` has its bytes.
///
/// # Errors
///
/// What is wrong with the data, with the number and the position of the block.
pub(super) fn decode_to_cache(
    header: &ImageHeader,
    block: u32,
    span: &Span,
    input: &[u8],
    decoder: &mut BlockDecoder,
    cache: &mut Buffer,
) -> Result<()> {
    let least = header.block_len(block) as usize;
    // A few bytes in the file are no reason to allocate a large block.
    let most = span.max_decoded_len().min(u64::from(header.block_size)) as usize;
    cache.grow_to(most)?;
    decoder
        .decode(span.coding, input, &mut cache[..most], least)
        .map_err(|e| decode_error(e, block, span))
}

/// Adds the number and the position of a block to an error of its decoder.
#[cold]
pub(super) fn decode_error(error: Error, block: u32, span: &Span) -> Error {
    error.in_block(block).at(span.offset)
}
