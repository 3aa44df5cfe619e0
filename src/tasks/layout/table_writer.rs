//! Writing of a table, such as the index, in pieces. The whole table is never in memory.

use crate::error::Result;
use crate::io::WriteAt;
use alloc::vec::Vec;

/// Number of bytes of a table that are collected in memory before they are written to the file.
const PIECE_SIZE: usize = 64 << 10;

/// Writer of one table of a new file. The entries are written in order, from the first to the last.
pub(crate) struct TableWriter {
    /// Offset in the file of the first byte of the table that is not written yet.
    offset: u64,
    pending: Vec<u8>,
}

impl TableWriter {
    /// Returns a writer for the table that begins at `offset` in the file, in bytes.
    pub(crate) fn new(offset: u64) -> Self {
        TableWriter {
            offset,
            pending: Vec::new(),
        }
    }

    /// Appends an entry to the table. The collected entries are written to `sink` once they have at
    /// least [`PIECE_SIZE`] bytes.
    pub(crate) fn push(&mut self, sink: &mut dyn WriteAt, entry: &[u8]) -> Result<()> {
        self.pending.extend_from_slice(entry);
        if self.pending.len() >= PIECE_SIZE {
            self.flush(sink)?;
        }
        Ok(())
    }

    /// Writes all collected entries to `sink`.
    pub(crate) fn flush(&mut self, sink: &mut dyn WriteAt) -> Result<()> {
        sink.write_all_at(self.offset, &self.pending)?;
        self.offset += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }
}
