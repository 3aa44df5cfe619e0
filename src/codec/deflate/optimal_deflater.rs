//! A deflate encoder that searches for the smallest stream. Each block is compressed independently
//! of the other blocks. The encoder is designed for small blocks.
//!
//! The encoder tries many encodings of a block and compares their exact sizes in bits. The size of
//! an encoding includes the headers of its deflate blocks. Real PSP hardware can decode every
//! stream, because the header of each dynamic deflate block follows these rules:
//!
//! - The literal/length code and the distance code are complete and have at least two codewords
//!   each.
//! - No repeat symbol extends from the first list into the second list. The first list has the
//!   codeword lengths of the literal/length code, and the second list has those of the distance
//!   code. A repeat symbol in the header stands for several equal lengths.
//! - The second list does not begin with a repeat symbol that copies the last length of the first
//!   list.
//!
//! A block is encoded in these steps. [`match_finder`](super::match_finder) finds the matches at
//! each position. [`greedy`] determines the class of the data. [`optimize`](super::optimize) runs
//! [`optimal_parse`](super::optimal_parse) repeatedly, with costs from
//! [`cost_model`](super::cost_model), splits from [`block_splitter`](super::block_splitter) and
//! Huffman codes from [`dynamic_codes`](super::dynamic_codes). [`emit`] writes the best result.

use super::bit_writer::BitWriter;
use super::emit;
use super::greedy::{self, DataClass};
use super::histogram::Histogram;
use super::levels::Settings;
use super::match_finder::MatchFinder;
use super::optimize::{Optimizer, ParseInput};
use core::sync::atomic::{AtomicBool, Ordering};

/// Largest block, in bytes, that the encoder accepts. With this limit, the positions of all bytes
/// of a block can be numbered with 32 bits.
const MAX_BLOCK: usize = 1 << 30;
/// Maximum size of a piece in bytes. If a block is larger than this, it is divided into pieces,
/// which are encoded one after the other. Matches may refer to bytes of earlier pieces of the same
/// block.
const MAX_PIECE: usize = 1 << 16;

/// Encodes blocks as raw deflate streams (without zlib headers), one complete stream for each
/// block.
///
/// The search for the smallest encoding of a block may start from the symbol counts of the block
/// before it. So a stream may depend on all blocks since the last call of
/// [`reset`](OptimalDeflater::reset).
pub(crate) struct OptimalDeflater {
    settings: Settings,
    settings_for_simple_data: Settings,
    settings_for_long_repeats: Settings,
    max_block: usize,
    match_finder: MatchFinder,
    optimizer: Optimizer,
    /// Number of times that each symbol occurs in the last piece that was compressed. A piece is a
    /// part of a block. `None` if no piece was compressed since the last call of `reset`. A piece
    /// that is classified as incompressible does not count.
    previous: Option<Histogram>,
}

impl OptimalDeflater {
    /// Creates an encoder for compression level `level`, 1 to 10, and for blocks of up to
    /// `max_block` bytes. A `max_block` of more than 1 GiB counts as 1 GiB. Allocates all memory
    /// that the encoder uses. This is about 0.7 MiB for blocks of 2 KiB, and at most 6 MiB for
    /// larger blocks.
    pub(crate) fn new(level: u32, max_block: usize) -> OptimalDeflater {
        let max_block = max_block.min(MAX_BLOCK);
        let settings = Settings::of_level(level, max_block);
        let max_piece = max_block.min(MAX_PIECE);
        OptimalDeflater {
            match_finder: MatchFinder::new(settings.matches, max_block, max_piece),
            optimizer: Optimizer::new(max_piece),
            previous: None,
            max_block,
            settings_for_simple_data: settings.for_simple_data(),
            settings_for_long_repeats: settings.for_long_repeats(),
            settings,
        }
    }

    /// Makes the next streams independent of the blocks that were encoded before this call. For
    /// this, it discards the symbol counts of those blocks. Without a reset, the search for the
    /// smallest encoding of the next block may start from these counts.
    pub(crate) fn reset(&mut self) {
        self.previous = None;
    }

    /// Encodes `block` into `out` and returns the size of the stream in bytes. Returns `None` if
    /// the stream does not fit into `out`, if the block is larger than the encoder's maximum, or if
    /// `stop` is set. The bytes of `out` after the stream are unspecified. If `None` is returned,
    /// all bytes of `out` are unspecified.
    ///
    /// The stream does not depend on the size of `out`. An incompressible block is written
    /// uncompressed, in deflate blocks of up to 65,535 bytes. Each of these deflate blocks adds 5
    /// bytes. So `None` is returned if `out` is smaller than an incompressible block. The call then
    /// takes little time, because no search for the smallest encoding is made.
    pub(crate) fn encode(
        &mut self,
        block: &[u8],
        out: &mut [u8],
        stop: &AtomicBool,
    ) -> Option<usize> {
        if block.len() > self.max_block {
            return None;
        }
        let mut writer = BitWriter::new(out);
        self.match_finder.start_block(block.len());
        let mut start = 0;
        loop {
            let end = start + self.match_finder.find(block, start);
            let last = end == block.len();
            self.encode_piece(&block[start..end], last, &mut writer, stop);
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if last {
                return writer.finish();
            }
            start = end;
        }
    }

    /// Encodes the piece `data` and appends it to the stream. The match finder must have searched
    /// this piece last. If `last` is set, the stream ends after the piece. If `stop` is set, the
    /// function may write nothing, because the caller then discards the stream.
    fn encode_piece(&mut self, data: &[u8], last: bool, writer: &mut BitWriter, stop: &AtomicBool) {
        let candidates = &self.match_finder.candidates;
        let greedy = greedy::parse(data, candidates);
        if greedy.class == DataClass::Incompressible && !data.is_empty() {
            emit::write_stored(data, last, writer);
            return;
        }
        let input = ParseInput {
            data,
            candidates,
            greedy: &greedy.histogram,
            previous: self.previous.as_ref(),
            stop,
        };
        let settings = match greedy.class {
            DataClass::LongRepeats => &self.settings_for_long_repeats,
            DataClass::Simple => &self.settings_for_simple_data,
            DataClass::Incompressible | DataClass::Usual => &self.settings,
        };
        self.optimizer.run(settings, &input);
        if input.is_cancelled() {
            return;
        }
        let best = &self.optimizer.best;
        emit::write_piece(best, data, last, writer);
        self.previous = Some(best.histogram());
    }
}
