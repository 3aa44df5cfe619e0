//! `Reader::read`: reads a byte range of the decoded image, block by block.

use super::request::Request;
use super::Reader;
use crate::error::Result;
use crate::format::Format;
use crate::io::ReadAt;

impl<S: ReadAt> Reader<'_, S> {
    /// Fills `out` with bytes of the decoded image, beginning with byte `offset`. The range must
    /// not extend past the end of the image, and `out` must not be empty.
    ///
    /// # Errors
    ///
    /// The kind of damage if a block or its index entry is damaged. Such an error has the number of
    /// the block and its offset in the file. The errors that the source returns.
    pub(in crate::image) fn read(&mut self, offset: u64, out: &mut [u8]) -> Result<()> {
        let header = &self.file.header;
        if header.format == Format::Iso {
            return self.read_uncompressed(offset, out);
        }
        self.record(offset, out.len() as u64);
        let mut request = Request::new(header, offset, out);
        self.deliver_decoded_ahead(&mut request);
        while !request.is_done() {
            if self.state.cached_block == Some(request.block) {
                self.deliver_cached(&mut request);
            } else if self.file.is_low_memory() {
                self.read_low_memory(&mut request)?;
            } else {
                self.read_run(&mut request)?;
            }
        }
        self.decode_ahead(request.last_block + 1);
        Ok(())
    }

    /// Reads from an uncompressed image, in which every byte has the same offset in the file and in
    /// the image. An error gets the number of the block that contains the byte at the error's
    /// offset.
    fn read_uncompressed(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let header = &self.file.header;
        self.file.source.read_exact_at(offset, out).map_err(|e| {
            let at = e.offset().unwrap_or(offset).min(header.size - 1);
            e.in_block(header.block_and_offset(at).0)
        })
    }
}
