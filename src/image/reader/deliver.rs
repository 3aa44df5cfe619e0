//! The functions that decode and copy a block of which only a part is requested.

use super::request::Request;
use super::Reader;
use crate::error::{Error, Result};
use crate::format::{ImageHeader, Span};
use crate::image::block_decoder::BlockDecoder;
use crate::image::storage::Buffer;

impl<S> Reader<'_, S> {
    /// Copies the requested part of the current block from the one-block cache to the caller's
    /// buffer, and moves the request past it. The current block has to be in the cache.
    pub(super) fn deliver_cached(&mut self, request: &mut Request) {
        let (start, end) = request.part_of(request.block);
        let part = &self.state.cached_bytes[start..end];
        request.rest()[..part.len()].copy_from_slice(part);
        request.advance_within(part.len());
    }
}

/// Decodes block number `block` into `cache`. `input` has the compressed bytes of the block, and
/// `span` states where these bytes lie in the file.
///
/// # Errors
///
/// The error of the decoder, to which the number of the block and its offset in the file are added.
pub(super) fn decode_to_cache(
    header: &ImageHeader,
    block: u32,
    span: &Span,
    input: &[u8],
    decoder: &mut BlockDecoder,
    cache: &mut Buffer,
) -> Result<()> {
    let min_len = header.block_len(block) as usize;
    // The block size in the header may be wrong and very large. Therefore `cache` gets at most as
    // many bytes as `input` can decode to.
    let max_len = span.max_decoded_len().min(u64::from(header.block_size)) as usize;
    cache.grow_to(max_len)?;
    decoder
        .decode(span.coding, input, &mut cache[..max_len], min_len)
        .map_err(|e| decode_error(e, block, span))
}

/// Adds to an error of the decoder the number of the damaged block and its offset in the file.
#[cold]
pub(super) fn decode_error(error: Error, block: u32, span: &Span) -> Error {
    error.in_block(block).at(span.offset)
}
