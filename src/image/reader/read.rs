//! `Reader::read`: reads all blocks of a request in order.

use super::deliver::Reader;
use super::request::Request;
use crate::error::Result;
use crate::format::Format;
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Fills `out` with the bytes of the decoded image that begin at `offset`. The range has to lie
    /// within the image, and `out` must not be empty.
    ///
    /// # Errors
    ///
    /// The error of an index entry or a block, with its number and position. The errors of the
    /// source.
    pub(in crate::image) fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        let header = &self.file.header;
        if header.format == Format::Iso {
            return self.read_uncompressed(offset, out);
        }
        self.record(offset, out.len() as u64);
        let mut request = Request::new(header, offset, out);
        self.deliver_decoded_ahead(&mut request);
        while !request.is_done() {
            if self.state.cached == Some(request.block) {
                self.deliver_cached(&mut request);
            } else if self.file.is_low_memory() {
                self.read_low_memory(&mut request)?;
            } else {
                self.read_run(&mut request)?;
            }
        }
        self.decode_ahead(request.last + 1);
        Ok(())
    }

    /// Reads from an uncompressed image.
    fn read_uncompressed(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let header = &self.file.header;
        self.file.source.read_exact_at(offset, out).map_err(|e| {
            let at = e.offset().unwrap_or(offset).min(header.size - 1);
            e.in_block(header.block_and_offset(at).0)
        })
    }
}
